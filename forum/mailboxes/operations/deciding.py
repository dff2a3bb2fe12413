"""Approving a change of e-mail or declining it, at the desk and as a moderator."""

from datetime import timedelta
from typing import Final

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import operation
from forum.core.errors import Conflict, Invalid, NotFound
from forum.core.services import services
from forum.core.typed import N_
from forum.mailboxes.models import ChangeStatus, MailboxChange
from forum.mailboxes.operations.moving import end, held, move, tell_new, tell_old, tell_the_end
from forum.mailboxes.queries import may
from forum.mailboxes.review import Reviewed, change_at_desk, change_to_decide
from forum.policy import Actor, Permission, require

_PROVED: Final = frozenset({ChangeStatus.PROVED})
_EXPIRED: Final = N_(
    "This request has expired: nobody approved it in time. The member may ask for it again."
)


@operation
def approve_at_desk(actor: Actor, change_id: int) -> None:
    """Whoever answers for the authority approves. Raises Conflict if moderators must decide, it
    was decided meanwhile, or the time for it is over."""
    found = _at_desk(actor, change_id)
    if found.needs_two:
        raise Conflict(
            N_("The address is outside the domains of the authority: two moderators decide.")
        )
    _approve(actor, found.change)


@operation
def approve(actor: Actor, change_id: int) -> bool:
    """A moderator approves; False if a second one must do so too.

    Raises Forbidden for oneself, and for a second approval by the same moderator; Conflict if the
    time for it is over.
    """
    found = _to_decide(actor, change_id)
    require(actor, Permission.MAILBOX_DECIDE, found.second_subjects[0])
    if not found.needs_two or found.change.first_by_id is not None:
        _approve(actor, found.change)
        return True
    _refuse_if_late(found.change)
    move(found.change, _PROVED, ChangeStatus.PROVED, first_by_id=actor.id, first_at=clock.now())
    subject = f"member:{found.change.member_id}"
    record(actor, "mailbox:propose", subject, details={"change": change_id, "match": found.match})
    return False


@operation
def decline_at_desk(actor: Actor, change_id: int, reason: str) -> None:
    """Whoever answers for the authority leaves the address as it is. Raises Conflict."""
    _decline(actor, _at_desk(actor, change_id).change, reason)


@operation
def decline(actor: Actor, change_id: int, reason: str) -> None:
    """A moderator leaves the address as it is; also the one who approved first. Raises Conflict."""
    found = _to_decide(actor, change_id)
    require(actor, Permission.MAILBOX_DECIDE, found.subjects[0])
    _decline(actor, found.change, reason)


def _at_desk(actor: Actor, change_id: int) -> Reviewed:
    change_at_desk(actor, change_id)
    held(change_id)
    found = change_at_desk(actor, change_id)
    if not may(actor, Permission.MAILBOX_APPROVE, found.subjects):
        raise NotFound(f"change of e-mail {change_id}")
    return found


def _to_decide(actor: Actor, change_id: int) -> Reviewed:
    change_to_decide(actor, change_id)
    held(change_id)
    return change_to_decide(actor, change_id)


def _approve(actor: Actor, change: MailboxChange) -> None:
    """Let it happen when it could be stopped for a while."""
    _refuse_if_late(change)
    now, hours = clock.now(), services().settings.mailbox_change_wait_hours
    move(
        change,
        _PROVED,
        ChangeStatus.APPROVED,
        decided_by_id=actor.id,
        decided_at=now,
        due_at=now + timedelta(hours=hours),
    )
    subject = f"member:{change.member_id}"
    record(actor, "mailbox:approve", subject, details={"change": change.id})
    tell_old(change, "approved")
    tell_new(change, "approved")


def _refuse_if_late(change: MailboxChange) -> None:
    """The worker ends what was not decided in time, but it may come a little later."""
    if change.status in _PROVED and change.decide_by and change.decide_by <= clock.now():
        raise Conflict(_EXPIRED)


def _decline(actor: Actor, change: MailboxChange, reason: str) -> None:
    if not reason.strip():
        raise Invalid("reason", N_("Give the reason; the member sees it."))
    end(
        change,
        _PROVED,
        ChangeStatus.DECLINED,
        decided_by_id=actor.id,
        decided_at=clock.now(),
        reason=reason,
    )
    subject = f"member:{change.member_id}"
    record(actor, "mailbox:decline", subject, reason=reason, details={"change": change.id})
    tell_the_end(change)
