"""Bringing a PostgreSQL database back to what it held: ten times as quick as copying one anew."""

from dataclasses import dataclass
from typing import Self

import psycopg
from psycopg import sql

Connection = psycopg.Connection[tuple[object, ...]]

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_SEQUENCES = (
    "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL"
    " FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
)
#: All that a test could change but rows: columns, triggers and whether they fire, functions.
_SCHEMA = """
    SELECT md5(string_agg(fact, ';' ORDER BY fact)) FROM (
        SELECT concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull, atthasdef)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0
        UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
        UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname) FROM pg_constraint
        UNION ALL SELECT concat_ws(' ', proname, prosrc) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
    ) AS facts (fact)
"""


#: Of a table: how many rows, and the last transaction that wrote one. Each change to the rows shows:
#: what was inserted or updated bears a later transaction, what was deleted is missing.
Marks = dict[str, tuple[object, ...]]


@dataclass(frozen=True)
class Snapshot:
    """What a database held at a moment, and so what each copy of it holds."""

    schema: object
    #: By table: the rows, as COPY writes them.
    tables: dict[str, bytes]
    marks: Marks
    sequences: list[tuple[object, ...]]

    @classmethod
    def of(cls, connection: Connection) -> Self:
        names = _names(connection)
        return cls(
            _value(connection, _SCHEMA),
            {name: _rows(connection, name) for name in names},
            _marks(connection, names),
            connection.execute(_SEQUENCES).fetchall(),
        )

    def restore(self, connection: Connection, marks: Marks) -> Marks | None:
        """Undo what was done to the rows since the copy had `marks`; those it has now, or None if
        more was done than that."""
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        names = _names(connection)
        if names != list(self.tables) or _value(connection, _SCHEMA) != self.schema:
            return None
        connection.execute("SET session_replication_role = replica")  # neither triggers nor keys
        now = _marks(connection, names)
        changed = [name for name in names if now[name] != marks[name]]
        for name in changed:
            table = sql.Identifier(name)
            connection.execute(sql.SQL("DELETE FROM {}").format(table))
            into = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(table)
            with connection.cursor().copy(into) as copy:
                copy.write(self.tables[name])
        _set_sequences(connection, self.sequences)
        return now | _marks(connection, changed)


def _value(connection: Connection, query: str) -> object:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _names(connection: Connection) -> list[str]:
    return [str(name) for (name,) in connection.execute(_TABLES)]


def _marks(connection: Connection, names: list[str]) -> Marks:
    one = "SELECT {}, count(*), max(xmin::text::bigint) FROM {}"
    each = [sql.SQL(one).format(sql.Literal(name), sql.Identifier(name)) for name in names]
    rows = connection.execute(sql.SQL(" UNION ALL ").join(each)) if each else []
    return {str(name): tuple(mark) for name, *mark in rows}


def _set_sequences(connection: Connection, values: list[tuple[object, ...]]) -> None:
    each = [
        sql.SQL("setval({}::regclass, {}, {})").format(
            sql.Literal(f'"{name}"'), sql.Literal(last), sql.Literal(was_used)
        )
        for name, last, was_used in values
    ]
    connection.execute(sql.SQL("SELECT {}").format(sql.SQL(", ").join(each)))


def _rows(connection: Connection, name: str) -> bytes:
    out = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(name))
    with connection.cursor().copy(out) as copy:
        return b"".join(bytes(part) for part in copy)
