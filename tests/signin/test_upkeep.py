"""What the worker clears out, and keys that change (security.md H2, K1)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.app import create_app
from forum.core.db import db
from forum.core.settings import Settings
from forum.members import house_rules
from forum.members.models import MemberStatus
from forum.signin import operations, queries
from forum.signin.models import Credential, OneTimeLink
from tests import factories
from tests.conftest import close
from tests.factories import a_member, a_moderator
from tests.pages import visit
from tests.signin.steps import browser, give_password, is_signed_in, sessions, sign_in


def _clear_out(app: Flask) -> None:
    with app.app_context():
        operations.clear_out()


@pytest.mark.parametrize(
    ("make", "idle"), [(a_member, timedelta(minutes=30)), (a_moderator, timedelta(minutes=15))]
)
def test_a_lapsed_session_is_deleted_a_day_later(
    app: Flask, client: FlaskClient, at: Any, make: Any, idle: timedelta
) -> None:
    sign_in(client, make(), at.moment)

    at(idle + timedelta(hours=24))
    _clear_out(app)
    assert len(sessions(app)) == 1
    at(timedelta(seconds=1))
    _clear_out(app)
    assert sessions(app) == []


def test_an_open_session_is_never_deleted(app: Flask, client: FlaskClient, at: Any) -> None:
    sign_in(client, a_member(), at.moment)

    _clear_out(app)

    assert is_signed_in(client)


def test_what_a_visitor_left_is_deleted_after_a_day(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    give_password(client, a_member().email)
    assert len(sessions(app)) == 1

    at(timedelta(hours=24, seconds=1))
    _clear_out(app)

    assert sessions(app) == []


def test_old_links_are_deleted_and_codes_nobody_saved_forgotten(app: Flask, at: Any) -> None:
    pending, done = (a_member(status=MemberStatus.PENDING) for _ in range(2))
    with app.app_context():
        operations.invite(pending)
        token = operations.invite(done)
        operations.begin_activation(
            token, "b", "seven quiet herons wade", "UTC", house_rules.in_force()
        )
        found = queries.enrolment_for(token, "b")
        assert found is not None
        code = pyotp.TOTP(found.secret).at(at.moment)
        operations.finish_activation(token, "b", code)

    at(timedelta(minutes=10, seconds=1))
    _clear_out(app)
    with app.app_context():
        kept = db.session.scalars(select(OneTimeLink.sealed_progress)).all()
        assert kept == [None, None]
    at(timedelta(days=8))
    _clear_out(app)
    with app.app_context():
        assert db.session.scalars(select(OneTimeLink)).all() == []


def test_after_a_rotation_the_old_key_is_not_needed_any_more(settings: Settings, at: Any) -> None:
    old, new = settings.field_keys[0], Fernet.generate_key().decode()
    first = create_app(settings)
    factories.use(first)
    member, pending = a_member(), a_member(status=MemberStatus.PENDING)
    with first.app_context():
        token = operations.invite(pending)
        operations.begin_activation(
            token, "b", "seven quiet herons wade", "UTC", house_rules.in_force()
        )
        before = queries.enrolment_for(token, "b")
    close(first)

    both = create_app(replace(settings, field_keys=(new, old)))
    with both.app_context():
        assert operations.reseal_secrets() == 2
    close(both)

    last = create_app(replace(settings, field_keys=(new,)))
    factories.use(last)
    client = browser(last)
    sign_in(client, member, at.moment)
    assert is_signed_in(client)
    with last.app_context():
        assert queries.enrolment_for(token, "b") == before
    close(last)


def test_a_password_is_hashed_anew_when_the_parameters_rise(settings: Settings, at: Any) -> None:
    app = create_app(replace(settings, password_passes=3))
    factories.use(app)
    member, client = a_member(), browser(app)
    before = _hash_of(app)

    give_password(client, member.email, "a wrong password of mine")
    assert _hash_of(app) == before
    sign_in(client, member, at.moment)

    assert "t=2," in before
    assert "t=3," in _hash_of(app)
    again = _hash_of(app)
    assert give_password(browser(app), member.email).heading == "Enter your code"
    assert _hash_of(app) == again
    close(app)


def _hash_of(app: Flask) -> str:
    with app.app_context():
        return str(db.session.scalars(select(Credential.password_hash)).one())


def test_nobody_s_page_needs_a_row(app: Flask, client: FlaskClient) -> None:
    for path in ("/sign-in", "/sign-in/code", "/activate/x", "/boards"):
        visit(client, path)

    assert sessions(app) == []
