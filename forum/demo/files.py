"""The files the demonstration is built from, and what of them was loaded before."""

import json
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from forum.core import clock
from forum.core.db import db
from forum.core.paths import REFERENCE
from forum.reference.models import LoadedKey

Row = dict[str, Any]

_KIND: Final = "demonstration"
_NOON: Final = time(12)


@cache
def network() -> Row:
    """States, authorities, members, applications and focal points."""
    return _read("demo_network.json")


@cache
def discussions() -> Row:
    """Threads and replies."""
    return _read("demo_threads.json")


def _read(name: str) -> Row:
    found: Row = json.loads((REFERENCE / name).read_text(encoding="utf-8"))
    return found


class Ledger:
    """What was loaded, by what it is and its key in the file; inside the operation in hand."""

    def __init__(self) -> None:
        self._known = set(
            db.session.scalars(select(LoadedKey.key).where(LoadedKey.kind == _KIND)).all()
        )
        self.added = 0

    def knows(self, kind: str, key: str) -> bool:
        """Whether it was loaded before."""
        return f"{kind}/{key}" in self._known

    def new(self, kind: str, rows: list[Row], key: str = "key") -> list[Row]:
        """Those of the rows that were never loaded; from now on they were."""
        found = [row for row in rows if not self.knows(kind, row[key])]
        for row in found:
            self._known.add(f"{kind}/{row[key]}")
            db.session.add(LoadedKey(kind=_KIND, key=f"{kind}/{row[key]}"))
        self.added += len(found)
        return found


def day_ago(days: int) -> date:
    """The day so many days before today."""
    return clock.now().date() - timedelta(days=days)


def moment_ago(days: int, zone: str = "UTC", at: time = _NOON) -> datetime:
    """A moment on that day, by the clocks of a zone; never in the future."""
    there = ZoneInfo(zone)
    day = clock.now().astimezone(there).date() - timedelta(days=days)
    return min(datetime.combine(day, at, there), clock.now())
