"""Reactions to what lower features announce."""

from sqlalchemy import select, update

from forum.core.db import db
from forum.core.events import subscribe
from forum.core.secrets import digest, new_token
from forum.members.events import DataAsked, MemberErased, RoleChanged, StatusChanged
from forum.recovery.models import RecoveryCase
from forum.recovery.operations import stop_without_standing


def subscribe_all() -> None:
    """Listen; doing it twice changes nothing."""
    subscribe(RoleChanged, stop_if_gone)
    subscribe(StatusChanged, stop_if_gone)
    subscribe(DataAsked, add_cases)
    subscribe(MemberErased, erase)


def stop_if_gone(event: RoleChanged | StatusChanged) -> None:
    """Nobody gets a new factor for an account out of use, or on the word of former colleagues."""
    stop_without_standing(event.member_id)


def add_cases(event: DataAsked) -> None:
    """How far each case of the member came; nothing that was said or decided about it inside."""
    event.held["recoveries"] = [
        {
            "number": case.number,
            "status": case.status.value,
            "said_stolen": case.is_stolen,
            "said_password_unknown": case.lacks_password,
            "begun_at": case.begun_at,
            "confirmed_at": case.confirmed_at,
            "called_at": case.called_at,
            "approved_at": case.approved_at,
            "ended_at": case.ended_at,
        }
        for case in db.session.scalars(
            select(RecoveryCase)
            .where(RecoveryCase.member_id == event.member_id)
            .order_by(RecoveryCase.id)
        )
    ]


def erase(event: MemberErased) -> None:
    """Words and notes about the member go, and those the member wrote about a colleague, and so do
    the pages of the cases. That there were cases, and who decided on them, stays. What went on was
    stopped when the account was closed."""
    for case in db.session.scalars(
        select(RecoveryCase).where(RecoveryCase.member_id == event.member_id)
    ):
        case.words = case.confirm_note = case.call_note = case.end_reason = ""
        case.reference_digest = digest(new_token())
    db.session.execute(
        update(RecoveryCase)
        .where(RecoveryCase.confirmed_by_id == event.member_id)
        .values(confirm_note="")
    )
    db.session.flush()
