"""Whatever a stranger can send is limited, and nothing that a stranger only reads."""

from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from forum.signin.operations.tries import device_pass
from forum.web import access
from forum.web.limits import limiter
from tests.factories import a_member, sign_in
from tests.sweeps.test_access import address, rules


@pytest.fixture
def used_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every limit is reached, and every form has its token."""

    def token_is_right(*_: object) -> None:
        g.has_stale_token, g.csrf_valid = False, True

    monkeypatch.setattr(type(limiter.limiter), "hit", lambda *_, **__: False)
    monkeypatch.setattr(access, "_check_form_token", token_is_right)


def test_all_that_a_stranger_can_post_has_a_limit(
    app: Flask, client: FlaskClient, used_up: Any
) -> None:
    without = [
        rule.endpoint
        for rule, mark in rules(app)
        if mark.permission is None
        and "POST" in (rule.methods or set())
        and client.post(address(rule)).status_code != 429
    ]

    assert without == [], "put one of forum.web.limits on these"


def test_no_limit_on_what_is_sent_keeps_anybody_from_reading_the_page_it_is_sent_from(
    app: Flask, client: FlaskClient, used_up: Any
) -> None:
    for rule, mark in rules(app):
        if mark.permission is None and {"GET", "POST"} <= (rule.methods or set()):
            assert client.get(address(rule)).status_code != 429, rule


def test_a_stranger_who_used_the_limit_up_keeps_nobody_out_who_was_here_before(
    app: Flask, client: FlaskClient
) -> None:
    """Members are counted each for themselves, known browsers too, strangers by their address."""
    member = a_member()
    for _ in range(121):
        answer = _press(client)
    assert answer.status_code == 429
    known, forged, signed_in = (app.test_client() for _ in range(3))
    with app.app_context():
        value = device_pass(member.id, "")
    known.set_cookie("device", value)
    forged.set_cookie("device", value[:-1] + ("0" if value[-1] != "0" else "1"))
    sign_in(signed_in, member)

    assert _press(forged).status_code == 429
    assert _press(known).status_code == 422
    assert _press(signed_in).status_code == 303


def _press(client: FlaskClient) -> Any:
    return client.post("/sign-in", data={"csrf_token": "stale"})
