"""Reactions to what lower features announce."""

from sqlalchemy import select

from forum.attestation.models import Attestation
from forum.core.db import db
from forum.core.events import subscribe
from forum.directory.models import Representation
from forum.members.events import DataAsked, MemberErased


def subscribe_all() -> None:
    """Listen; doing it twice changes nothing."""
    subscribe(DataAsked, add_questions)
    subscribe(MemberErased, erase)


def add_questions(event: DataAsked) -> None:
    """When it was asked whether the member still stands for an authority, and what was answered;
    not by whom."""
    event.held["attestations"] = [
        {"asked_at": one.asked_at, "answered_at": one.answered_at, "answer": one.answer}
        for one in _about(event.member_id)
    ]


def erase(event: MemberErased) -> None:
    """How the Secretariat checked goes; that it was asked and answered stays."""
    for one in _about(event.member_id):
        one.how = ""
    db.session.flush()


def _about(member_id: int) -> list[Attestation]:
    found = (
        select(Attestation)
        .join(Attestation.representation)
        .where(Representation.member_id == member_id)
    )
    return list(db.session.scalars(found.order_by(Attestation.id)))
