"""Reactions to what lower features announce."""

from sqlalchemy import delete, select

from forum.core.db import db
from forum.core.events import subscribe
from forum.core.mailbox import mailbox_key
from forum.members.events import DataAsked, MemberErased, RoleChanged, StatusChanged
from forum.recovery.models import RecoveryCase, RecoveryRequest
from forum.recovery.operations import stop_without_standing


def stop_if_gone(event: RoleChanged | StatusChanged) -> None:
    """Nobody gets a new factor for an account out of use, or on the word of former colleagues."""
    stop_without_standing(event.member_id)


def add_cases(event: DataAsked) -> None:
    """That there were cases, and how they ended; not who had a part in them."""
    event.held["recoveries"] = [
        {"begun_at": case.begun_at, "status": case.status, "ended_at": case.ended_at}
        for case in _cases_of(event.member_id)
    ]


def erase(event: MemberErased) -> None:
    """The words that were said in cases go; that there were some, and who decided, stays."""
    for case in _cases_of(event.member_id):
        case.words = case.confirm_note = case.call_note = case.end_reason = ""
    asked = db.session.execute(select(RecoveryRequest.id, RecoveryRequest.address)).all()
    theirs = [number for number, address in asked if mailbox_key(address) == event.email_key]
    db.session.execute(delete(RecoveryRequest).where(RecoveryRequest.id.in_(theirs)))
    db.session.flush()


def _cases_of(member_id: int) -> list[RecoveryCase]:
    found = select(RecoveryCase).where(RecoveryCase.member_id == member_id)
    return list(db.session.scalars(found.order_by(RecoveryCase.id)))


def subscribe_all() -> None:
    """Listen; doing it twice changes nothing."""
    subscribe(DataAsked, add_cases)
    subscribe(MemberErased, erase)
    subscribe(RoleChanged, stop_if_gone)
    subscribe(StatusChanged, stop_if_gone)
