"""Pages of a long list, by key and not by offset: new rows move nobody's place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from forum.core.db import db

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of rows, newest first; `older` and `newer` are cursors, None at the ends."""

    rows: Sequence[T]
    older: str | None = None
    newer: str | None = None


def page_of(
    query: Select[T],
    *,
    keys: Sequence[InstrumentedAttribute[Any]],
    cursor_of: Callable[[T], str],
    parse: Callable[[str], tuple[Any, ...]],
    before: str | None = None,
    after: str | None = None,
    size: int = 30,
) -> Page[T]:
    """The page of `query` that lies before (older) or after (newer) a cursor, by `keys` descending.

    A cursor that cannot be read is as if it were not given.
    """
    older_than, newer_than = _read(parse, before), _read(parse, after)
    key = tuple_(*keys)
    if newer_than is not None:
        ascending = query.where(key > newer_than).order_by(*(column.asc() for column in keys))
        found = list(db.session.scalars(ascending.limit(size + 1)))
        rows = list(reversed(found[:size]))
        has_newer, has_older = len(found) > size, True
    else:
        if older_than is not None:
            query = query.where(key < older_than)
        found = list(
            db.session.scalars(query.order_by(*(column.desc() for column in keys)).limit(size + 1))
        )
        rows = found[:size]
        has_newer, has_older = older_than is not None, len(found) > size
    return Page(
        rows,
        older=cursor_of(rows[-1]) if rows and has_older else None,
        newer=cursor_of(rows[0]) if rows and has_newer else None,
    )


def _read(parse: Callable[[str], tuple[Any, ...]], cursor: str | None) -> tuple[Any, ...] | None:
    if not cursor:
        return None
    try:
        return parse(cursor)
    except (ValueError, OverflowError):
        return None
