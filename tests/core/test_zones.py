"""Time zones in the database."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from forum.core.db import db, operation
from forum.members.models import Member
from tests.factories import a_member


@operation
def _by_hand(zone: str) -> None:
    db.session.execute(text("UPDATE members SET zone = :zone"), {"zone": zone})


def test_a_zone_that_was_put_in_by_hand_and_does_not_exist_is_utc(app: Flask) -> None:
    with app.app_context():
        member_id = a_member().id
        _by_hand("Mars/Olympus")

        assert db.session.get_one(Member, member_id).zone == "UTC"


def test_a_zone_that_does_not_exist_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(StatementError, match="no time zone"):
        a_member(zone="Mars/Olympus")
