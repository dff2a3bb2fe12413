"""What the browser holds, and when it ends (security.md S1 to S4)."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.app import create_app
from forum.core.db import operation
from forum.core.events import announce
from forum.core.settings import Settings
from forum.members.events import RoleChanged
from forum.members.limits import limit_member
from forum.members.models import LimitCause, LimitKind
from forum.policy import ANONYMOUS
from tests import factories
from tests.conftest import close
from tests.factories import a_member, a_moderator
from tests.pages import visit
from tests.signin.steps import (
    browser,
    change,
    give_password,
    is_signed_in,
    sessions,
    sign_in,
    token_in,
)

STEP = timedelta(seconds=30)


def _cookies(answer: Any, name: str) -> list[str]:
    return [line for line in answer.headers.getlist("Set-Cookie") if line.startswith(name + "=")]


def test_over_tls_cookies_cannot_be_planted_or_read(settings: Settings, at: Any) -> None:
    app = create_app(replace(settings, base_url="https://localhost"))
    factories.use(app)
    try:
        client = browser(app)
        client.environ_base["wsgi.url_scheme"] = "https"
        answer = sign_in(client, a_member(), at.moment)
    finally:
        close(app)

    (session,) = _cookies(answer, "__Host-session")
    (device,) = _cookies(answer, "__Host-device")
    for cookie in (session, device):
        parts = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
        assert not any(part.startswith("Domain") for part in parts)
    assert "Max-Age" not in session
    assert "Expires" not in session


def test_over_plain_http_at_home_the_cookie_has_no_prefix(client: FlaskClient, at: Any) -> None:
    answer = sign_in(client, a_member(), at.moment)

    (session,) = _cookies(answer, "session")
    assert "Secure" not in session
    assert "HttpOnly" in session


def test_the_cookie_is_a_random_token_of_which_only_the_digest_is_stored(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    sign_in(client, a_member(), at.moment)

    token = (token_in(client) or "").rpartition(".")[0]
    (row,) = sessions(app)
    assert len(token) >= 43
    assert row.token_digest == hashlib.sha256(token.encode()).hexdigest()


def test_each_step_makes_a_new_identifier_and_the_old_one_is_worth_nothing(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    visit(client, "/sign-in")
    visitor = token_in(client)
    page = give_password(client, (member := a_member()).email)
    prelogin = token_in(client)
    page.fill(code=pyotp.TOTP(factories.TOTP_SECRET).at(at.moment)).send(follow=False)
    signed_in = token_in(client)

    assert len({visitor, prelogin, signed_in}) == 3
    for old in (visitor, prelogin):
        thief = browser(app)
        thief.set_cookie("session", old or "")
        assert not is_signed_in(thief)
        assert visit(thief, "/sign-in/code").heading == "Sign in"
    assert [row.member_id for row in sessions(app)] == [member.id]


@pytest.mark.parametrize("planted", ["xyz", "A" * 43, "a.b.c", "A" * 43 + "." + "B" * 43])
def test_an_identifier_that_this_site_did_not_make_is_not_adopted(
    client: FlaskClient, planted: str
) -> None:
    client.set_cookie("session", planted)

    visit(client, "/sign-in")

    assert not (token_in(client) or "").startswith(planted + ".")
    assert token_in(client) != planted


def _app_at_work(app: Flask, at: Any, minutes: int, times: int, client: FlaskClient) -> None:
    for _ in range(times):
        at(timedelta(minutes=minutes))
        assert is_signed_in(client)


def test_a_session_ends_after_thirty_minutes_of_nothing(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    sign_in(client, a_member(), at.moment)
    _app_at_work(app, at, 29, 2, client)

    at(timedelta(minutes=30))

    assert not is_signed_in(client)


def test_a_session_ends_after_twelve_hours_of_work(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    sign_in(client, a_member(), at.moment)
    _app_at_work(app, at, 20, 35, client)

    at(timedelta(minutes=20))

    assert not is_signed_in(client)


def test_a_moderator_s_session_ends_after_fifteen_minutes_of_nothing(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    sign_in(client, a_moderator(), at.moment)
    _app_at_work(app, at, 14, 2, client)

    at(timedelta(minutes=15))

    assert not is_signed_in(client)


def test_a_moderator_s_session_ends_after_eight_hours_of_work(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    sign_in(client, a_moderator(), at.moment)
    _app_at_work(app, at, 12, 39, client)

    at(timedelta(minutes=12))

    assert not is_signed_in(client)


def test_signing_out_deletes_the_record_and_asks_the_browser_to_forget(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    sign_in(client, a_member(), at.moment)
    cookie = token_in(client)

    answer = _sign_out(client)

    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert token_in(client) is None
    assert sessions(app) == []
    client.set_cookie("session", cookie or "")
    assert not is_signed_in(client)


def test_signing_out_leaves_the_browser_known(app: Flask, client: FlaskClient, at: Any) -> None:
    sign_in(client, a_member(), at.moment)
    known = token_in(client, "device")
    path = _sign_out(client).headers["Location"]
    client.delete_cookie("device")  # what a browser does when told to clear its cookies

    assert client.get(path).headers["Location"] == "/"
    assert token_in(client, "device") == known
    at(timedelta(minutes=1))
    for stranger, late in ((browser(app), path), (browser(app), "/signed-out?known=x")):
        stranger.get(late)
        assert token_in(stranger, "device") is None


def test_what_somebody_else_carried_replaces_nothing_that_a_browser_keeps(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    victim = browser(app)
    sign_in(victim, a_member(), at.moment)
    known = token_in(victim, "device")
    at(STEP)
    sign_in(client, a_member(), at.moment)
    path = _sign_out(client).headers["Location"]

    victim.get(path)

    assert token_in(victim, "device") == known


def test_signing_out_is_never_a_link(client: FlaskClient, at: Any) -> None:
    sign_in(client, a_member(), at.moment)

    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 400
    assert client.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert is_signed_in(client)


def test_signing_out_ends_this_session_alone(app: Flask, at: Any) -> None:
    member, here, there = a_member(), browser(app), browser(app)
    sign_in(here, member, at.moment)
    at(STEP)
    sign_in(there, member, at.moment)

    _sign_out(here)

    assert not is_signed_in(here)
    assert is_signed_in(there)


def test_after_signing_out_the_back_button_finds_nothing_kept(client: FlaskClient, at: Any) -> None:
    sign_in(client, a_member(), at.moment)

    assert client.get("/confirm").headers["Cache-Control"] == "no-store"


def test_suspension_ends_all_sessions_at_once(app: Flask, at: Any) -> None:
    member, here, there, other = a_member(), browser(app), browser(app), browser(app)
    sign_in(here, member, at.moment)
    sign_in(other, a_member(), at.moment)
    at(STEP)
    sign_in(there, member, at.moment)

    with app.app_context():
        limit_member(ANONYMOUS, member.id, LimitKind.SUSPENDED, LimitCause.UNSEEN)

    assert not is_signed_in(here)
    assert not is_signed_in(there)
    assert is_signed_in(other)
    change(app, member, status="active")
    assert not is_signed_in(here)


def test_a_change_of_role_ends_sessions_at_once(app: Flask, client: FlaskClient, at: Any) -> None:
    member = a_member()
    sign_in(client, member, at.moment)

    with app.app_context():
        operation(announce)(RoleChanged(member.id))

    assert not is_signed_in(client)


@pytest.mark.parametrize("status", ["suspended", "closed", "pending"])
def test_the_status_is_looked_at_with_every_request(
    app: Flask, client: FlaskClient, at: Any, status: str
) -> None:
    member = a_member()
    sign_in(client, member, at.moment)

    change(app, member, status=status)

    assert not is_signed_in(client)


def _sign_out(client: FlaskClient) -> Any:
    token = visit(client, "/confirm").form().filled["csrf_token"]
    return client.post("/sign-out", data={"csrf_token": token})
