"""Looking at rows between two visits."""

from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import select

from forum.core.db import Base, db

T = TypeVar("T", bound=Base)


def all_of(app: Flask, table: type[T], *conditions: Any) -> list[T]:
    """The rows of a table as they are now, in the order of their keys."""
    with app.app_context():
        query = select(table).where(*conditions).order_by(*table.__table__.primary_key)
        rows = list(db.session.scalars(query))
        db.session.expunge_all()
    return rows


def one_of(app: Flask, table: type[T], *conditions: Any) -> T:
    """The only such row."""
    (row,) = all_of(app, table, *conditions)
    return row
