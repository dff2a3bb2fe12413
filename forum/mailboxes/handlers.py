"""Reactions to what lower features announce."""

from sqlalchemy import delete, select

from forum.core import clock
from forum.core.db import db
from forum.core.events import subscribe
from forum.core.mail import forget_mail
from forum.mailboxes.models import ChangeStatus, MailboxChange, MailboxProof, YearlyQuestion
from forum.mailboxes.operations import stop_after_alarm
from forum.members.events import DataAsked, MemberErased
from forum.signin.events import AlarmRaised


def subscribe_all() -> None:
    """Listen; doing it twice changes nothing."""
    subscribe(AlarmRaised, stop)
    subscribe(DataAsked, add_changes)
    subscribe(MemberErased, erase)


def stop(event: AlarmRaised) -> None:
    """A change that is under way comes to nothing."""
    stop_after_alarm(event.member_id)


def add_changes(event: DataAsked) -> None:
    """The addresses that the member asked for, and what came of it; not who decided."""
    event.held["changes_of_e_mail"] = [
        {
            "address": change.address,
            "status": change.status,
            "asked_at": change.asked_at,
            "ended_at": change.ended_at,
            "reason": change.reason,
        }
        for change in _changes_of(event.member_id)
    ]
    proof = db.session.get(MailboxProof, event.member_id)
    event.held["mailbox_proved_at"] = proof.proved_at if proof else None


def erase(event: MemberErased) -> None:
    """Addresses and reasons go; a change that waits comes to nothing, and nothing is asked."""
    for change in _changes_of(event.member_id):
        forget_mail(change.address)
        change.address = change.reason = ""
        if change.is_open:
            change.status, change.ended_at = ChangeStatus.WITHDRAWN, clock.now()
    db.session.execute(delete(YearlyQuestion).where(YearlyQuestion.member_id == event.member_id))
    db.session.flush()


def _changes_of(member_id: int) -> list[MailboxChange]:
    found = select(MailboxChange).where(MailboxChange.member_id == member_id)
    return list(db.session.scalars(found.order_by(MailboxChange.id)))
