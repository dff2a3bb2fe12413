"""The audit log: append-only, chained, and honest about the first broken link."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from forum.app import create_app
from forum.audit.operations import record
from forum.audit.queries import Verdict, verify
from forum.core.db import db, operation
from forum.core.origin import ADDRESS
from forum.core.settings import Settings
from forum.policy import Actor

PERSON = Actor(id=7, name="A. Quellin")
#: Stands for the link after the last row.
END = -1


@pytest.fixture
def log(app: Flask) -> Flask:
    """A log with three rows more than `forum init` leaves."""
    with app.app_context():
        ADDRESS.set("192.0.2.7")
        for number in range(1, 4):
            operation(record)(PERSON, "post:create", f"post:{number}", reason="asked to")
        ADDRESS.set("")
    return app


def change(app: Flask, *statements: str) -> None:
    """Change rows as somebody would who has the database but not the key."""
    with app.app_context(), db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS audit_entries_refuse_{verb}"))
        else:
            connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(text(statement))


def verdict(app: Flask) -> Verdict:
    with app.app_context():
        return verify()


def test_a_log_that_nobody_touched_is_whole(log: Flask) -> None:
    found = verdict(log)

    assert found == Verdict(entries=found.entries)
    assert found.entries >= 3


@pytest.mark.parametrize(
    ("statement", "link"),
    [
        ("UPDATE audit_entries SET reason = 'other' WHERE id = 2", 2),
        ("UPDATE audit_entries SET actor_id = 8 WHERE id = 1", 1),
        ("UPDATE audit_entries SET at = '2020-01-01 00:00:00+00:00' WHERE id = 3", 3),
        ("UPDATE audit_who SET name = 'Somebody else' WHERE entry_id = 2", 2),
        ("UPDATE audit_who SET address = '192.0.2.8' WHERE entry_id = 2", 2),
        ("DELETE FROM audit_who", None),
        ("UPDATE audit_end SET entry_id = 2", END),
        ("UPDATE audit_end SET entry_id = 0", END),
        ("DELETE FROM audit_end", END),
    ],
)
def test_a_change_is_found_at_its_link_and_an_erased_name_is_none(
    log: Flask, statement: str, link: int | None
) -> None:
    last = verdict(log).entries

    change(log, statement)

    assert verdict(log).broken_at == (last + 1 if link == END else link)


@pytest.mark.parametrize(("number", "link"), [(1, 1), (2, 2), (3, 3)])
def test_a_removed_row_is_found_where_it_stood(log: Flask, number: int, link: int) -> None:
    change(
        log,
        f"DELETE FROM audit_who WHERE entry_id = {number}",  # noqa: S608 - a number of ours
        f"DELETE FROM audit_entries WHERE id = {number}",  # noqa: S608
    )

    assert verdict(log).broken_at == link


def test_the_database_itself_refuses_to_change_or_delete_a_row(log: Flask) -> None:
    before = verdict(log)
    for statement in ("UPDATE audit_entries SET reason = ''", "DELETE FROM audit_entries"):
        with (
            log.app_context(),
            pytest.raises(DBAPIError, match="append-only"),
            db.engine.begin() as connection,
        ):
            connection.execute(text(statement))

    assert verdict(log) == before


def test_a_log_read_with_another_key_breaks_at_its_first_link(
    log: Flask, settings: Settings
) -> None:
    other = create_app(replace(settings, audit_key="another-key-1b7ad2e84056b1f0c9d8e7a6"))

    assert verdict(other).broken_at == 1
    with other.app_context():
        db.engine.dispose()


def test_what_is_undone_leaves_no_line(app: Flask) -> None:
    before = verdict(app)

    @operation
    def fail() -> None:
        record(PERSON, "post:create", "post:1")
        raise LookupError

    with app.app_context(), pytest.raises(LookupError):
        fail()

    assert verdict(app) == before
