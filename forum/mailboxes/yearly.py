"""What every member is asked once a year: is the mailbox still yours, are you still here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from forum.core import clock
from forum.core.db import db
from forum.core.errors import NotFound
from forum.core.services import services
from forum.mailboxes.models import MailboxProof, QuestionKind, YearlyQuestion
from forum.mailboxes.queries import answered_for, authorities_of, may, subjects_of
from forum.members.models import Limit, LimitCause, LimitKind, Member, in_use
from forum.members.queries import in_force
from forum.policy import Actor, Permission
from forum.signin.models import LinkPurpose, OneTimeLink
from forum.signin.queries import link_in_force


@dataclass(frozen=True)
class Proof:
    """The yearly proof of one's own mailbox."""

    proved_at: datetime
    #: When it is asked for again.
    next_at: datetime
    #: Set while it is asked for: what follows if it does not come by then.
    by: datetime | None


def every(kind: QuestionKind) -> timedelta:
    """How long an answer holds."""
    settings = services().settings
    days = {
        QuestionKind.MAILBOX: settings.mailbox_renewal_days,
        QuestionKind.PRESENCE: settings.unseen_days,
    }
    return timedelta(days=days[kind])


def grace(kind: QuestionKind) -> timedelta:
    """How long there is to answer."""
    settings = services().settings
    days = {
        QuestionKind.MAILBOX: settings.mailbox_renewal_grace_days,
        QuestionKind.PRESENCE: settings.unseen_grace_days,
    }
    return timedelta(days=days[kind])


def _due(kind: QuestionKind) -> Select[int]:
    """Numbers of the members in use whose last answer is too old. Activation counts as a proof of
    the mailbox, and as having been here."""
    now = clock.now()
    answered = {
        QuestionKind.MAILBOX: func.coalesce(MailboxProof.proved_at, Member.activated_at),
        QuestionKind.PRESENCE: func.coalesce(Member.signed_in_at, Member.activated_at),
    }
    return (
        select(Member.id)
        .outerjoin(MailboxProof, MailboxProof.member_id == Member.id)
        .where(in_use(now), answered[kind] <= now - every(kind))
    )


def members_to_ask(kind: QuestionKind) -> Sequence[int]:
    """Numbers of those who are asked, or were asked and did not answer yet."""
    return db.session.scalars(_due(kind).order_by(Member.id)).all()


def is_to_be_asked(kind: QuestionKind, member_id: int) -> bool:
    """Whether one of them is, still."""
    return db.session.scalar(_due(kind).where(Member.id == member_id)) is not None


def members_to_leave_alone(kind: QuestionKind) -> Sequence[int]:
    """Numbers of those who were asked and answered, or cannot answer now: asked anew some day."""
    return db.session.scalars(
        select(YearlyQuestion.member_id).where(
            YearlyQuestion.kind == kind, YearlyQuestion.member_id.not_in(_due(kind))
        )
    ).all()


def question_to(kind: QuestionKind, member_id: int) -> YearlyQuestion | None:
    """The question that is open."""
    return db.session.get(YearlyQuestion, (member_id, kind), populate_existing=True)


def proof_of(member: Member) -> Proof | None:
    """The proof of a member's mailbox; None before activation."""
    kept = db.session.get(MailboxProof, member.id)
    proved_at = kept.proved_at if kept else member.activated_at
    if proved_at is None:
        return None
    asked = question_to(QuestionKind.MAILBOX, member.id)
    return Proof(
        proved_at,
        proved_at + every(QuestionKind.MAILBOX),
        asked.asked_at + grace(QuestionKind.MAILBOX) if asked else None,
    )


def renewal_link(token: str) -> OneTimeLink:
    """The link by which a member proves the mailbox. Raises NotFound if it is over."""
    link = link_in_force(token, LinkPurpose.MAILBOX_RENEWAL)
    if link is None or not link.member.may_prove:
        raise NotFound("link to prove a mailbox")
    return link


def mailbox_to_renew(token: str) -> str:
    """The address that a link proves. Raises NotFound if the link is over."""
    return renewal_link(token).member.email


def let_in_by(actor: Actor) -> frozenset[int]:
    """Numbers of the members whom `actor` can let in: suspended for not being seen."""
    if not actor.has_desk or actor.is_read_only:
        return frozenset()
    return frozenset(db.session.scalars(_unseen().where(Limit.member_id.in_(answered_for(actor)))))


def member_to_let_in(actor: Actor, member_id: int) -> Member:
    """A member suspended for not being seen, whom `actor` answers for. Raises NotFound."""
    subjects = subjects_of(authorities_of([member_id]).get(member_id, []), member_id)
    is_kept_out = db.session.scalar(_unseen().where(Limit.member_id == member_id)) is not None
    if not is_kept_out or not may(actor, Permission.MEMBER_LET_IN, subjects):
        raise NotFound(f"member {member_id}")
    return db.session.get_one(Member, member_id)


def _unseen() -> Select[int]:
    return select(Limit.member_id).where(
        Limit.cause == LimitCause.UNSEEN,
        Limit.kind == LimitKind.SUSPENDED,
        in_force(clock.now()),
    )
