"""Office hours in words and as a bar of the reader's day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import format_datetime, get_locale, gettext

from forum.directory.hours import (
    DAY,
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
from forum.directory.models import Authority
from forum.policy import Actor


@dataclass(frozen=True)
class Bar:
    """24 hours of the reader's day: (start, end, "office" or "both") in minutes after midnight."""

    segments: Sequence[tuple[int, int, str]]
    now_minute: int


@dataclass(frozen=True)
class Reader:
    """Who reads a card, when, by which clock, and in which office; a visitor reads in UTC."""

    actor: Actor
    at: datetime
    zone: str
    office: Authority | None = None


@dataclass(frozen=True)
class Times:
    """What a card says of an office's hours; `is_open` is None where none are known."""

    is_open: bool | None = None
    open_words: str = ""
    reader_words: str = ""
    office_words: str = ""
    #: None where nothing can be said: the reader's own hours are not known, or it is this office.
    overlap_words: str | None = None
    reader_clock: str = ""
    bar: Bar | None = None


def weekly_hours(authority: Authority) -> WeeklyHours:
    """The hours of an entry, by the clock in its zone."""
    intervals = (Interval(hours.day, hours.start, hours.end) for hours in authority.hours)
    return WeeklyHours(authority.zone, tuple(intervals))


def times_of(authority: Authority, reader: Reader) -> Times:
    """An office's hours as this reader meets them today."""
    hours = weekly_hours(authority)
    if not hours.intervals:
        return Times()
    at, zone = reader.at, reader.zone
    day = on_readers_day(hours, zone, at)
    both = _both_open(authority, hours, reader)
    return Times(
        is_open=is_open(hours, at),
        open_words=open_words(hours, reader),
        reader_words=_segments_words(day),
        office_words=_office_words(hours, day, reader),
        overlap_words=None if both is None else _segments_words(both),
        reader_clock=reader_clock(reader),
        bar=Bar(
            [(each.start_minute, each.end_minute, "office") for each in day]
            + [(each.start_minute, each.end_minute, "both") for each in both or ()],
            minute_of_day(zone, at),
        ),
    )


def reader_clock(reader: Reader) -> str:
    """Whose time it is: "your time"; visitors have told us no zone and read UTC."""
    return str(gettext("your time") if reader.actor.is_authenticated else gettext("UTC"))


def open_words(hours: WeeklyHours, reader: Reader) -> str:
    """When the office opens or closes next: "closes 20:30 your time"."""
    if is_round_the_clock(hours):
        return str(gettext("day and night"))
    change = next_change(hours, reader.at)
    if change is None:
        return ""
    zone = ZoneInfo(reader.zone)
    here = change.at.astimezone(zone)
    is_today = here.date() == reader.at.astimezone(zone).date()
    facts = {
        "time": format_datetime(here, "HH:mm" if is_today else "EEE HH:mm", rebase=False),
        "clock": reader_clock(reader),
    }
    if change.opens:
        return str(gettext("opens %(time)s %(clock)s", **facts))
    return str(gettext("closes %(time)s %(clock)s", **facts))


def interval_words(intervals: Iterable[tuple[int, int]]) -> str:
    """Stretches of a day: "09:00–12:30, 13:30–17:00"."""
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in intervals)


def week(authority: Authority) -> list[tuple[str, str]]:
    """Each day of the week and its hours by the clock of the office; "" on a closed day."""
    locale = get_locale()
    names = locale.days["stand-alone"]["wide"] if locale else {}
    hours = weekly_hours(authority)
    return [(str(names.get(day, day)), interval_words(_opening_on(hours, day))) for day in range(7)]


def city_of(zone: str) -> str:
    """The city an IANA zone is named after."""
    return zone.rpartition("/")[2].replace("_", " ")


def _both_open(authority: Authority, hours: WeeklyHours, reader: Reader) -> list[Segment] | None:
    office = reader.office
    if office is None or office.id == authority.id or not office.hours:
        return None
    return overlap(hours, weekly_hours(office), reader.zone, reader.at)


def _office_words(hours: WeeklyHours, day: Sequence[Segment], reader: Reader) -> str:
    """The office's own hours on the days that the reader's today falls on, and its city."""
    midnight = datetime.combine(
        reader.at.astimezone(ZoneInfo(reader.zone)).date(), datetime.min.time()
    )
    days: list[datetime] = []
    for segment in day:
        for minute in (segment.start_minute, segment.end_minute - 1):
            here = (midnight + timedelta(minutes=minute)).replace(tzinfo=ZoneInfo(reader.zone))
            there = here.astimezone(ZoneInfo(hours.zone))
            if there.date() not in [known.date() for known in days]:
                days.append(there)
    texts = [interval_words(_opening_on(hours, there.weekday())) for there in days]
    if len(set(texts)) > 1:
        texts = [
            f"{format_datetime(there, 'EEE', rebase=False)} {text}"
            for there, text in zip(days, texts, strict=True)
            if text
        ]
    if not texts:
        return ""
    return f"{'; '.join(dict.fromkeys(texts))} {city_of(hours.zone)}"


def _opening_on(hours: WeeklyHours, day: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for each in sorted(hours.intervals):
        if each.day != day:
            continue
        if merged and each.start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], each.end)
        else:
            merged.append((each.start, each.end))
    return merged


def _segments_words(segments: Iterable[Segment]) -> str:
    return interval_words((each.start_minute, each.end_minute) for each in segments)


def _clock(minute: int) -> str:
    return "24:00" if minute == DAY else f"{minute // 60:02}:{minute % 60:02}"
