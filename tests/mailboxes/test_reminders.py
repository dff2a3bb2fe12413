"""When somebody who was asked is reminded."""

from datetime import timedelta

import pytest

from forum.mailboxes.reminders import days_left, mails_due

DAY = timedelta(days=1)


@pytest.mark.parametrize(("day", "mails"), [(0, 1), (14, 1), (15, 2), (26, 2), (27, 3), (90, 3)])
def test_of_thirty_days_the_first_the_fifteenth_and_the_third_last_bring_a_mail(
    day: int, mails: int
) -> None:
    assert mails_due(day * DAY, 30 * DAY) == mails


@pytest.mark.parametrize(
    ("waited", "left"), [(0 * DAY, 30), (timedelta(hours=1), 30), (29 * DAY, 1), (31 * DAY, 0)]
)
def test_a_day_that_has_begun_counts_as_left(waited: timedelta, left: int) -> None:
    assert days_left(waited, 30 * DAY) == left
