"""Counts attempts by key and window, where every process sees them (`forum.core.attempts`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import delete, func, select

from forum.core import clock
from forum.core.attempts import Attempt, Store, store_at
from forum.core.db import db
from forum.core.services import services

#: The longest wait ever told to anybody (security.md T1).
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts within `window`."""

    most: int
    window: timedelta


def _store() -> Store:
    return store_at(services().settings.redis_url)


def wait(key: str, limits: Sequence[Limit]) -> timedelta | None:
    """How long until another attempt under `key` is taken; None if one is taken now."""
    waits = [found for limit in limits if (found := _wait_for(key, limit)) is not None]
    return min(max(waits), LONGEST_WAIT) if waits else None


def _wait_for(key: str, limit: Limit) -> timedelta | None:
    now = clock.now()
    # The attempt that must grow old before there is room again.
    blocking = _store().latest(key, now - limit.window, limit.most)
    return None if blocking is None else max(blocking + limit.window - now, timedelta(seconds=1))


def hold(*keys: str) -> None:
    """Let nobody else count under these keys until the operation in hand ends, wherever attempts
    are kept: between asking for the wait and noting the attempt nobody comes in between.

    On SQLite a writing transaction is alone, once it has begun.
    """
    db.session.connection()
    if db.session.get_bind().dialect.name == "postgresql":
        for key in sorted(keys):
            db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def note(key: str) -> str:
    """Count one attempt; inside the operation in hand. Gives what `take_back` needs."""
    return _store().note(key, clock.now())


def take_back(noted: Sequence[str]) -> None:
    """Count these attempts no more: they succeeded."""
    if noted:
        _store().take_back(noted)


def count(key: str, window: timedelta) -> int:
    """How many attempts there were within `window`."""
    return _store().count(key, clock.now() - window)


def forget(key: str) -> None:
    """Start counting anew, after a success."""
    _store().forget(key)


def forget_before(moment: datetime) -> None:
    """Delete the rows that no window reaches any more; Redis sees to its own."""
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
