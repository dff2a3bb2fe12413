"""Runs migrations: with foreign keys off on SQLite while tables are rebuilt, and checked after."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from forum.core.db import WRITING, Base, UTCDateTime, db
from forum.core.sealed import SealedText


def render_item(kind: str, item: Any, _context: object) -> str | bool:
    """Write our own types into migrations as the plain ones that the database knows."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, SealedText):
        return "sa.Text()"
    return False


def run(connection: Connection) -> None:
    """Migrate on a connection of the site's own engine."""
    is_sqlite = connection.dialect.name == "sqlite"
    raw = connection.connection.dbapi_connection
    if is_sqlite and raw is not None:
        # Rebuilding a table with foreign keys on would delete the rows of its children.
        raw.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        transactional_ddl=True,
        render_item=render_item,
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise RuntimeError(f"migration left rows without their parents: {broken[:5]}")
    finally:
        if is_sqlite and raw is not None:
            raw.execute("PRAGMA foreign_keys=ON")


token = WRITING.set(True)
try:
    with db.engine.connect() as found:
        run(found)
finally:
    WRITING.reset(token)
