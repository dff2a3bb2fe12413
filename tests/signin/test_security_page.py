"""What protects one's account is told to its owner, with dates."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from forum.core.db import operation
from forum.signin.operations import factors
from tests.factories import a_member, sign_in
from tests.pages import visit


def test_the_settings_begin_with_what_protects_the_account(client: FlaskClient) -> None:
    sign_in(client, a_member())

    answer = client.get("/settings")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/security")
    assert "/settings/security" in visit(client, "/").links()


def test_each_factor_is_shown_with_the_day_since_which_it_holds(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    at("2026-10-03T12:00Z")
    member = a_member()
    with app.app_context():
        codes = operation(factors.new_recovery_codes)(member.id)
        operation(factors.uses_recovery_code)(member.id, codes[0])
    at(timedelta(days=40))
    sign_in(client, member)

    words = visit(client, "/settings/security").words

    assert "Chosen on 3 Oct 2026." in words
    assert "Set up on 3 Oct 2026." in words
    assert "9 left" in words
