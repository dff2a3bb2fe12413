"""Members by number and by mailbox, and what limits them."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from forum.core import clock
from forum.core.db import db
from forum.core.mailbox import mailbox_key
from forum.members.models import Limit, LimitKind, Member
from forum.policy import Restriction


def member_with_mailbox(address: str) -> Member | None:
    """Whoever has that official mailbox, in whatever status."""
    return db.session.scalar(select(Member).where(Member.email_key == mailbox_key(address)))


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
