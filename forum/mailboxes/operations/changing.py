"""A change of e-mail from the side of the member and of both mailboxes."""

from datetime import timedelta
from typing import Final

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid, NotFound
from forum.core.events import announce
from forum.core.mail import post_mail
from forum.core.mailbox import mailbox_key
from forum.core.services import services
from forum.core.typed import N_
from forum.directory.models import Representation
from forum.directory.standing import answering_for
from forum.mailboxes.models import OPEN, ChangeStatus, MailboxChange
from forum.mailboxes.operations.moving import (
    end,
    hold_member,
    move,
    tell_new,
    tell_old,
    tell_the_end,
)
from forum.mailboxes.queries import change_behind, open_change, own_member
from forum.mailboxes.review import Reviewed, reviewed
from forum.members.queries import member_with_mailbox
from forum.policy import ANONYMOUS, Actor, Role
from forum.signin.events import AlarmRaised
from forum.signin.models import LinkPurpose, OneTimeLink
from forum.signin.operations import end_sessions_of
from forum.signin.operations.links import make_link, spends_link
from forum.signin.operations.sessions import hold_session
from forum.signin.queries import link_in_force

_ASKED: Final = frozenset({ChangeStatus.ASKED})


@operation
def ask_for_change(actor: Actor, session_id: int, address: str) -> MailboxChange:
    """Ask to use another address; a change that was under way is given up.

    What comes of it is the same whether or not the address is another member's; only the mail
    differs. Raises Invalid if it is the address in use.
    """
    hold_session(actor, session_id)
    member = own_member(actor)
    if mailbox_key(address) == member.email_key:
        raise Invalid("email", N_("This is the address you have now. Write another one."))
    before = open_change(member.id)
    if before is not None:
        end(before, OPEN, ChangeStatus.REPLACED)
        _log(actor, "mailbox:replace", before)
    hours = services().settings.mailbox_change_hours
    now, lasts = clock.now(), timedelta(hours=hours)
    change = MailboxChange(member_id=member.id, address=address, asked_at=now, prove_by=now + lasts)
    db.session.add(change)
    db.session.flush()
    token, _ = make_link(member.id, LinkPurpose.MAILBOX_PROOF, lasts)
    if member_with_mailbox(address) is None:
        post_mail("mailboxes/prove", address, path=f"/mailbox/prove/{token}", hours=hours)
    else:
        post_mail("mailboxes/in_use", address, path="/sign-in")
    tell_old(change, "asked")
    _log(actor, "mailbox:ask", change)
    return change


@operation
def prove_new_mailbox(token: str) -> None:
    """Whoever reads the new mailbox pressed the button. Raises NotFound if the link is over."""
    change = _spent(token, LinkPurpose.MAILBOX_PROOF)
    now = clock.now()
    by = now + timedelta(days=services().settings.mailbox_change_days)
    move(change, _ASKED, ChangeStatus.PROVED, proved_at=now, decide_by=by)
    _log(ANONYMOUS, "mailbox:prove", change)
    tell_old(change, "proved")
    tell_new(change, "proved")
    found = reviewed(change)
    if not found.needs_two:
        for held in _those_to_ask(found):
            post_mail("mailboxes/approval_waits", held.member.email, path="/desk/mailboxes")


def _those_to_ask(found: Reviewed) -> list[Representation]:
    """Who answers for the member's authorities, each once, without the member."""
    numbers = {one.id for one in found.authorities}
    states = {one.state_code for one in found.authorities if one.state_code}
    asked: dict[int, Representation] = {}
    for held in answering_for(states, clock.now().date()):
        is_theirs = held.role is Role.FOCAL_POINT or held.authority_id in numbers
        if is_theirs and held.member_id != found.change.member_id:
            asked.setdefault(held.member_id, held)
    return list(asked.values())


@operation
def stop_change(token: str) -> None:
    """Whoever reads the old mailbox stopped the change: whoever asked for it may be a stranger, so
    all sessions end and the moderators are told. Raises NotFound if the link is over."""
    change = _spent(token, LinkPurpose.MAILBOX_STOP)
    _stop(change)
    end_sessions_of(change.member_id)
    announce(AlarmRaised(change.member_id))


@operation
def stop_after_alarm(member_id: int) -> None:
    """Somebody else was at work in the account: the change that is under way may be theirs."""
    hold_member(member_id)
    change = open_change(member_id)
    if change is not None:
        _stop(change)


def _stop(change: MailboxChange) -> None:
    end(change, OPEN, ChangeStatus.STOPPED)
    _log(ANONYMOUS, "mailbox:stop", change)
    tell_the_end(change)


@operation
def withdraw_change(actor: Actor, session_id: int) -> None:
    """Give one's own change up. Raises Conflict if none is under way."""
    hold_session(actor, session_id)
    change = open_change(own_member(actor).id)
    if change is None:
        raise Conflict(N_("No change of e-mail is under way."))
    end(change, OPEN, ChangeStatus.WITHDRAWN)
    _log(actor, "mailbox:withdraw", change)
    tell_the_end(change)


def _spent(token: str, purpose: LinkPurpose) -> MailboxChange:
    """The change that the link is about, the link being spent by this."""
    link = _link(token, purpose)
    hold_member(link.member_id)
    change = change_behind(token, purpose)
    if not spends_link(link):
        raise NotFound("link of a change of e-mail")
    return change


def _link(token: str, purpose: LinkPurpose) -> OneTimeLink:
    link = link_in_force(token, purpose)
    if link is None:
        raise NotFound("link of a change of e-mail")
    return link


def _log(actor: Actor, act: str, change: MailboxChange) -> None:
    record(actor, act, f"member:{change.member_id}", details={"change": change.id})
