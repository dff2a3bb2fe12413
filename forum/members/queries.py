"""Members by number and by mailbox, and what limits them."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select

from forum.core import clock
from forum.core.db import db
from forum.core.mailbox import mailbox_key
from forum.members.models import Approval, Limit, LimitKind, Member
from forum.policy import Restriction


def member_with_mailbox(address: str) -> Member | None:
    """Whoever has that official mailbox, in whatever status."""
    return db.session.scalar(select(Member).where(Member.email_key == mailbox_key(address)))


def mailbox_of(member_id: int) -> str:
    """The official mailbox of the member of that number."""
    return db.session.get_one(Member, member_id).email


def in_force(at: datetime) -> ColumnElement[bool]:
    """Of limits: those that hold at that moment."""
    return Limit.lifted_at.is_(None) & or_(Limit.until_at.is_(None), Limit.until_at > at)


def limits_of(member_id: int) -> list[Limit]:
    """What limits a member now, the latest first."""
    return list(
        db.session.scalars(
            select(Limit)
            .where(Limit.member_id == member_id, in_force(clock.now()))
            .order_by(Limit.id.desc())
        )
    )


def restriction_of(member_id: int, kind: LimitKind = LimitKind.READ_ONLY) -> Restriction | None:
    """What restricts a member to reading now, or keeps one out; of several, what lasts longest."""
    found = [limit for limit in limits_of(member_id) if limit.kind is kind]
    endless = [limit for limit in found if limit.until_at is None]
    ending = sorted((limit.until_at, limit.id, limit) for limit in found if limit.until_at)
    last = endless[0] if endless else ending[-1][2] if ending else None
    return None if last is None else Restriction(last.cause, last.reason, last.until_at)


def all_limits_of(member_id: int) -> list[Limit]:
    """Everything that ever limited a member, the latest first."""
    return list(
        db.session.scalars(
            select(Limit).where(Limit.member_id == member_id).order_by(Limit.id.desc())
        )
    )


def approvers_of(member_id: int) -> list[Member]:
    """The moderators who approved a member, in the order in which they did."""
    return list(
        db.session.scalars(
            select(Member)
            .join(Approval, Approval.by_id == Member.id)
            .where(Approval.member_id == member_id)
            .order_by(Approval.id)
        )
    )


def members_approved_by(moderator_id: int) -> set[int]:
    """Numbers of the members whom a moderator approved."""
    return set(db.session.scalars(select(Approval.member_id).where(Approval.by_id == moderator_id)))


def rules_accepted_by(member_id: int | None) -> date | None:
    """Which house rules a member accepted last."""
    return db.session.scalar(select(Member.rules_version).where(Member.id == member_id))
