"""Counting attempts: over windows, for everybody alike, and never longer than a quarter of an hour."""

from datetime import timedelta
from typing import Any

from flask import Flask

from forum.core import throttle
from forum.core.db import operation
from forum.core.throttle import LONGEST_WAIT, Limit

FIVE_IN_FIVE = Limit(5, timedelta(minutes=5))
SEVEN_A_DAY = Limit(7, timedelta(days=1))


@operation
def note(key: str) -> None:
    throttle.note(key)


def test_the_fifth_attempt_is_the_last_until_the_first_grows_old(app: Flask, at: Any) -> None:
    with app.app_context():
        for _ in range(5):
            assert throttle.wait("a", [FIVE_IN_FIVE]) is None
            note("a")
            at(timedelta(minutes=1))

        assert throttle.wait("a", [FIVE_IN_FIVE]) is None  # the first is five minutes old now
        note("a")
        assert throttle.wait("a", [FIVE_IN_FIVE]) == timedelta(minutes=1)


def test_keys_are_counted_apart(app: Flask) -> None:
    with app.app_context():
        for _ in range(5):
            note("a")

        assert throttle.wait("a", [FIVE_IN_FIVE]) is not None
        assert throttle.wait("b", [FIVE_IN_FIVE]) is None


def test_the_strictest_limit_decides_and_no_wait_is_told_longer_than_fifteen_minutes(
    app: Flask, at: Any
) -> None:
    with app.app_context():
        for _ in range(7):
            note("a")
            at(timedelta(hours=1))

        assert throttle.wait("a", [FIVE_IN_FIVE]) is None
        assert throttle.wait("a", [FIVE_IN_FIVE, SEVEN_A_DAY]) == LONGEST_WAIT


def test_what_was_forgotten_counts_no_more(app: Flask) -> None:
    with app.app_context():
        for _ in range(5):
            note("a")
        operation(throttle.forget)("a")

        assert throttle.count("a", timedelta(hours=1)) == 0
        assert throttle.wait("a", [FIVE_IN_FIVE]) is None
