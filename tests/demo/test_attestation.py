"""The open round of the demonstration."""

from datetime import timedelta

from flask import Flask

from forum.attestation.lists import desk_list
from forum.attestation.models import Attestation, Round
from forum.core.db import db
from forum.core.mail import OutboxMail
from forum.demo.seed import _load
from forum.members.models import Member
from tests.attestation.rounds import standing, work
from tests.conftest import FrozenClock
from tests.factories import actor_of


def member(app: Flask, name: str) -> Member:
    with app.app_context():
        found = db.session.query(Member).filter(Member.email.startswith(f"{name}@")).one()
        db.session.expunge(found)
        return found


def test_a_focal_point_has_members_to_confirm_and_no_other_round_begins(
    demo_app: Flask, at: FrozenClock
) -> None:
    focal = member(demo_app, "l.orbezo")

    work(demo_app)

    with demo_app.app_context():
        assert desk_list(actor_of(focal)).count == 3
        assert db.session.query(Round).count() == 1
        assert db.session.query(OutboxMail).filter(OutboxMail.kind.like("attest%")).count() == 0
        assert all(asked.asked_at < at.moment for asked in db.session.query(Attestation))


def test_a_demonstration_started_again_after_a_year_shuts_nobody_out(
    demo_app: Flask, at: FrozenClock
) -> None:
    focal, officer = member(demo_app, "l.orbezo"), member(demo_app, "m.sarvedo")
    at(timedelta(days=365))
    work(demo_app)
    shut_out = standing(demo_app, officer)[1]

    with demo_app.app_context():
        _load([], [], {})
    work(demo_app)

    assert shut_out
    assert standing(demo_app, officer)[1] == set()
    assert standing(demo_app, focal)[1] == set()
    with demo_app.app_context():
        assert desk_list(actor_of(focal)).count == 3
