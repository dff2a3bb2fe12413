"""A member who sees a stranger at work stops everything, and the moderators are told."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.audit.models import AuditEntry
from forum.core.db import db
from forum.core.mail import OutboxMail
from tests.factories import a_member, a_moderator, sign_in
from tests.pages import visit
from tests.signin.steps import browser, is_signed_in


def test_saying_so_ends_all_sessions_and_leads_to_a_new_password(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member, there, other = a_member(), browser(app), browser(app)
    for one in (client, there):
        sign_in(one, member)
    sign_in(other, a_member())

    page = visit(client, "/settings/security/not-me").send()

    assert page.path == "/sign-in?next=/settings/security/password"
    assert "All your sessions are ended, and the moderators are told." in page.words
    assert [is_signed_in(one) for one in (client, there, other)] == [False, False, True]


def test_every_moderator_is_told_by_mail_with_a_number_and_nothing_else(
    app: Flask, client: FlaskClient, outbox: Callable[..., list[OutboxMail]]
) -> None:
    moderators, member = [a_moderator(), a_moderator()], a_member()
    sign_in(client, member)

    visit(client, "/settings/security/not-me").send()

    for moderator in moderators:
        (mail,) = outbox(moderator.email)
        assert mail.kind == "notifications/account_alarm"
        with app.app_context():
            again = db.session.get_one(OutboxMail, mail.id)
            assert f"#{member.id}" in again.subject
            assert member.name not in again.text
            assert member.email not in again.text
    with app.app_context():
        alarm = select(AuditEntry.object).where(AuditEntry.action == "account:alarm")
        assert db.session.scalars(alarm).all() == [f"member:{member.id}"]
