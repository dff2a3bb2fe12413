"""What a person does to sign in, and what can be seen of it from outside."""

import itertools
import re
from datetime import datetime
from ipaddress import IPv4Address
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.core.db import db, operation
from forum.members.models import Member, MemberStatus
from forum.signin.models import OpenSession
from tests.factories import PASSWORD, TOTP_SECRET
from tests.pages import Page, visit
from tests.support import totp

WRONG = "not the password of anybody"
MEMBERS_PAGE = "/confirm"

_addresses = itertools.count(1)


def browser(app: Flask, address: str = "") -> FlaskClient:
    """A browser at a network address of its own."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address or str(IPv4Address("10.0.0.0") + next(_addresses))
    return client


def give_password(
    client: FlaskClient, email: str, password: str = PASSWORD, path: str = "/sign-in"
) -> Page:
    """The first step; gives the page that follows."""
    return visit(client, path).fill(email=email, password=password).send()


def give_code(page: Page, code: str) -> Any:
    """The second step; gives the answer itself."""
    return page.fill(code=code).send(follow=False).response


def sign_in(client: FlaskClient, member: Member, moment: datetime, **more: str) -> Any:
    """Both steps, with a code that an independent program computes."""
    answer = give_code(give_password(client, member.email, **more), totp.code(TOTP_SECRET, moment))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer


def is_signed_in(client: FlaskClient) -> bool:
    """Whether members' pages open."""
    answer = client.get(MEMBERS_PAGE)
    assert answer.status_code in {200, 303}
    return bool(answer.status_code == 200)


def token_in(client: FlaskClient, name: str = "session") -> str | None:
    """What the browser keeps under that name."""
    cookie = client.get_cookie(name)
    return cookie.value if cookie else None


def sessions(app: Flask) -> list[OpenSession]:
    """All rows, as they are now."""
    with app.app_context():
        rows = list(db.session.scalars(select(OpenSession).order_by(OpenSession.id)))
        db.session.expunge_all()
        return rows


def change(app: Flask, member: Member, **columns: Any) -> None:
    """Change columns of a member behind everybody's back."""
    with app.app_context():
        operation(lambda: db.session.query(Member).filter_by(id=member.id).update(columns))()


def close_account(app: Flask, member: Member) -> None:
    change(app, member, status=MemberStatus.CLOSED)


def without_tokens(text: str) -> str:
    """A page without what differs from one form to the next."""
    return re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1", text)
