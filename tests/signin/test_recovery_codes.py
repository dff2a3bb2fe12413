"""The codes that stand for a lost telephone, once each (security.md H5)."""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.core.db import db, operation
from forum.core.mail import OutboxMail
from forum.members.models import Member
from forum.signin.models import RecoveryCode
from forum.signin.operations import factors
from tests.factories import a_member
from tests.pages import Page, visit
from tests.signin.steps import browser, give_password, is_signed_in


def _codes(app: Flask, member: Member) -> tuple[str, ...]:
    with app.app_context():
        return operation(factors.new_recovery_codes)(member.id)


def _second_step(client: FlaskClient, member: Member, code: str) -> Page:
    give_password(client, member.email)
    return visit(client, "/sign-in/recovery-code").fill(code=code).send(follow=False)


def test_there_are_ten_of_120_bits_and_only_keyed_digests_are_stored(app: Flask) -> None:
    codes = _codes(app, a_member())

    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([A-Z2-7]{4}-){5}[A-Z2-7]{4}", code) for code in codes)
    with app.app_context():
        digests = db.session.scalars(select(RecoveryCode.digest)).all()
    assert len(digests) == 10
    assert not any(
        part in digest for digest in digests for code in codes for part in code.split("-")
    )


def test_one_signs_in_in_place_of_the_app(app: Flask, client: FlaskClient, at: Any) -> None:
    member = a_member()
    code = _codes(app, member)[3]

    page = _second_step(client, member, code.lower().replace("-", " "))

    assert page.status == 303
    assert "9 are left" in visit(client, "/confirm").words
    assert is_signed_in(client)


def test_one_works_once(app: Flask, at: Any) -> None:
    member, again = a_member(), browser(app)
    code = _codes(app, member)[0]
    _second_step(browser(app), member, code)

    page = _second_step(again, member, code)

    assert page.status == 422
    assert "This is none of your recovery codes, or it was used. 4 tries are left" in page.words
    assert not is_signed_in(again)


def test_those_of_somebody_else_do_not_work(app: Flask, client: FlaskClient, at: Any) -> None:
    code = _codes(app, a_member())[0]

    assert _second_step(client, a_member(), code).status == 422


def test_new_ones_kill_the_old_set(app: Flask, client: FlaskClient, at: Any) -> None:
    member = a_member()
    old, new = _codes(app, member)[0], _codes(app, member)[0]

    assert _second_step(client, member, old).status == 422
    assert _second_step(browser(app), member, new).status == 303


def test_using_one_mails_the_owner_without_saying_which(
    app: Flask, client: FlaskClient, at: Any, outbox: Callable[..., list[OutboxMail]]
) -> None:
    member = a_member()
    code = _codes(app, member)[0]

    _second_step(client, member, code)

    _of_the_new_browser, mail = outbox(member.email)
    assert mail.subject == "Counterpart: a recovery code was used"
    for told in (mail.text, mail.html):
        assert "Codes left: 9" in told
        assert member.name not in told
        assert not any(part in told for part in code.split("-"))


def test_a_wrong_one_mails_nobody(
    app: Flask, client: FlaskClient, at: Any, outbox: Callable[..., list[OutboxMail]]
) -> None:
    _second_step(client, a_member(), "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF")

    assert outbox() == []


def test_wrong_ones_are_counted_with_wrong_codes_of_the_app(client: FlaskClient, at: Any) -> None:
    member = a_member()
    give_password(client, member.email)
    for path in ("/sign-in/code", "/sign-in/recovery-code", "/sign-in/code") * 2:
        page = visit(client, path).fill(code="000 00x").send()

    assert page.status == 429
