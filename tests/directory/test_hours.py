"""Office hours hold in both zones, on days of 23, 24 and 25 hours and where a day is left out."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.directory.hours import (
    Change,
    Interval,
    Segment,
    WeeklyHours,
    is_open,
    is_round_the_clock,
    minute_of_day,
    next_change,
    on_readers_day,
    overlap,
)

MINUTE: Final = timedelta(minutes=1)
BRUSSELS: Final = "Europe/Brussels"
SYDNEY: Final = "Australia/Sydney"
SANTIAGO: Final = "America/Santiago"
KATHMANDU: Final = "Asia/Kathmandu"
AUCKLAND: Final = "Pacific/Auckland"
APIA: Final = "Pacific/Apia"


def office(
    zone: str, opens: str = "09:00", closes: str = "17:00", days: str = "01234"
) -> WeeklyHours:
    return WeeklyHours(
        zone, tuple(Interval(int(day), minutes(opens), minutes(closes)) for day in days)
    )


def minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def moment(zone: str, text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def clocks(segments: list[Segment]) -> list[str]:
    return [
        f"{s.start_minute // 60:02}:{s.start_minute % 60:02}"
        f"-{s.end_minute // 60:02}:{s.end_minute % 60:02}"
        for s in segments
    ]


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        ("2026-11-25T08:59:59", False),
        ("2026-11-25T09:00", True),
        ("2026-11-25T16:59:59.999", True),
        ("2026-11-25T17:00", False),
        ("2026-11-28T12:00", False),
    ],
)
def test_an_office_is_open_from_its_first_minute_to_its_last(at: str, answer: bool) -> None:
    assert is_open(office(BRUSSELS), moment(BRUSSELS, at)) is answer


@pytest.mark.parametrize(
    ("at", "change"),
    [
        ("2026-11-25T08:00", Change(utc("2026-11-25T08:00"), opens=True)),
        ("2026-11-25T09:00", Change(utc("2026-11-25T16:00"), opens=False)),
        ("2026-11-25T17:00", Change(utc("2026-11-26T08:00"), opens=True)),
        ("2026-11-27T17:00", Change(utc("2026-11-30T08:00"), opens=True)),
        # Over the night of 28 to 29 March Brussels goes from +1 to +2.
        ("2026-03-27T18:00", Change(utc("2026-03-30T07:00"), opens=True)),
        ("2026-10-23T18:00", Change(utc("2026-10-26T08:00"), opens=True)),
    ],
)
def test_the_next_change_is_the_next_opening_or_closing(at: str, change: Change) -> None:
    assert next_change(office(BRUSSELS), moment(BRUSSELS, at)) == change


def test_a_lunch_break_closes_the_office() -> None:
    hours = WeeklyHours(BRUSSELS, (Interval(2, 540, 720), Interval(2, 780, 1020)))
    noon = moment(BRUSSELS, "2026-11-25T12:30")

    assert not is_open(hours, noon)
    assert next_change(hours, noon) == Change(utc("2026-11-25T12:00"), opens=True)
    assert clocks(on_readers_day(hours, BRUSSELS, noon)) == ["09:00-12:00", "13:00-17:00"]


def test_hours_over_midnight_are_one_opening() -> None:
    hours = WeeklyHours(SYDNEY, (Interval(2, 1320, 1440), Interval(3, 0, 360)))

    change = next_change(hours, moment(SYDNEY, "2026-11-25T23:00"))

    assert change == Change(moment(SYDNEY, "2026-11-26T06:00").astimezone(UTC), opens=False)


def test_an_interval_written_twice_counts_once() -> None:
    hours = WeeklyHours(BRUSSELS, (Interval(2, 540, 800), Interval(2, 600, 1020)))
    at = moment(BRUSSELS, "2026-11-25T10:30")

    assert next_change(hours, at) == Change(utc("2026-11-25T16:00"), opens=False)
    assert clocks(on_readers_day(hours, BRUSSELS, at)) == ["09:00-17:00"]


# Brussels 2026: 29 March has 23 hours (02:00 becomes 03:00), 25 October 25 (03:00 becomes 02:00).


def test_an_office_that_opens_in_the_skipped_hour_opens_when_the_hour_is_over() -> None:
    hours = office(BRUSSELS, "02:30", "05:00", "6")

    assert next_change(hours, moment(BRUSSELS, "2026-03-29T01:30")) == Change(
        utc("2026-03-29T01:00"), opens=True
    )
    assert clocks(on_readers_day(hours, BRUSSELS, utc("2026-03-29T10:00"))) == ["03:00-05:00"]


def test_an_office_open_only_in_the_skipped_hour_opens_a_week_later() -> None:
    hours = office(BRUSSELS, "02:00", "03:00", "6")

    assert next_change(hours, moment(BRUSSELS, "2026-03-29T01:30")) == Change(
        moment(BRUSSELS, "2026-04-05T02:00").astimezone(UTC), opens=True
    )
    assert on_readers_day(hours, BRUSSELS, utc("2026-03-29T10:00")) == []


def test_an_office_open_in_the_hour_that_comes_twice_is_open_both_times() -> None:
    hours = office(BRUSSELS, "02:15", "02:45", "6")

    assert is_open(hours, moment(BRUSSELS, "2026-10-25T02:30", fold=0))
    assert is_open(hours, moment(BRUSSELS, "2026-10-25T02:30", fold=1))
    assert next_change(hours, utc("2026-10-25T00:30")) == Change(
        utc("2026-10-25T00:45"), opens=False
    )
    assert next_change(hours, utc("2026-10-25T00:45")) == Change(
        utc("2026-10-25T01:15"), opens=True
    )
    assert clocks(on_readers_day(hours, BRUSSELS, utc("2026-10-25T12:00"))) == ["02:15-02:45"]


def test_an_office_elsewhere_is_shown_once_in_the_readers_hour_that_comes_twice() -> None:
    # 06:15 to 06:45 in Kathmandu is 00:30 to 01:00 UTC: 02:30 to 03:00 before the change.
    hours = office(KATHMANDU, "06:15", "07:30", "6")

    assert clocks(on_readers_day(hours, BRUSSELS, utc("2026-10-25T12:00"))) == ["02:00-03:00"]


@pytest.mark.parametrize(
    ("day", "length"), [("2026-03-29", 23), ("2026-03-30", 24), ("2026-10-25", 25)]
)
def test_an_office_elsewhere_that_never_closes_fills_every_existing_minute(
    day: str, length: int
) -> None:
    hours = office(KATHMANDU, "00:00", "24:00", "0123456")

    shown = on_readers_day(hours, BRUSSELS, moment(BRUSSELS, f"{day}T12:00"))

    assert sum(s.end_minute - s.start_minute for s in shown) == min(length, 24) * 60


def test_a_readers_day_that_has_no_midnight_begins_an_hour_later() -> None:
    # Santiago, 6 September 2026: 00:00 becomes 01:00.
    hours = office(SANTIAGO, "00:00", "24:00", "0123456")

    assert clocks(on_readers_day(hours, SANTIAGO, moment(SANTIAGO, "2026-09-06T12:00"))) == [
        "01:00-24:00"
    ]
    assert next_change(office(SANTIAGO, "00:30", "02:00", "6"), utc("2026-09-06T03:00")) == Change(
        utc("2026-09-06T04:00"), opens=True
    )


def test_a_day_whose_last_hour_comes_twice_is_shown_with_both() -> None:
    # Santiago, 4 April 2026: 24:00 becomes 23:00.
    hours = office(KATHMANDU, "08:30", "09:15", "6")  # 02:45 to 03:30 UTC on Sunday 5 April

    assert clocks(on_readers_day(hours, SANTIAGO, moment(SANTIAGO, "2026-04-04T12:00"))) == [
        "23:00-23:30",
        "23:45-24:00",
    ]


def test_an_office_a_day_ahead_is_shown_on_the_readers_day() -> None:
    # Monday 09:00 to 17:00 in Auckland is Sunday 10:00 to 18:00 in Honolulu.
    hours = office(AUCKLAND, days="0")

    sunday = moment("Pacific/Honolulu", "2026-11-22T12:00")
    assert clocks(on_readers_day(hours, "Pacific/Honolulu", sunday)) == ["10:00-18:00"]
    assert on_readers_day(hours, "Pacific/Honolulu", sunday + timedelta(days=1)) == []


def test_two_office_days_can_meet_in_one_readers_day() -> None:
    # 09:00 to 17:00 in Sydney (+11) is 22:00 to 06:00 UTC.
    at = utc("2026-11-25T12:00")

    assert clocks(on_readers_day(office(SYDNEY), "UTC", at)) == ["00:00-06:00", "22:00-24:00"]


def test_quarter_hours_of_a_zone_are_kept() -> None:
    at = utc("2026-11-25T12:00")

    assert clocks(on_readers_day(office(KATHMANDU), "UTC", at)) == ["03:15-11:15"]
    assert minute_of_day(KATHMANDU, utc("2026-11-25T00:00")) == 5 * 60 + 45


def test_a_day_that_a_zone_leaves_out_has_no_office_hours() -> None:
    # Apia went from 29 to 31 December 2011; the 30th was a Friday.
    hours = office(APIA, days="4")

    assert next_change(hours, moment(APIA, "2011-12-29T12:00")) == Change(
        moment(APIA, "2012-01-06T09:00").astimezone(UTC), opens=True
    )
    assert next_change(hours, moment(APIA, "2011-12-23T18:00")) == Change(
        moment(APIA, "2012-01-06T09:00").astimezone(UTC), opens=True
    )
    thursday = moment(APIA, "2011-12-29T12:00")
    assert clocks(on_readers_day(office(APIA), APIA, thursday)) == ["09:00-17:00"]
    assert on_readers_day(office(APIA), APIA, thursday + timedelta(days=1)) == []


def test_the_change_of_a_readers_clock_moves_an_office_that_has_none() -> None:
    hours = office(KATHMANDU, days="0123456")

    before = on_readers_day(hours, BRUSSELS, moment(BRUSSELS, "2026-03-28T12:00"))
    after = on_readers_day(hours, BRUSSELS, moment(BRUSSELS, "2026-03-29T12:00"))

    assert clocks(before) == ["04:15-12:15"]
    assert clocks(after) == ["05:15-13:15"]


def test_hours_that_both_offices_share_are_shown_on_the_readers_clock() -> None:
    at = moment(BRUSSELS, "2026-11-25T12:00")

    shared = overlap(office("America/New_York"), office(BRUSSELS), BRUSSELS, at)

    assert clocks(shared) == ["15:00-17:00"]


def test_offices_far_apart_share_nothing() -> None:
    at = moment(BRUSSELS, "2026-11-25T12:00")

    assert overlap(office(AUCKLAND), office(BRUSSELS), BRUSSELS, at) == []


def test_the_reader_may_be_elsewhere_than_the_readers_office() -> None:
    at = moment(SYDNEY, "2026-11-25T12:00")

    shared = overlap(office(BRUSSELS), office("Europe/Lisbon"), SYDNEY, at)

    assert clocks(shared) == ["00:00-03:00", "20:00-24:00"]


def test_an_office_without_hours_never_opens() -> None:
    nothing = WeeklyHours(BRUSSELS, ())

    assert not is_open(nothing, utc("2026-11-25T12:00"))
    assert next_change(nothing, utc("2026-11-25T12:00")) is None
    assert on_readers_day(nothing, SYDNEY, utc("2026-11-25T12:00")) == []
    assert not is_round_the_clock(nothing)


@pytest.mark.parametrize("at", ["2026-11-25T12:00", "2026-03-29T00:30", "2026-10-25T00:30"])
def test_an_office_open_day_and_night_never_changes(at: str) -> None:
    always = WeeklyHours(
        BRUSSELS, tuple(Interval(d, s, s + 720) for d in range(7) for s in (0, 720))
    )

    assert is_round_the_clock(always)
    assert is_open(always, utc(at))
    assert next_change(always, utc(at)) is None


def test_an_office_closed_for_one_minute_a_week_is_not_open_day_and_night() -> None:
    nearly = WeeklyHours(
        BRUSSELS, (*(Interval(day, 0, 1440) for day in range(6)), Interval(6, 0, 1439))
    )

    assert not is_round_the_clock(nearly)
    assert next_change(nearly, utc("2026-11-23T12:00")) == Change(
        moment(BRUSSELS, "2026-11-29T23:59").astimezone(UTC), opens=False
    )


@pytest.mark.parametrize("wrong", [(-1, 0, 1), (7, 0, 1), (0, 10, 10), (0, 20, 10), (0, 0, 1441)])
def test_an_interval_that_no_week_has_is_refused(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="interval"):
        Interval(*wrong)


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        WeeklyHours("Europe/Atlantis", ())


#: Days round which clocks change, in the northern and southern half of the year.
CHANGES: Final = (
    "2026-03-28",
    "2026-04-04",
    "2026-09-05",
    "2026-09-26",
    "2026-10-03",
    "2026-10-24",
)
ZONES: Final = (BRUSSELS, SYDNEY, SANTIAGO, KATHMANDU, AUCKLAND, APIA, "Australia/Lord_Howe", "UTC")


@settings(max_examples=40, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    reader=st.sampled_from(ZONES),
    day=st.sampled_from(CHANGES),
    later=st.integers(0, 48 * 60),
    intervals=st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)).filter(
            lambda i: i[1] < i[2]
        ),
        max_size=8,
    ),
)
def test_every_answer_agrees_with_looking_at_the_clock_each_minute(
    zone: str, reader: str, day: str, later: int, intervals: list[tuple[int, int, int]]
) -> None:
    hours = WeeklyHours(zone, tuple(Interval(*interval) for interval in intervals))
    at = utc(day) + later * MINUTE
    today = at.astimezone(ZoneInfo(reader)).date()

    looked = [
        local.hour * 60 + local.minute
        for n in range(-26 * 60, 26 * 60)
        if (local := (at + n * MINUTE).astimezone(ZoneInfo(reader))).date() == today
        and is_open(hours, at + n * MINUTE)
    ]
    first = next(
        (n for n in range(1, 3 * 1440) if is_open(hours, at + n * MINUTE) != is_open(hours, at)),
        None,
    )

    shown = on_readers_day(hours, reader, at)
    assert {m for s in shown for m in range(s.start_minute, s.end_minute)} == set(looked)
    change = next_change(hours, at)
    if first is not None:
        assert change == Change(at + first * MINUTE, opens=not is_open(hours, at))
    else:
        assert change is None or change.at > at + 2 * timedelta(days=1)
    assert overlap(hours, hours, reader, at) == shown
