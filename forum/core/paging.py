"""Pages of a long list, by key and not by offset: new rows move nobody's place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from forum.core.db import db
from forum.core.typed import row_number

T = TypeVar("T")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of rows in the order of the list; `older` and `newer` are cursors, None at the ends."""

    rows: Sequence[T]
    older: str | None = None
    newer: str | None = None


def page_of(
    query: Select[T],
    *,
    moment: InstrumentedAttribute[datetime],
    number: InstrumentedAttribute[int],
    before: str | None = None,
    after: str | None = None,
    size: int = 30,
    is_oldest_first: bool = False,
) -> Page[T]:
    """The page of `query` that lies before (older) or after (newer) a cursor.

    Rows are ordered by `moment`, and those of one moment by `number`; the list begins with the
    newest, or with the oldest if so asked. A cursor that cannot be read is as if it were not given.
    """
    newer_than = _read(after)
    older_than = None if newer_than is not None else _read(before)
    key = tuple_(moment, number)
    if newer_than is not None:
        query = query.where(key > newer_than)
    elif older_than is not None:
        query = query.where(key < older_than)
    is_ascending = newer_than is not None or (is_oldest_first and older_than is None)
    order = [column.asc() if is_ascending else column.desc() for column in (moment, number)]
    found = list(db.session.scalars(query.order_by(*order).limit(size + 1)))
    has_more, rows = len(found) > size, found[:size]
    if is_ascending is not is_oldest_first:
        rows.reverse()
    has_newer = has_more if is_ascending else older_than is not None
    has_older = newer_than is not None if is_ascending else has_more
    oldest, newest = (0, -1) if is_oldest_first else (-1, 0)

    def cursor(row: Any) -> str:
        since = (getattr(row, moment.key) - _EPOCH) // timedelta(microseconds=1)
        return f"{since}-{getattr(row, number.key)}"

    return Page(
        rows,
        older=cursor(rows[oldest]) if rows and has_older else None,
        newer=cursor(rows[newest]) if rows and has_newer else None,
    )


def _read(cursor: str | None) -> tuple[datetime, int] | None:
    """Microseconds since 1970 and a row's number, as an address carries them."""
    since, _, text = (cursor or "").partition("-")
    number = row_number(text)
    if number is None or not (since.isascii() and since.isdecimal() and len(since) < 18):
        return None
    return _EPOCH + timedelta(microseconds=int(since)), number
