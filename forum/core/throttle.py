"""Counts attempts by key and window, in the database, so that every process counts the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import Index, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock
from forum.core.db import Base, db

#: The longest wait ever told to anybody (security.md T1).
LONGEST_WAIT = timedelta(minutes=15)


class Attempt(Base):
    """One attempt under one key; the key is a digest, so that the table names nobody."""

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts within `window`."""

    most: int
    window: timedelta


def wait(key: str, limits: Sequence[Limit]) -> timedelta | None:
    """How long until another attempt under `key` is taken; None if one is taken now."""
    waits = [found for limit in limits if (found := _wait_for(key, limit)) is not None]
    return min(max(waits), LONGEST_WAIT) if waits else None


def _wait_for(key: str, limit: Limit) -> timedelta | None:
    now = clock.now()
    # The attempt that must grow old before there is room again.
    blocking = db.session.scalar(
        select(Attempt.at)
        .where(Attempt.key == key, Attempt.at > now - limit.window)
        .order_by(Attempt.at.desc())
        .offset(limit.most - 1)
        .limit(1)
    )
    return None if blocking is None else max(blocking + limit.window - now, timedelta(seconds=1))


def hold(*keys: str) -> None:
    """Let nobody else count under these keys until the operation in hand ends.

    On SQLite a writing transaction is alone anyway.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        for key in sorted(keys):
            db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def note(key: str) -> int:
    """Count one attempt; inside the operation in hand. Gives its number, for `take_back`."""
    attempt = Attempt(key=key, at=clock.now())
    db.session.add(attempt)
    db.session.flush()
    return attempt.id


def take_back(numbers: Sequence[int]) -> None:
    """Count these attempts no more: they succeeded."""
    db.session.execute(delete(Attempt).where(Attempt.id.in_(numbers)))


def count(key: str, window: timedelta) -> int:
    """How many attempts there were within `window`."""
    found = (
        select(func.count())
        .select_from(Attempt)
        .where(Attempt.key == key, Attempt.at > clock.now() - window)
    )
    return db.session.scalar(found) or 0


def forget(key: str) -> None:
    """Start counting anew, after a success."""
    db.session.execute(delete(Attempt).where(Attempt.key == key))


def forget_before(moment: datetime) -> None:
    """Delete what no window reaches any more."""
    db.session.execute(delete(Attempt).where(Attempt.at < moment))


def network(address: str) -> str:
    """Whom an address stands for: in IPv6 one customer has all addresses of a /64."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, 64), strict=False))
    return address
