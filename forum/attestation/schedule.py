"""When rounds begin, and how far an unanswered question has gone."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Final

from forum.core.services import services

#: A round not begun within this time is left out.
_LATEST: Final = timedelta(days=30)


class Stage(IntEnum):
    """What an unanswered question has led to."""

    IN_TIME = 0
    READ_ONLY = 1
    SUSPENDED = 2


def begins_on(months: Collection[int], today: date) -> date | None:
    """The day of the round that is due: the first of the last of these months; None if that is too
    long ago to begin it now."""
    last = last_on(months, today)
    return last if today - last <= _LATEST else None


def last_on(months: Collection[int], today: date) -> date:
    """The day of the last round."""
    days = [date(year, month, 1) for year in (today.year - 1, today.year) for month in months]
    return max(day for day in days if day <= today)


def next_on(months: Collection[int], today: date) -> date:
    """The day of the next round."""
    days = [date(year, month, 1) for year in (today.year, today.year + 1) for month in months]
    return min(day for day in days if day > today)


def overdue_before(now: datetime, stage: Stage) -> datetime:
    """A question asked by that moment, and open now, has come to this stage."""
    settings = services().settings
    days = {
        Stage.READ_ONLY: settings.attestation_read_only_days,
        Stage.SUSPENDED: settings.attestation_suspend_days,
    }
    return now - timedelta(days=days.get(stage, 0))


def stage_of(asked_at: datetime, now: datetime) -> Stage:
    """How far a question has gone that is still open."""
    for stage in (Stage.SUSPENDED, Stage.READ_ONLY):
        if asked_at <= overdue_before(now, stage):
            return stage
    return Stage.IN_TIME


def reads_only_from(asked_at: datetime) -> datetime:
    """When the member can only read, unless the question is answered."""
    return asked_at + timedelta(days=services().settings.attestation_read_only_days)


def days_left(round_began_at: datetime, now: datetime) -> int:
    """How many days are left for answers before somebody can only read; 0 if none is."""
    days = services().settings.attestation_read_only_days - (now - round_began_at).days
    return max(0, days)


def step_of(round_began_at: datetime, now: datetime) -> int:
    """Which mail about a round is due: 0 the first one, then one for each reminder."""
    passed = (now - round_began_at).days
    return sum(passed >= days for days in services().settings.attestation_reminder_days)
