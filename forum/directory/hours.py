"""Weekly office hours in the zone of the office, and what they mean for a reader elsewhere.

Hours are what the clock on the office's wall shows. Between two changes of a clock a zone is a fixed
distance from UTC, so every question is answered piece by piece: hours become spans of UTC inside
each piece, and spans become minutes of the reader's day inside each piece of that. So days of 23 or
25 hours, hours that are skipped or come twice, and days that a zone leaves out need no special case.

Pure and free of words: no table, no language.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

DAY: Final = 24 * 60
_WEEK: Final = 7
#: A week's hours can fall away once, where a zone leaves out a day or an hour; the next cannot.
_HORIZON: Final = timedelta(days=16)
#: Two changes of one clock are further apart than this.
_STRIDE: Final = timedelta(hours=12)
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, order=True)
class Interval:
    """Opening hours of one weekday (Monday is 0), in minutes after midnight; the end may be 1440."""

    day: int
    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse what no week has."""
        if not (0 <= self.day < _WEEK and 0 <= self.start < self.end <= DAY):
            raise ValueError(f"no interval of a week: {self}")


@dataclass(frozen=True)
class WeeklyHours:
    """When an office is open, by the clock in its own zone (an IANA name)."""

    zone: str
    intervals: tuple[Interval, ...]

    def __post_init__(self) -> None:
        """Refuse a zone that does not exist."""
        _zone(self.zone)


@dataclass(frozen=True, order=True)
class Segment:
    """A stretch of one local day, in minutes after midnight as the clock shows them."""

    start_minute: int
    end_minute: int


@dataclass(frozen=True)
class Change:
    """When an office opens or closes next."""

    at: datetime
    opens: bool


@dataclass(frozen=True)
class _Piece:
    """A stretch of UTC in which a zone keeps one distance from it."""

    start: datetime
    end: datetime
    offset: timedelta


_Span = tuple[datetime, datetime]


def is_open(hours: WeeklyHours, at: datetime) -> bool:
    """Whether the office is open at this moment."""
    local = at.astimezone(_zone(hours.zone))
    minute = minute_of_day(hours.zone, at)
    return any(
        interval.day == local.weekday() and interval.start <= minute < interval.end
        for interval in hours.intervals
    )


def is_round_the_clock(hours: WeeklyHours) -> bool:
    """Whether the office never closes."""
    return _merged(
        (interval.day * DAY + interval.start, interval.day * DAY + interval.end)
        for interval in hours.intervals
    ) == [(0, _WEEK * DAY)]


def next_change(hours: WeeklyHours, at: datetime) -> Change | None:
    """When the office opens or closes next, in UTC; None if it never does."""
    at = at.astimezone(UTC)
    end = at + _HORIZON
    for opening, closing in _spans(hours, at, end):
        if opening > at:
            return Change(opening, opens=True)
        return Change(closing, opens=False) if closing < end else None
    return None


def on_readers_day(hours: WeeklyHours, reader_zone: str, at: datetime) -> list[Segment]:
    """When the office is open in the course of the reader's today, on the reader's clock."""
    return _on_day(_spans(hours, *_around(at)), reader_zone, at)


def overlap(
    hours: WeeklyHours, reader_hours: WeeklyHours, reader_zone: str, at: datetime
) -> list[Segment]:
    """When both offices are open in the course of the reader's today, on the reader's clock."""
    theirs, ours = (_spans(each, *_around(at)) for each in (hours, reader_hours))
    both = [
        (max(start, other_start), min(end, other_end))
        for start, end in theirs
        for other_start, other_end in ours
        if start < other_end and other_start < end
    ]
    return _on_day(both, reader_zone, at)


def minute_of_day(zone: str, at: datetime) -> int:
    """What the clock of a zone shows, in minutes after midnight."""
    local = at.astimezone(_zone(zone))
    return local.hour * 60 + local.minute


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _around(at: datetime) -> _Span:
    """Longer than any local day that this moment can lie in."""
    return at.astimezone(UTC) - timedelta(days=2), at.astimezone(UTC) + timedelta(days=2)


def _pieces(zone: str, start: datetime, end: datetime) -> Iterator[_Piece]:
    """The time from `start` to `end`, cut where the zone's distance from UTC changes."""
    begun = start
    while begun < end:
        offset, until = _offset(zone, begun), begun
        while until < end:
            ahead = min(until + _STRIDE, end)
            if _offset(zone, ahead) != offset:
                until = _changed_at(zone, until, ahead)
                break
            until = ahead
        yield _Piece(begun, until, offset)
        begun = until


def _changed_at(zone: str, before: datetime, after: datetime) -> datetime:
    """The first whole second at which the distance is no longer that of `before`."""
    offset = _offset(zone, before)
    before, after = before.replace(microsecond=0), after.replace(microsecond=0)
    while after - before > _SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: str, at: datetime) -> timedelta:
    return at.astimezone(_zone(zone)).utcoffset() or timedelta()


def _spans(hours: WeeklyHours, start: datetime, end: datetime) -> list[_Span]:
    """When the office is open between two moments: in UTC, in order, none touching the next."""
    return _merged(
        span for piece in _pieces(hours.zone, start, end) for span in _open_in(hours, piece)
    )


def _open_in(hours: WeeklyHours, piece: _Piece) -> Iterator[_Span]:
    day = (piece.start + piece.offset).date()
    while day <= (piece.end + piece.offset).date():
        midnight = _midnight(day) - piece.offset
        for interval in hours.intervals:
            opening = max(midnight + timedelta(minutes=interval.start), piece.start)
            closing = min(midnight + timedelta(minutes=interval.end), piece.end)
            if interval.day == day.weekday() and opening < closing:
                yield opening, closing
        day += timedelta(days=1)


def _on_day(spans: Iterable[_Span], zone: str, at: datetime) -> list[Segment]:
    """The spans as the clock of `zone` shows them on the local day of `at`.

    An hour that comes twice is shown once, if either of it is in a span.
    """
    spans = list(spans)
    midnight = _midnight(at.astimezone(_zone(zone)).date())
    shown: list[tuple[int, int]] = []
    for piece in _pieces(zone, *_around(at)):
        first = max(piece.start, midnight - piece.offset)
        last = min(piece.end, midnight + timedelta(minutes=DAY) - piece.offset)
        for start, end in spans:
            opening = max(start, first) + piece.offset - midnight
            closing = min(end, last) + piece.offset - midnight
            if opening < closing:
                # From the minute it begins in to the end of the minute it ends in.
                shown.append((opening // timedelta(minutes=1), -(-closing // timedelta(minutes=1))))
    return [Segment(start, end) for start, end in _merged(shown)]


def _midnight(day: date) -> datetime:
    """The day's first moment where the clock shows UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


_Point = TypeVar("_Point", int, datetime)


def _merged(spans: Iterable[tuple[_Point, _Point]]) -> list[tuple[_Point, _Point]]:
    """The same time in order, with what overlaps or touches made one."""
    merged: list[tuple[_Point, _Point]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged
