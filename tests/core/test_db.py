"""Transactions: one operation, one commit; several processes write without failing each other."""

import threading
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, StatementError

from forum.core.attempts import Attempt
from forum.core.db import db, operation
from forum.discussion.models import Post
from forum.reference.models import Instrument
from tests.factories import LONG_AGO, a_thread


def test_a_moment_without_zone_is_refused(app: Flask) -> None:
    @operation
    def keep() -> None:
        db.session.add(Attempt(key="a", at=datetime(2026, 1, 1)))  # noqa: DTZ001

    with app.app_context(), pytest.raises(StatementError, match="time zone"):
        keep()


def test_a_moment_comes_back_aware_and_in_utc(app: Flask) -> None:
    @operation
    def keep() -> None:
        db.session.add(Attempt(key="a", at=LONG_AGO))

    with app.app_context():
        keep()
        found = db.session.scalar(select(Attempt.at))

    assert found == LONG_AGO
    assert found is not None
    assert found.utcoffset() == LONG_AGO.utcoffset()


def test_an_operation_inside_another_is_undone_with_it(app: Flask) -> None:
    @operation
    def inner() -> None:
        db.session.add(Attempt(key="inner", at=LONG_AGO))

    @operation
    def outer() -> None:
        inner()
        raise LookupError

    with app.app_context():
        with pytest.raises(LookupError):
            outer()
        assert db.session.scalars(select(Attempt)).all() == []


def test_a_row_with_children_cannot_be_deleted(app: Flask) -> None:
    thread = a_thread()

    @operation
    def delete() -> None:
        post = db.session.scalars(select(Post).where(Post.thread_id == thread.id)).one()
        db.session.delete(post.thread)

    with app.app_context(), pytest.raises(IntegrityError):
        delete()


def test_many_writers_that_first_read_all_succeed(app: Flask) -> None:
    """Read-then-write in one transaction is what fails on SQLite unless it begins as a writer."""
    failures: list[BaseException] = []

    @operation
    def read_then_write(key: str) -> None:
        db.session.scalars(select(Instrument)).all()
        db.session.add(Attempt(key=key, at=LONG_AGO))

    def work(number: int) -> None:
        try:
            with app.app_context():
                for turn in range(10):
                    read_then_write(f"{number}:{turn}")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with app.app_context():
        assert len(db.session.scalars(select(Attempt)).all()) == 60
