"""The yearly questions: asked and reminded of by the worker, answered by a press or by signing in."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import NotFound
from forum.core.mail import post_mail
from forum.core.services import services
from forum.directory.moderators import hold_moderators, is_needed
from forum.mailboxes.models import MailboxProof, QuestionKind, YearlyQuestion
from forum.mailboxes.operations.moving import hold_member
from forum.mailboxes.queries import own_member
from forum.mailboxes.reminders import days_left, mails_due
from forum.mailboxes.yearly import (
    grace,
    is_to_be_asked,
    member_to_let_in,
    members_to_ask,
    members_to_leave_alone,
    question_to,
    renewal_link,
)
from forum.members.limits import lift_limits, limit_member
from forum.members.models import LimitCause, LimitKind, Member
from forum.members.queries import limits_of
from forum.policy import ANONYMOUS, Actor
from forum.signin.models import LinkPurpose
from forum.signin.operations.links import kill_links, make_link, spends_link
from forum.signin.queries import member_in_use

#: What follows when no answer came in time.
_FOLLOWS: Final = {
    QuestionKind.MAILBOX: (LimitKind.READ_ONLY, LimitCause.MAILBOX),
    QuestionKind.PRESENCE: (LimitKind.SUSPENDED, LimitCause.UNSEEN),
}


def ask_yearly() -> None:
    """Ask those whose last answer is a year old, remind them, and do what follows if none comes."""
    for kind in QuestionKind:
        for member_id in members_to_leave_alone(kind):
            _leave_alone(kind, member_id)
        for member_id in members_to_ask(kind):
            _go_on_asking(kind, member_id)


@operation
def _leave_alone(kind: QuestionKind, member_id: int) -> None:
    """The time to answer does not run while an account cannot be used."""
    hold_member(member_id)
    if not is_to_be_asked(kind, member_id):
        _forget(kind, member_id)


@operation
def _go_on_asking(kind: QuestionKind, member_id: int) -> None:
    hold_moderators()
    hold_member(member_id)
    if not is_to_be_asked(kind, member_id):
        return  # answered at the last moment
    member = db.session.get_one(Member, member_id, populate_existing=True)
    question = question_to(kind, member_id) or _ask(kind, member_id)
    waited = clock.now() - question.asked_at
    if waited >= grace(kind):
        _follow(kind, member)
        return
    wanted = mails_due(waited, grace(kind))
    if question.mails < wanted:
        question.mails = wanted
        _mail(kind, member, days_left(waited, grace(kind)))


def _ask(kind: QuestionKind, member_id: int, mails: int = 0) -> YearlyQuestion:
    question = YearlyQuestion(member_id=member_id, kind=kind, asked_at=clock.now(), mails=mails)
    db.session.add(question)
    db.session.flush()
    record(ANONYMOUS, "member:ask", f"member:{member_id}", details={"question": kind})
    return question


def _follow(kind: QuestionKind, member: Member) -> None:
    """Once: who did not answer reads only, or is suspended; not the last moderators who can act, of
    whom the answer is waited for."""
    limit, cause = _FOLLOWS[kind]
    is_done = any((held.kind, held.cause) == (limit, cause) for held in limits_of(member.id))
    if is_done or is_needed(member.id):
        return
    limit_member(ANONYMOUS, member.id, limit, cause)
    if kind is QuestionKind.MAILBOX:
        _mail(kind, member, 0)
    else:
        _forget(kind, member.id)
        secretariat = services().settings.secretariat_email
        post_mail(
            "mailboxes/kept_out", member.email, path="/sign-in", secretariat_email=secretariat
        )


def _mail(kind: QuestionKind, member: Member, days: int) -> None:
    if kind is QuestionKind.MAILBOX:
        _mail_link(member, days)
    else:
        post_mail("mailboxes/unseen", member.email, path="/sign-in", days=days)


def _mail_link(member: Member, days: int | None) -> None:
    """A link that proves the mailbox; `days` are left, or none is, or it is not asked for yet."""
    lasts = timedelta(days=services().settings.mailbox_renewal_grace_days)
    token, _ = make_link(member.id, LinkPurpose.MAILBOX_RENEWAL, lasts)
    post_mail("mailboxes/renew", member.email, path=f"/mailbox/renew/{token}", days=days)


@operation
def mail_renewal(actor: Actor) -> None:
    """Mail oneself the link, before or after it was asked for."""
    member = own_member(actor)
    hold_member(member.id)
    _mail_link(member, None)
    record(actor, "mailbox:mail", f"member:{member.id}")


@operation
def renew_mailbox(token: str) -> None:
    """Whoever reads the mailbox pressed the button; what was withheld for want of it is given back.

    Raises NotFound if the link is over.
    """
    link = renewal_link(token)
    hold_member(link.member_id)
    if not spends_link(link):
        raise NotFound("link to prove a mailbox")
    member = link.member
    actor = Actor(id=member.id, name=member.name)
    record(actor, "mailbox:renew", f"member:{member.id}", details={"link": link.id})
    note_proof(actor, member.id, clock.now())


def note_proof(actor: Actor, member_id: int, at: datetime | None) -> None:
    """The member's mailbox was proved at that moment; inside the operation in hand."""
    db.session.merge(MailboxProof(member_id=member_id, proved_at=at or clock.now()))
    kill_links(member_id, LinkPurpose.MAILBOX_RENEWAL)
    _forget(QuestionKind.MAILBOX, member_id)
    lift_limits(actor, member_id, LimitCause.MAILBOX)


def _forget(kind: QuestionKind, member_id: int) -> None:
    db.session.execute(
        delete(YearlyQuestion).where(
            YearlyQuestion.member_id == member_id, YearlyQuestion.kind == kind
        )
    )


@operation
def let_in(actor: Actor, member_id: int) -> None:
    """Let a member in again who was suspended for not being seen; there is as much time to sign in
    as there was before. Raises NotFound."""
    hold_member(member_id)
    member = member_to_let_in(actor, member_id)
    lift_limits(actor, member_id, LimitCause.UNSEEN)
    if member_in_use(member_id) is not None:
        _ask(QuestionKind.PRESENCE, member_id, mails=1)
        days = services().settings.unseen_grace_days
        post_mail("mailboxes/let_in", member.email, path="/sign-in", days=days)
