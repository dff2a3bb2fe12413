"""An entry's age: well up to six months, due up to twelve, then overdue."""

from datetime import UTC, date, datetime

import pytest

from forum.directory.freshness import Freshness, freshness, months_after

CONFIRMED = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 31), Freshness.CONFIRMED),
        (date(2026, 7, 31), Freshness.CONFIRMED),
        (date(2026, 8, 1), Freshness.DUE),
        (date(2027, 1, 31), Freshness.DUE),
        (date(2027, 2, 1), Freshness.OVERDUE),
    ],
)
def test_the_ages_of_a_confirmation(day: date, expected: Freshness) -> None:
    assert freshness(CONFIRMED, day) is expected


def test_an_entry_that_nobody_confirmed_says_so() -> None:
    assert freshness(None, date(2026, 1, 1)) is Freshness.NEVER


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
    ],
)
def test_months_have_different_lengths(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later
