"""Counting what a page asks the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import event

from forum.core.db import db


@dataclass
class Counted:
    """The statements that were sent, without those that begin and end transactions."""

    statements: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many there were."""
        return len(self.statements)


@contextmanager
def counted(app: Flask) -> Iterator[Counted]:
    """Count the statements of everything inside the block."""
    seen = Counted()

    def sent(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT")):
            seen.statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", sent)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", sent)
