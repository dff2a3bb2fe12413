"""Loading rows from a file again and again without undoing what was changed by hand.

Each row remembers in `loaded` a digest of the values last loaded. Its values are compared with it
before they are touched: whoever changed the row, through the site or in the database, is right.
A row that was loaded once and is gone stays gone; `LoadedKey` remembers it.
"""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path

from sqlalchemy import select

from forum.core.db import Base, db
from forum.core.secrets import digest
from forum.reference.models import LoadedKey


@dataclass
class Loaded:
    """What a loading did, in rows."""

    added: int = 0
    updated: int = 0
    #: Changed or taken away by hand, and therefore left as they are.
    left: int = 0

    def __iadd__(self, other: "Loaded") -> "Loaded":
        """Both loadings together."""
        self.added += other.added
        self.updated += other.updated
        self.left += other.left
        return self


def rows_of(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, by the names in its first line."""
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def load(table: type[Base], key: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Loaded:
    """Add the rows that are new, update those that nobody changed; inside the operation in hand.

    `key` names the columns that tell rows apart. The table has a column `loaded`.
    """
    outcome = Loaded()
    present = {_key_of(vars(row), key): row for row in db.session.scalars(select(table)).all()}
    known = set(
        db.session.scalars(select(LoadedKey.key).where(LoadedKey.kind == table.__tablename__))
    )
    for values in rows:
        name = _key_of(values, key)
        wanted = _digest(values)
        row = present.get(name)
        if row is None and name not in known:
            db.session.add(table(**values, loaded=wanted))
            db.session.add(LoadedKey(kind=table.__tablename__, key=name))
            outcome.added += 1
        elif row is None or not _is_as_loaded(row, values):
            outcome.left += 1
        elif row.loaded != wanted:  # type: ignore[attr-defined]
            for column, value in values.items():
                setattr(row, column, value)
            row.loaded = wanted  # type: ignore[attr-defined]
            outcome.updated += 1
    db.session.flush()
    return outcome


def _is_as_loaded(row: Base, values: Mapping[str, object]) -> bool:
    current = {column: getattr(row, column) for column in values}
    return bool(_digest(current) == row.loaded)  # type: ignore[attr-defined]


def _key_of(values: Mapping[str, object], key: Sequence[str]) -> str:
    return "/".join(str(values[column]) for column in key)


def _digest(values: Mapping[str, object]) -> str:
    return digest(json.dumps(values, sort_keys=True, ensure_ascii=True, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"cannot be digested: {value!r}")
