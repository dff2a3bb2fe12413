"""What a person with a passkey does, with the script's part done by hand."""

import json
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.core.db import db
from forum.members.models import Member
from forum.signin.models import Passkey
from tests.factories import sign_in
from tests.pages import Page, visit
from tests.signin.steps import browser
from tests.support.authenticator import Authenticator

PASSKEYS = "/settings/security/passkeys"
NEW = f"{PASSKEYS}/new"

Sign = Callable[[dict[str, Any]], str]


def asked(page: Page, challenge: str) -> dict[str, Any]:
    """What the script of that page is told to have signed."""
    token = page.form().filled["csrf_token"]
    answer = page.client.post(challenge, data={"csrf_token": token})
    assert answer.status_code == 200, (challenge, answer.status_code)
    assert answer.mimetype == "application/json"
    found: dict[str, Any] = json.loads(answer.get_data(as_text=True))
    return found


def hand_in(page: Page, answer: str, **fields: str) -> Page:
    """Send the form of the page with what was signed."""
    data = {"csrf_token": page.form().filled["csrf_token"], "passkey": answer, **fields}
    response = page.client.post(page.path, data=data)
    return Page(page.client, response, page.path)


def add(client: FlaskClient, device: Authenticator, name: str = "Laptop") -> Page:
    """Add a passkey in a browser that is signed in; gives the answer."""
    page = visit(client, NEW)
    return hand_in(page, device.create(asked(page, f"{PASSKEYS}/challenge")), name=name)


def with_passkey(app: Flask, member: Member, device: Authenticator, name: str = "Laptop") -> None:
    """Let the member have a passkey in the device."""
    client = browser(app)
    sign_in(client, member)
    answer = add(client, device, name)
    assert answer.status == 303, answer.words


def enter(client: FlaskClient, sign: Sign, path: str = "/sign-in") -> Page:
    """Sign in with a passkey alone; gives the answer."""
    page = visit(client, path)
    return hand_in(page, sign(asked(page, "/sign-in/challenge")))


def second(page: Page, sign: Sign) -> Page:
    """After the password, a passkey; gives the answer."""
    return hand_in(page, sign(asked(page, "/sign-in/code/challenge")))


def confirm(client: FlaskClient, sign: Sign, path: str = "/confirm?next=/threads") -> Page:
    """Step-up with a passkey; gives the answer."""
    page = visit(client, path)
    return hand_in(page, sign(asked(page, "/confirm/challenge")))


def kept(app: Flask) -> list[Passkey]:
    """All rows, as they are now."""
    with app.app_context():
        rows = list(db.session.scalars(select(Passkey).order_by(Passkey.id)))
        db.session.expunge_all()
        return rows
