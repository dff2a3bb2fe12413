"""Doing what only one process may do at a time, such as migrating."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from forum.core.db import db
from forum.core.services import services


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Wait until no other process of this site is inside `alone(name)`; the lock ends with us.

    PostgreSQL is asked, which all machines of a site share; with SQLite all processes share
    the data folder.
    """
    if db.engine.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:7], "big")
        with db.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": number})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": number})
        return
    with (services().settings.data_dir / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
