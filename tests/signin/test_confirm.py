"""Step-up: password and code again, for what needs a recent proof (security.md H4, S2)."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.audit.models import AuditEntry
from forum.core.db import db
from forum.policy import Permission
from forum.signin.operations import hasher
from forum.web.access import form_page, fresh, requires
from tests.factories import PASSWORD, TOTP_SECRET, a_member
from tests.pages import Page, visit
from tests.signin.steps import (
    WRONG,
    browser,
    give_code,
    give_password,
    is_signed_in,
    sessions,
    sign_in,
    token_in,
)
from tests.support import totp

STEP = timedelta(seconds=30)


@pytest.fixture
def guarded(app: Flask) -> Flask:
    """A page and a deed that need a recent proof."""

    @app.route("/guarded", methods=["GET", "POST"])
    @requires(Permission.ACCOUNT_USE)
    @fresh
    @form_page()
    def guarded_page() -> str:
        return "here"

    return app


def _confirm(client: FlaskClient, at: Any, password: str = PASSWORD, code: str = "") -> Page:
    page = visit(client, "/confirm?next=/threads")
    page.fill(password=password, code=code or totp.code(TOTP_SECRET, at.moment))
    return page.send(follow=False)


def test_a_sign_in_counts_as_a_proof_for_ten_minutes(
    guarded: Flask, client: FlaskClient, at: Any
) -> None:
    sign_in(client, a_member(), at.moment)
    at(timedelta(minutes=9, seconds=59))
    assert client.get("/guarded").get_data() == b"here"

    at(timedelta(seconds=1))

    for method in ("GET", "POST"):
        token = visit(client, "/confirm").form().filled["csrf_token"]
        answer = client.open("/guarded", method=method, data={"csrf_token": token})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/confirm?next=/guarded")


def test_both_factors_prove_again_and_lead_back(
    guarded: Flask, client: FlaskClient, at: Any
) -> None:
    sign_in(client, a_member(), at.moment)
    at(timedelta(minutes=10))

    page = _confirm(client, at)

    assert page.response.headers["Location"] == "/threads"
    assert client.get("/guarded").get_data() == b"here"
    at(timedelta(minutes=10))
    assert client.get("/guarded").status_code == 303


@pytest.mark.parametrize(
    ("password", "code"), [(WRONG, ""), (PASSWORD, "12345x"), (WRONG, "12345x")]
)
def test_which_of_both_was_wrong_is_not_told(
    guarded: Flask, client: FlaskClient, at: Any, password: str, code: str
) -> None:
    sign_in(client, a_member(), at.moment)
    at(timedelta(minutes=10))
    with guarded.app_context():
        before = hasher().verifications

    page = _confirm(client, at, password, code)

    assert page.status == 422
    assert (
        "The password is not right, or the code has expired or was used."
        " 4 tries are left before a 5-minute pause." in page.words
    )
    with guarded.app_context():
        assert hasher().verifications == before + 1
    assert client.get("/guarded").status_code == 303


def test_the_code_that_signed_in_does_not_confirm(client: FlaskClient, at: Any) -> None:
    sign_in(client, a_member(), at.moment)

    assert _confirm(client, at).status == 422
    at(STEP)
    assert _confirm(client, at).status == 303


def test_the_code_that_confirmed_does_not_sign_in(app: Flask, client: FlaskClient, at: Any) -> None:
    member = a_member()
    sign_in(client, member, at.moment)
    at(STEP)
    _confirm(client, at)

    page = give_password(browser(app), member.email)

    assert give_code(page, totp.code(TOTP_SECRET, at.moment)).status_code == 422


def test_a_wrong_password_spends_no_code(client: FlaskClient, at: Any) -> None:
    sign_in(client, a_member(), at.moment)
    at(STEP)
    code = totp.code(TOTP_SECRET, at.moment)

    assert _confirm(client, at, WRONG, code).status == 422
    assert _confirm(client, at, PASSWORD, code).status == 303


def test_a_step_up_gives_the_session_a_new_identifier(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    sign_in(client, a_member(), at.moment)
    (row,), old = sessions(app), token_in(client)
    at(STEP)

    _confirm(client, at)

    (same,) = sessions(app)
    assert same.id == row.id
    assert token_in(client) != old
    assert is_signed_in(client)
    thief = browser(app)
    thief.set_cookie("session", old or "")
    assert not is_signed_in(thief)


def test_who_finds_a_session_open_can_neither_guess_on_nor_lock_its_owner_out(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member = a_member()
    sign_in(client, member, at.moment)
    at(STEP)
    for _ in range(5):
        assert _confirm(client, at, WRONG).status == 422

    page = _confirm(client, at)

    assert page.status == 429
    assert int(page.response.headers["Retry-After"]) <= 300
    elsewhere = browser(app)
    sign_in(elsewhere, member, at.moment)
    assert is_signed_in(elsewhere)


def test_wrong_codes_with_the_right_password_count_with_those_of_signing_in(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member = a_member()
    sign_in(client, member, at.moment)
    at(STEP)
    for _ in range(5):
        _confirm(client, at, PASSWORD, "12345x")

    page = give_password(browser(app), member.email)

    assert give_code(page, totp.code(TOTP_SECRET, at.moment)).status_code == 429


def test_it_leads_nowhere_else(client: FlaskClient, at: Any) -> None:
    sign_in(client, a_member(), at.moment)
    at(STEP)
    page = visit(client, "/confirm?next=//evil.example/").fill(
        password=PASSWORD, code=totp.code(TOTP_SECRET, at.moment)
    )

    assert page.send(follow=False).response.headers["Location"] == "/"


def test_signing_in_and_confirming_stand_in_the_log_without_what_was_typed(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member = a_member()
    give_password(client, member.email, WRONG)
    sign_in(client, member, at.moment)
    at(STEP)
    _confirm(client, at, WRONG)
    _confirm(client, at)

    with app.app_context():
        rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        seen = [(row.action, row.object.partition(":")[0], row.outcome) for row in rows]
        told = " ".join(f"{row.object} {row.reason} {row.details}" for row in rows)
    assert seen[-5:] == [
        ("password:prove", "member", "refused"),
        ("password:prove", "member", "done"),
        ("session:open", "member", "done"),
        ("session:confirm", "session", "refused"),
        ("session:confirm", "session", "done"),
    ]
    for secret in (PASSWORD, WRONG, member.email, totp.code(TOTP_SECRET, at.moment)):
        assert secret not in told
