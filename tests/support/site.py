"""A site as `forum init` makes it."""

import csv

import flask_migrate
from flask import Flask

from forum.core.db import db, operation
from forum.core.paths import REFERENCE
from forum.discussion.models import Board, Mark, Openers
from forum.reference.models import Decision32, Function, Instrument


def initialise(app: Flask) -> None:
    """Migrate the database and load the reference data."""
    with app.app_context():
        flask_migrate.upgrade()
        load()


@operation
def load() -> None:
    with (REFERENCE / "instruments.csv").open(encoding="utf-8", newline="") as file:
        for place, row in enumerate(csv.DictReader(file)):
            if db.session.get(Instrument, row["instrument_code"]) is None:
                db.session.add(Instrument(code=row["instrument_code"], title=row["instrument"]))
                db.session.flush()
            db.session.add(
                Function(
                    code=row["function_code"],
                    position=place,
                    instrument_code=row["instrument_code"],
                    article=row["article"],
                    title=row["function"],
                    in_decision_3_2=Decision32(row["in_decision_3_2"]),
                )
            )
    with (REFERENCE / "boards.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            db.session.add(
                Board(
                    slug=row["slug"],
                    position=int(row["order"]),
                    title=row["title"],
                    description=row["description"],
                    function_code=None if row["subject"] == "all" else row["subject"],
                    openers=Openers(row["who_may_open_threads"]),
                    default_mark=Mark(row["default_tlp"]),
                )
            )
