"""An open round: the members of one State wait to be confirmed by their focal point."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import select, update

from forum.attestation.models import Attestation, Notice, Round, RoundKind
from forum.attestation.operations import bring_up_to_date
from forum.attestation.schedule import last_on
from forum.core import clock
from forum.core.db import db
from forum.core.services import services
from forum.demo.files import Ledger
from forum.directory.models import Authority, Representation
from forum.policy import ANONYMOUS, Role

_STATE: Final = "QP"
_ASKED_DAYS_AGO: Final = timedelta(days=5)
_CONFIRMED_DAYS_AGO: Final = timedelta(days=185)
_OLD: Final = timedelta(days=14)


def load_round(ledger: Ledger) -> None:
    """Add the round. A demonstration that is started again asks anew, instead of finding the State
    shut out for a silence nobody meant."""
    held = _standing_for_the_state()
    if not ledger.new("round", [{"key": _STATE}]):
        _ask_anew(held)
        return
    asked_at = clock.now() - _ASKED_DAYS_AGO
    at_hand = _round()
    for one in held:
        one.confirmed_at = clock.now() - _CONFIRMED_DAYS_AGO
        db.session.add(
            Attestation(round_id=at_hand.id, representation_id=one.id, asked_at=asked_at)
        )
    answering = db.session.scalars(
        select(Representation.member_id).where(
            (Representation.role == Role.MODERATOR)
            | Representation.id.in_([one.id for one in held if one.role is Role.FOCAL_POINT])
        )
    )
    db.session.add_all(
        Notice(round_id=at_hand.id, member_id=number, step=0, at=asked_at) for number in answering
    )
    db.session.flush()


def _round() -> Round:
    """The round of the last day that the settings name; the worker begins no other for it."""
    months, now = services().settings.attestation_months, clock.now()
    day = last_on(months, now.date())
    found = db.session.scalar(
        select(Round).where(Round.kind == RoundKind.MEMBERS, Round.begins_on == day)
    )
    if found is None:
        opened_at = now - _ASKED_DAYS_AGO
        found = Round(
            kind=RoundKind.MEMBERS, begins_on=day, opened_at=opened_at, filled_at=opened_at
        )
        db.session.add(found)
        db.session.flush()
    return found


def _standing_for_the_state() -> Sequence[Representation]:
    return db.session.scalars(
        select(Representation)
        .join(Representation.authority)
        .where(Authority.state_code == _STATE, Representation.until_on.is_(None))
    ).all()


def _ask_anew(held: Sequence[Representation]) -> None:
    now = clock.now()
    asked = db.session.scalars(
        update(Attestation)
        .where(
            Attestation.representation_id.in_([one.id for one in held]),
            Attestation.answered_at.is_(None),
            Attestation.asked_at < now - _OLD,
        )
        .values(asked_at=now - _ASKED_DAYS_AGO)
        .returning(Attestation.representation_id)
        .execution_options(synchronize_session=False)
    ).all()
    for one in held:
        if one.id in asked:
            bring_up_to_date(ANONYMOUS, one.member_id)
