"""Members see where their account is open, and end what they will (security.md S4, A8)."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.audit.models import AuditEntry
from forum.core.db import db
from forum.signin.devices import Device, device_of
from tests.factories import a_member, sign_in
from tests.pages import visit
from tests.signin import steps
from tests.signin.steps import browser, is_signed_in, sessions

AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0": Device("Edge", "Windows"),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.0 Mobile/15E148 Safari/604.1": Device("Safari", "iPhone"),
    "Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko)"
    " SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36": Device(
        "Samsung Internet", "Android"
    ),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 15.0; rv:140.0) Gecko/20100101 Firefox/140.0": Device(
        "Firefox", "macOS"
    ),
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/141.0.0.0 Safari/537.36": Device("Chrome", "ChromeOS"),
    "curl/8.5.0": Device("", ""),
    "": Device("", ""),
}


@pytest.mark.parametrize("agent", AGENTS)
def test_a_device_is_named_by_browser_and_system(agent: str) -> None:
    assert device_of(agent) == AGENTS[agent]


def test_open_sessions_are_shown_with_device_and_times_and_this_one_marked(
    app: Flask, at: Any
) -> None:
    member, here, there = a_member(), browser(app), browser(app)
    there.environ_base["HTTP_USER_AGENT"] = next(iter(AGENTS))
    steps.sign_in(there, member, at.moment)
    at(timedelta(minutes=5))
    is_signed_in(there)
    at(timedelta(minutes=15))
    steps.sign_in(here, member, at.moment)

    words = visit(here, "/settings/sessions").words

    assert "Unknown browser This session 25 Nov 2026, 13:20 25 Nov 2026, 13:20" in words
    assert "Edge on Windows 25 Nov 2026, 13:00 25 Nov 2026, 13:05 End" in words


def test_sessions_that_lapsed_or_are_of_others_are_not_shown(app: Flask, at: Any) -> None:
    member, here, there = a_member(), browser(app), browser(app)
    sign_in(there, member)
    at(timedelta(minutes=31))
    sign_in(here, member)
    sign_in(browser(app), a_member())

    page = visit(here, "/settings/sessions")

    assert "You are signed in nowhere else." in page.words
    assert not [link for link in page.links() if link.endswith("/end")]


def test_one_session_is_ended_and_the_rest_stay(app: Flask, client: FlaskClient, at: Any) -> None:
    member, there, third = a_member(), browser(app), browser(app)
    for one in (client, there, third):
        sign_in(one, member)
    number = sessions(app)[1].id

    page = visit(client, f"/settings/sessions/{number}/end").send()

    assert "The session is ended: Unknown browser." in page.words
    assert [is_signed_in(one) for one in (client, there, third)] == [True, False, True]
    again = visit(client, f"/settings/sessions/{number}/end").send()
    assert "That session had ended already." in again.words
    with app.app_context():
        ended = select(AuditEntry.object).where(AuditEntry.action == "session:end")
        assert db.session.scalars(ended).all() == [f"session:{number}"]


def test_all_others_are_ended_at_once(app: Flask, client: FlaskClient, at: Any) -> None:
    member, there, third, other = a_member(), browser(app), browser(app), browser(app)
    for one in (client, there, third):
        sign_in(one, member)
    sign_in(other, a_member())

    page = visit(client, "/settings/sessions/end-others").send()

    assert "2 sessions are ended." in page.words
    assert [is_signed_in(one) for one in (client, there, third, other)] == [
        True,
        False,
        False,
        True,
    ]
    assert (
        "No other session was open." in visit(client, "/settings/sessions/end-others").send().words
    )


def test_a_session_of_somebody_else_is_like_one_that_is_not_there(
    app: Flask, client: FlaskClient
) -> None:
    sign_in(client, a_member())
    other = browser(app)
    sign_in(other, a_member())
    number = sessions(app)[1].id
    token = visit(client, "/settings/sessions/end-others").form().filled["csrf_token"]

    for path in (f"/settings/sessions/{number}/end", "/settings/sessions/987654/end"):
        assert client.get(path).status_code == 404
        assert client.post(path, data={"csrf_token": token}).status_code == 404
    assert is_signed_in(other)


def test_the_session_in_use_is_ended_by_signing_out_only(app: Flask, client: FlaskClient) -> None:
    sign_in(client, a_member())
    (row,) = sessions(app)

    page = visit(client, f"/settings/sessions/{row.id}/end")

    assert "Sign out to end it." in page.words
    assert is_signed_in(client)
