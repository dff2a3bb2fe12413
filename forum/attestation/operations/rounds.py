"""Beginning rounds: the worker opens one on its day, and asks of everybody in batches.

Killed at any moment it goes on where it was: a round is filled once nobody is left to ask of.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from sqlalchemy import Select, or_, select
from sqlalchemy.exc import IntegrityError

from forum.attestation.models import Attestation, Round, RoundKind
from forum.attestation.schedule import begins_on
from forum.audit.operations import record_system
from forum.core import clock
from forum.core.db import db, operation
from forum.core.services import services
from forum.directory.models import Representation
from forum.directory.queries import is_in_force
from forum.members.models import Member, MemberStatus
from forum.policy import Role

_BATCH: Final = 500


def months_of(kind: RoundKind) -> Collection[int]:
    """In which months a round of that kind begins."""
    settings = services().settings
    return {
        RoundKind.MEMBERS: settings.attestation_months,
        RoundKind.MODERATORS: settings.moderator_attestation_months,
    }[kind]


def begin_rounds() -> int:
    """Open the rounds whose day has come, and ask of everybody; gives of how many. The worker
    calls it."""
    for kind in RoundKind:
        _open(kind)
    asked = 0
    for number in _unfilled():
        while found := _ask_more(number):
            asked += found
    return asked


@operation
def _open(kind: RoundKind) -> None:
    day = begins_on(months_of(kind), clock.now().date())
    if day is None:
        return
    known = select(Round.id).where(Round.kind == kind, Round.begins_on == day)
    if db.session.scalar(known) is not None:
        return
    opened = Round(kind=kind, begins_on=day, opened_at=clock.now())
    try:
        with db.session.begin_nested():
            db.session.add(opened)
    except IntegrityError:
        return  # another worker was faster
    record_system("attestation:open", f"round:{opened.id}", kind=kind, begins_on=day.isoformat())


def _unfilled() -> list[int]:
    return list(db.session.scalars(select(Round.id).where(Round.filled_at.is_(None))))


@operation
def _ask_more(round_id: int) -> int:
    """Ask of the next ones; 0 if nobody is left, which makes the round a filled one."""
    at_hand = db.session.get_one(Round, round_id, with_for_update=True, populate_existing=True)
    if at_hand.filled_at is not None:
        return 0  # another worker was faster
    due = db.session.scalars(_due(at_hand).order_by(Representation.id).limit(_BATCH)).all()
    db.session.add_all(
        Attestation(round_id=round_id, representation_id=number, asked_at=clock.now())
        for number in due
    )
    if due:
        record_system("attestation:ask", f"round:{round_id}", representations=len(due))
    else:
        at_hand.filled_at = clock.now()
    return len(due)


def _due(at_hand: Round) -> Select[int]:
    """Numbers of the representations of which the round asks and did not yet."""
    now = clock.now()
    recent = now - timedelta(days=services().settings.attestation_recent_days)
    is_moderator = Representation.role == Role.MODERATOR
    asked = select(Attestation.representation_id).where(
        or_(Attestation.round_id == at_hand.id, Attestation.answered_at.is_(None))
    )
    return (
        select(Representation.id)
        .join(Representation.member)
        .where(
            is_moderator if at_hand.kind is RoundKind.MODERATORS else ~is_moderator,
            is_in_force(Representation, now.date()),
            Representation.from_on <= recent.date(),
            or_(Representation.confirmed_at.is_(None), Representation.confirmed_at <= recent),
            Member.status.in_((MemberStatus.ACTIVE, MemberStatus.SUSPENDED)),
            Representation.id.not_in(asked),
        )
    )
