"""Counting attempts: over windows, for everybody alike, and never longer than a quarter of an hour;
the same in the database, in Redis, and in the database while Redis is away."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import redis
from flask import Flask

from forum.core import attempts, throttle
from forum.core.attempts import Attempt, InRedisOrDatabase, store_at
from forum.core.db import db, operation
from forum.core.settings import Settings
from forum.core.throttle import LONGEST_WAIT, Limit
from tests import factories
from tests.conftest import close, make_site
from tests.pages import visit
from tests.support import redis_server

FIVE_IN_FIVE = Limit(5, timedelta(minutes=5))
SEVEN_A_DAY = Limit(7, timedelta(days=1))


@pytest.fixture(scope="module")
def server() -> Iterator[redis_server.Server]:
    with redis_server.running() as found:
        yield found


@pytest.fixture(params=["database", "redis", "redis away"])
def site(
    request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """A site whose attempts are kept here or there."""
    url = ""
    if request.param == "redis":
        url = request.getfixturevalue("server").url
        with redis.Redis.from_url(url) as client:
            client.flushdb()
    elif request.param == "redis away":
        url = f"redis://127.0.0.1:{redis_server.free_port()}/0"
    made = make_site(replace(settings, redis_url=url))
    factories.use(made)
    yield made
    close(made)
    store_at.cache_clear()
    attempts._client.cache_clear()


@operation
def note(key: str) -> str:
    return throttle.note(key)


def test_the_fifth_attempt_is_the_last_until_the_first_grows_old(site: Flask, at: Any) -> None:
    with site.app_context():
        for _ in range(5):
            assert throttle.wait("a", [FIVE_IN_FIVE]) is None
            note("a")
            at(timedelta(minutes=1))

        assert throttle.wait("a", [FIVE_IN_FIVE]) is None  # the first is five minutes old now
        note("a")
        assert throttle.wait("a", [FIVE_IN_FIVE]) == timedelta(minutes=1)


def test_keys_are_counted_apart(site: Flask) -> None:
    with site.app_context():
        for _ in range(5):
            note("a")

        assert throttle.wait("a", [FIVE_IN_FIVE]) is not None
        assert throttle.wait("b", [FIVE_IN_FIVE]) is None


def test_the_strictest_limit_decides_and_no_wait_is_told_longer_than_fifteen_minutes(
    site: Flask, at: Any
) -> None:
    with site.app_context():
        for _ in range(7):
            note("a")
            at(timedelta(hours=1))

        assert throttle.wait("a", [FIVE_IN_FIVE]) is None
        assert throttle.wait("a", [FIVE_IN_FIVE, SEVEN_A_DAY]) == LONGEST_WAIT


def test_what_was_forgotten_counts_no_more(site: Flask) -> None:
    with site.app_context():
        for _ in range(5):
            note("a")
        operation(throttle.forget)("a")

        assert throttle.count("a", timedelta(hours=1)) == 0
        assert throttle.wait("a", [FIVE_IN_FIVE]) is None


def test_what_is_taken_back_counts_no_more_and_all_else_does(site: Flask, at: Any) -> None:
    with site.app_context():
        noted = [note("a") for _ in range(3)] + [note("b")]

        operation(throttle.take_back)([noted[1], noted[3]])
        operation(throttle.take_back)([])

        assert throttle.count("a", timedelta(hours=1)) == 2
        assert throttle.count("b", timedelta(hours=1)) == 0
        at(timedelta(hours=1))
        assert throttle.count("a", timedelta(hours=1)) == 0  # after a window, not at its end


def test_many_at_a_time_pass_no_more_often_than_one_at_a_time(site: Flask) -> None:
    passed: list[int] = []

    @operation
    def attempt(number: int) -> None:
        throttle.hold("a")
        if throttle.wait("a", [FIVE_IN_FIVE]) is None:
            throttle.note("a")
            passed.append(number)

    def run(number: int) -> None:
        with site.app_context():
            attempt(number)

    threads = [threading.Thread(target=run, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(passed) == 5


def rows(site: Flask) -> int:
    with site.app_context():
        return db.session.query(Attempt).count()


def test_with_redis_nothing_is_written_to_the_database_and_every_process_counts_the_same(
    settings: Settings, server: redis_server.Server
) -> None:
    shared = replace(settings, redis_url=server.url)
    first, second = make_site(shared), make_site(shared)
    with first.app_context():
        for _ in range(5):
            note("shared")
    store_at.cache_clear()

    with second.app_context():
        assert throttle.wait("shared", [FIVE_IN_FIVE]) is not None
    assert rows(first) == 0
    with redis.Redis.from_url(server.url) as client:
        assert 0 < client.ttl("forum:attempts:shared") <= attempts.KEPT.total_seconds()
    close(first)
    close(second)


def test_when_redis_goes_away_limits_hold_and_when_it_is_back_it_counts_again(
    settings: Settings, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with redis_server.running() as lost:
        site = make_site(replace(settings, redis_url=lost.url))
        with site.app_context():
            kept = note("a")
            lost.stop()
            for _ in range(5):
                assert throttle.wait("a", [FIVE_IN_FIVE]) is None
                note("a")

            assert throttle.wait("a", [FIVE_IN_FIVE]) is not None
            operation(throttle.take_back)([kept])  # cannot be done, and does no harm
            operation(throttle.forget)("a")
            assert throttle.wait("a", [FIVE_IN_FIVE]) is None
    store = store_at(lost.url)
    assert isinstance(store, InRedisOrDatabase)
    with redis_server.running() as back:
        monkeypatch.setattr(store._redis, "_redis", redis.Redis.from_url(back.url))
        with site.app_context():
            note("a")
            assert rows(site) == 1  # it is left alone for some seconds
            store._left_alone_until = 0.0
            note("a")
            assert rows(site) == 1
    close(site)
    store_at.cache_clear()
    attempts._client.cache_clear()


def test_members_come_in_while_redis_is_away(settings: Settings, at: Any) -> None:
    from forum.web.limits import limiter
    from tests.factories import a_member
    from tests.signin.steps import is_signed_in, sign_in

    url = f"redis://127.0.0.1:{redis_server.free_port()}/0"
    site = make_site(replace(settings, redis_url=url))
    factories.use(site)
    client = site.test_client()

    sign_in(client, a_member(), at.moment)

    assert is_signed_in(client)
    assert visit(client, "/threads/new").status == 200
    limiter._storage_dead = False
    close(site)
    store_at.cache_clear()
    attempts._client.cache_clear()
