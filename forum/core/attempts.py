"""Where attempts are kept: in the database, or in Redis where the site has one.

Both are seen by every process. While Redis is away attempts are kept in the database, so that
members come in and limits hold: whoever tries just when it goes away or comes back has each limit
once more, and never without end. To refuse everybody instead would let whoever stops Redis keep
all members out.
"""

import functools
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, TypeVar, cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import Index, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Base, db
from forum.core.secrets import new_reference

log = logging.getLogger(__name__)

T = TypeVar("T")

#: How long Redis is waited for, in seconds, and how long it is left alone once it did not answer.
PATIENCE: Final = 1.0
_LEFT_ALONE: Final = 10.0

#: No limit looks back further than a day (security.md T1).
KEPT: Final = timedelta(days=2)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Attempt(Base):
    """One attempt under one key; the key is a digest, so that the table names nobody."""

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(index=True)


class Store(Protocol):
    """Keeps attempts by key and moment."""

    def latest(self, key: str, since: datetime, number: int) -> datetime | None:
        """When the attempt was that is so many back from now, if it was after `since`."""
        ...

    def count(self, key: str, since: datetime) -> int:
        """How many there were after `since`."""
        ...

    def note(self, key: str, at: datetime) -> str:
        """Keep one; gives what takes it back."""
        ...

    def take_back(self, noted: Sequence[str]) -> None:
        """Keep these no more."""
        ...

    def forget(self, key: str) -> None:
        """Keep none under this key."""
        ...


class InDatabase:
    """Rows of the transaction in hand."""

    def latest(self, key: str, since: datetime, number: int) -> datetime | None:
        return db.session.scalar(
            select(Attempt.at)
            .where(Attempt.key == key, Attempt.at > since)
            .order_by(Attempt.at.desc())
            .offset(number - 1)
            .limit(1)
        )

    def count(self, key: str, since: datetime) -> int:
        found = select(func.count()).where(Attempt.key == key, Attempt.at > since)
        return db.session.scalar(found) or 0

    def note(self, key: str, at: datetime) -> str:
        attempt = Attempt(key=key, at=at)
        db.session.add(attempt)
        db.session.flush()
        return str(attempt.id)

    def take_back(self, noted: Sequence[str]) -> None:
        db.session.execute(delete(Attempt).where(Attempt.id.in_(map(int, noted))))

    def forget(self, key: str) -> None:
        db.session.execute(delete(Attempt).where(Attempt.key == key))


class InRedis:
    """A sorted set for each key, by microseconds since 1970; it goes by itself.

    What is kept here is not undone with the transaction in hand: the attempt was made.
    """

    def __init__(self, url: str) -> None:
        self._redis = _client(url)

    def latest(self, key: str, since: datetime, number: int) -> datetime | None:
        found = self._redis.zrevrangebyscore(
            _name(key), "+inf", f"({_score(since)}", start=number - 1, num=1, withscores=True
        )
        return _EPOCH + timedelta(microseconds=int(found[0][1])) if found else None

    def count(self, key: str, since: datetime) -> int:
        return cast("int", self._redis.zcount(_name(key), f"({_score(since)}", "+inf"))

    def note(self, key: str, at: datetime) -> str:
        name, attempt = _name(key), new_reference()
        with self._redis.pipeline(transaction=True) as together:
            together.zadd(name, {attempt: _score(at)})
            together.zremrangebyscore(name, "-inf", _score(at - KEPT))
            together.expire(name, KEPT)
            together.execute()
        return f"{attempt} {key}"

    def take_back(self, noted: Sequence[str]) -> None:
        by_key: defaultdict[str, list[str]] = defaultdict(list)
        for attempt, _, key in (each.partition(" ") for each in noted):
            by_key[key].append(attempt)
        with self._redis.pipeline(transaction=True) as together:
            for key, attempts in by_key.items():
                together.zrem(_name(key), *attempts)
            together.execute()

    def forget(self, key: str) -> None:
        self._redis.delete(_name(key))


def _name(key: str) -> str:
    return f"forum:attempts:{key}"


def _score(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


@functools.cache
def _client(url: str) -> "redis.Redis":
    """One for each process; connections are made when they are first needed."""
    return redis.Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 1),  # a connection that had gone stale is made anew
    )


class InRedisOrDatabase:
    """Redis, and the database while Redis does not answer."""

    def __init__(self, url: str) -> None:
        self._redis, self._database = InRedis(url), InDatabase()
        self._left_alone_until = 0.0

    def latest(self, key: str, since: datetime, number: int) -> datetime | None:
        return self._tried(
            lambda: self._redis.latest(key, since, number),
            lambda: self._database.latest(key, since, number),
        )

    def count(self, key: str, since: datetime) -> int:
        return self._tried(
            lambda: self._redis.count(key, since), lambda: self._database.count(key, since)
        )

    def note(self, key: str, at: datetime) -> str:
        return self._tried(lambda: self._redis.note(key, at), lambda: self._database.note(key, at))

    def take_back(self, noted: Sequence[str]) -> None:
        rows = [each for each in noted if each.isdecimal()]
        others = [each for each in noted if not each.isdecimal()]
        if rows:
            self._database.take_back(rows)
        if others:  # what cannot be taken back stays counted
            self._tried(lambda: self._redis.take_back(others), lambda: None)

    def forget(self, key: str) -> None:
        self._database.forget(key)
        self._tried(lambda: self._redis.forget(key), lambda: None)

    def _tried(self, there: Callable[[], T], here: Callable[[], T]) -> T:
        if time.monotonic() >= self._left_alone_until:
            try:
                return there()
            except redis.RedisError as error:
                self._left_alone_until = time.monotonic() + _LEFT_ALONE
                log.error(
                    "Redis does not answer; attempts are counted in the database",
                    extra={"error": type(error).__name__},
                )
        return here()


_IN_DATABASE: Final = InDatabase()


@functools.cache
def store_at(url: str) -> Store:
    """Where attempts are kept, by the address of Redis; the database if that is empty."""
    return InRedisOrDatabase(url) if url else _IN_DATABASE
