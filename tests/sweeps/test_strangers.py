"""Whatever a stranger can send is limited, and nothing that a stranger only reads."""

from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

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


def test_a_stranger_who_used_the_limit_up_keeps_no_member_from_sending(
    app: Flask, client: FlaskClient
) -> None:
    """Members are counted each for themselves, strangers by their address."""
    for _ in range(121):
        answer = client.post("/sign-in", data={"csrf_token": "stale"})
    assert answer.status_code == 429

    sign_in(client, a_member())

    assert client.post("/sign-in", data={"csrf_token": "stale"}).status_code == 303
