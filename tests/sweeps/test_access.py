"""What people forget: each endpoint is marked, strangers get nowhere, no POST without a form token."""

import re
from collections.abc import Iterator

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule

from forum.core.db import Base, db
from forum.web.access import Mark
from tests.factories import a_member, sign_in

#: Open to everybody. A new name here is a decision: say why in the commit.
PUBLIC = {
    "home.today", "home.language", "home.about", "home.handling", "home.house_rules", "home.privacy",
    "home.accessibility", "home.healthz", "home.readyz", "home.security_txt",
    "signin.password", "signin.code", "signin.recovery_code", "signin.sign_out",
    "signin.signed_out", "signin.link_needed", "signin.let_in",
    "signin.activate", "signin.enrol", "signin.new_codes", "vetting.request_access", "vetting.status", "vetting.prove",
    "vetting.send_again", "vetting.answer", "vetting.withdraw",
    "mailboxes.prove", "mailboxes.renew", "mailboxes.stop", "mailboxes.done",
    # What a passkey is to sign before there is a session; the same whoever asks.
    "signin.sign_in_challenge", "signin.second_step_challenge",
    "signin.recover", "signin.recover_sent", "signin.reset",
    "recovery.ask", "recovery.sent", "recovery.begin", "recovery.case", "recovery.withdraw", "recovery.link_again",
    # Whoever holds the secret address of the case says there that the password is lost as well.
    "recovery.say_password",
    "recovery.stop", "recovery.new_factor", "recovery.enrol", "recovery.new_codes",
    "directory.index", "directory.state", "directory.entry", "directory.vcard",
}  # fmt: skip


def rules(app: Flask) -> Iterator[tuple[Rule, Mark]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            yield rule, app.view_functions[rule.endpoint].access_mark  # type: ignore[attr-defined]


def address(rule: Rule) -> str:
    """An address of that form; nothing is there."""
    numbered = re.sub(r"<int:[a-z_]+>", "987654", rule.rule)
    return re.sub(r"<[^>]+>", "none", numbered)


def test_only_these_endpoints_are_open_to_everybody(app: Flask) -> None:
    assert {rule.endpoint for rule, mark in rules(app) if mark.permission is None} == PUBLIC


def test_a_stranger_gets_nowhere_else(app: Flask, client: FlaskClient) -> None:
    for rule, mark in rules(app):
        if mark.permission is None or "GET" not in (rule.methods or set()):
            continue
        answer = client.get(address(rule))
        assert answer.status_code == 303, rule
        assert answer.headers["Location"].startswith("/sign-in?next="), rule


def rows(app: Flask) -> dict[str, int]:
    with app.app_context():
        return {
            table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in {"audit_entries", "audit_who", "open_sessions"}
        }


def test_no_post_without_a_form_token_changes_anything(app: Flask, client: FlaskClient) -> None:
    member = a_member()
    sign_in(client, member)
    before = rows(app)

    for rule, _ in rules(app):
        if "POST" not in (rule.methods or set()):
            continue
        for path in {address(rule), address(rule).replace("987654", "1")}:
            answer = client.post(path, data={"csrf_token": "forged"})
            assert answer.status_code in {303, 400, 404, 405, 422}, (rule, answer.status_code)
            if rule.rule.startswith("/sign-in"):  # who is signed in has nothing to do there
                assert answer.headers["Location"] == "/"
            elif answer.status_code == 303:
                # to a proof of who it is or to where it begins, never on as if it were done
                places = ("/sign-in", "/confirm", "/settings/")
                assert answer.headers["Location"].startswith(places), rule

    assert rows(app) == before


def test_get_changes_nothing(app: Flask, client: FlaskClient) -> None:
    sign_in(client, a_member())
    before = rows(app)

    for rule, _ in rules(app):
        if "GET" in (rule.methods or set()):
            client.get(address(rule).replace("987654", "1"))
            client.head(address(rule).replace("987654", "1"))

    assert rows(app) == before
