"""The database: base class of the tables, transactions, and what SQLite needs to be told."""

import enum
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, ParamSpec, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Enum, MetaData, TypeDecorator, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase

P = ParamSpec("P")
R = TypeVar("R")

_NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: aware going in, aware UTC coming out, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC; a naive one is refused, for nobody knows which moment it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment, aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables: named constraints, aware moments, enums stored by value."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute
        datetime: UTCDateTime(),
        list[str]: JSON(),
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        ),
    }


db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)

#: Whether what runs now may write. A transaction of SQLite that begins by reading cannot
#: always be turned into a writing one, so it must begin as what it will be.
WRITING: Final[ContextVar[bool]] = ContextVar("writing", default=False)
_in_operation: Final[ContextVar[bool]] = ContextVar("in_operation", default=False)


def operation(change: Callable[P, R]) -> Callable[P, R]:
    """Make `change` one transaction: committed when it returns, undone when it raises.

    A call from inside another operation joins that one. Nothing else commits.
    """

    @functools.wraps(change)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _in_operation.get():
            return change(*args, **kwargs)
        inside, writing = _in_operation.set(True), WRITING.set(True)
        try:
            if db.session().in_transaction():
                db.session.rollback()  # what was only read so far; a writing transaction begins anew
            result = change(*args, **kwargs)
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        finally:
            WRITING.reset(writing)
            _in_operation.reset(inside)
        return result

    return run


@contextmanager
def only_reading() -> Iterator[None]:
    """A look at the database that holds nobody up, for work that takes its time: its transaction
    neither begins as a writing one nor outlives it. Inside an operation it is that one's."""
    if _in_operation.get():
        yield
        return
    writing = WRITING.set(False)
    try:
        if db.session().in_transaction():
            db.session.rollback()
        yield
    finally:
        db.session.rollback()
        WRITING.reset(writing)


def prepare(engine: Engine) -> None:
    """Teach a SQLite engine foreign keys, WAL, patience, and to lock when a write begins."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "busy_timeout=10000",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
        ):
            connection.execute("PRAGMA " + pragma).close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if WRITING.get() else "BEGIN")
