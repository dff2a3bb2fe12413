"""How old an entry may be before its State must look at it again. Pure."""

import calendar
from datetime import date, datetime
from enum import StrEnum


class Freshness(StrEnum):
    """How long ago the State said that an entry is right."""

    CONFIRMED = "confirmed"
    DUE = "due"
    OVERDUE = "overdue"
    NEVER = "never"


def freshness(confirmed_at: datetime | None, day: date) -> Freshness:
    """Up to six months after it was confirmed all is well, up to twelve a check is due."""
    if confirmed_at is None:
        return Freshness.NEVER
    confirmed = confirmed_at.date()
    if day <= months_after(confirmed, 6):
        return Freshness.CONFIRMED
    return Freshness.DUE if day <= months_after(confirmed, 12) else Freshness.OVERDUE


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
