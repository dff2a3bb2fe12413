"""What the worker does for changes of e-mail."""

from typing import Final

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import operation
from forum.core.errors import Conflict
from forum.core.mail import post_mail
from forum.core.services import services
from forum.mailboxes.models import OPEN, ChangeStatus, MailboxChange
from forum.mailboxes.operations.moving import PAGE, end, held, tell_the_end
from forum.mailboxes.operations.yearly import note_proof
from forum.mailboxes.queries import changes_due, changes_past
from forum.members.operations import move_mailbox
from forum.policy import ANONYMOUS
from forum.signin.models import LinkPurpose
from forum.signin.operations import end_sessions_of
from forum.signin.operations.links import kill_links
from forum.signin.queries import member_in_use

#: What lies in the old mailbox; but to stop a recovery is right from there, too.
_WORTH_NOTHING: Final = frozenset(LinkPurpose) - {LinkPurpose.RECOVERY_STOP}
_UNDECIDED: Final = frozenset({ChangeStatus.ASKED, ChangeStatus.PROVED})


def complete_changes() -> None:
    """Changes happen whose time has come, and those past their time end."""
    for change_id in changes_due(clock.now()):
        _complete(change_id)
    for change_id in changes_past(clock.now()):
        _expire(change_id)


@operation
def _complete(change_id: int) -> None:
    """All of it or nothing: the address, the links that lie in the old mailbox, the sessions."""
    change = held(change_id)
    if change.status is not ChangeStatus.APPROVED:
        return  # stopped or withdrawn at the last moment, or another worker was faster
    old, subject = change.member.email, f"member:{change.member_id}"
    if not _moves(change):
        end(change, OPEN, ChangeStatus.FAILED)
        record(ANONYMOUS, "mailbox:change", subject, outcome="refused")
        tell_the_end(change)
        return
    end(change, OPEN, ChangeStatus.DONE)
    kill_links(change.member_id, *_WORTH_NOTHING)
    record(ANONYMOUS, "mailbox:change", subject, details={"change": change.id})
    note_proof(ANONYMOUS, change.member_id, change.proved_at)
    end_sessions_of(change.member_id)
    secretariat = services().settings.secretariat_email
    post_mail("mailboxes/left", old, path="/", secretariat_email=secretariat)
    post_mail("mailboxes/changed", change.address, path=PAGE)


def _moves(change: MailboxChange) -> bool:
    """Whether the account has the new mailbox now; not if another took it, or it is out of use."""
    if member_in_use(change.member_id) is None:
        return False
    try:
        move_mailbox(ANONYMOUS, change.member_id, change.address)
    except Conflict:
        return False
    return True


@operation
def _expire(change_id: int) -> None:
    change = held(change_id)
    if change.status not in _UNDECIDED:
        return
    end(change, _UNDECIDED, ChangeStatus.EXPIRED)
    subject = f"member:{change.member_id}"
    record(ANONYMOUS, "mailbox:expire", subject, details={"change": change.id})
    tell_the_end(change)
