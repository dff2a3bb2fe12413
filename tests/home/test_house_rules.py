"""Members accept the house rules, once for each version; nothing they typed is lost by that."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.audit.models import AuditEntry
from forum.core.db import db
from forum.members import house_rules
from forum.members.house_rules import Version
from forum.members.models import Member, MemberStatus
from tests.factories import a_board, a_member, sign_in
from tests.pages import visit

CHANGE = "Moderators now tell you who decided."
NEWER = Version(date(2027, 1, 15), (CHANGE,))


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Iterator[date]:
    """A newer version came into force."""
    monkeypatch.setattr(house_rules, "VERSIONS", (*house_rules.VERSIONS, NEWER))
    return NEWER.on


def kept(app: Flask, member: Member) -> tuple[date | None, Any]:
    with app.app_context():
        row = db.session.get_one(Member, member.id)
        return row.rules_version, row.rules_accepted_at


def accepted_lines(app: Flask) -> list[str]:
    with app.app_context():
        return list(
            db.session.scalars(
                select(AuditEntry.details).where(AuditEntry.action == "rules:accept")
            )
        )


def newcomer() -> Member:
    return a_member(rules_version=None, rules_accepted_at=None)


def test_everybody_can_read_the_rules_from_every_page(client: FlaskClient) -> None:
    page = visit(client, "/about")

    assert page.links().count("/house-rules") == 2
    rules = visit(client, "/house-rules")
    assert "No case data" in rules.words
    assert "These rules hold since 25 Nov 2026." in rules.words
    assert "Accept" not in rules.words


@pytest.mark.parametrize(
    "path", ["/", "/boards", "/directory", "/directory/qm", "/settings/limits"]
)
def test_nothing_for_members_opens_before_the_rules_are_accepted(
    app: Flask, client: FlaskClient, path: str
) -> None:
    member = newcomer()
    sign_in(client, member)

    answer = client.get(path)

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/house-rules?next={path}"


def test_what_a_member_may_not_know_of_stays_unknown_before(client: FlaskClient) -> None:
    sign_in(client, newcomer())

    assert client.get("/moderation/queue").status_code == 404
    assert client.get("/nowhere").status_code == 404


def test_the_account_can_be_protected_and_left_before(client: FlaskClient) -> None:
    sign_in(client, newcomer())

    own = ("/settings/security", "/settings/sessions", "/settings/data", "/settings/data/erasure")
    for path in (*own, "/confirm", "/privacy", "/handling"):
        assert client.get(path).status_code == 200, path
    page = visit(client, "/house-rules")
    token = page.form().filled["csrf_token"]
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303


def test_one_press_accepts_and_leads_on_to_the_page_that_was_asked_for(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member = newcomer()
    sign_in(client, member)
    page = visit(client, "/threads?view=mine")
    assert "You have not accepted these rules yet." in page.words

    first, second = page.send(), page.send()

    assert first.path == second.path == "/threads?view=mine"
    assert first.status == 200
    assert kept(app, member) == (house_rules.in_force(), at.moment)
    assert accepted_lines(app) == ['{"version": "2026-11-25"}']


def test_a_newer_version_is_asked_for_once_with_what_changed(
    app: Flask, client: FlaskClient, newer: date
) -> None:
    member = a_member(rules_version=house_rules.VERSIONS[0].on)
    sign_in(client, member)

    page = visit(client, "/boards")

    assert CHANGE in page.words
    assert page.send().path == "/boards"
    assert client.get("/boards").status_code == 200
    assert kept(app, member)[0] == newer


def test_only_the_version_that_was_shown_is_accepted(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = newcomer()
    sign_in(client, member)
    page = visit(client, "/house-rules")
    monkeypatch.setattr(house_rules, "VERSIONS", (*house_rules.VERSIONS, NEWER))

    refused = page.send()

    assert refused.status == 422
    assert "changed since you opened this page" in refused.words
    assert kept(app, member) == (None, None)
    refused.form().send()
    assert kept(app, member)[0] == NEWER.on


def test_what_was_typed_when_the_rules_changed_stands_in_its_form_again(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_board("general")
    sign_in(client, a_member())
    page = visit(client, "/threads/new?board=general").fill(title="Kept over the change of rules")
    monkeypatch.setattr(house_rules, "VERSIONS", (*house_rules.VERSIONS, NEWER))

    rules = page.send()
    assert rules.path.startswith("/house-rules")
    back = rules.form().send()

    assert back.path == "/threads/new"
    assert back.form().filled["title"] == "Kept over the change of rules"


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_accepting_never_leads_off_the_site(client: FlaskClient, there: str) -> None:
    sign_in(client, newcomer())
    page = visit(client, "/house-rules")

    answer = client.post("/house-rules", query_string={"next": there}, data=page.form().filled)

    assert answer.headers["Location"] == "/"


def test_a_visitor_accepts_nothing(app: Flask, client: FlaskClient) -> None:
    page = visit(client, "/sign-in")
    token = page.form().filled["csrf_token"]

    answer = client.post("/house-rules", data={"csrf_token": token, "version": "2026-11-25"})

    assert answer.headers["Location"] == "/sign-in?next=/house-rules"
    assert accepted_lines(app) == []


def test_what_a_member_sees_of_the_directory_waits_for_the_rules_but_not_what_the_public_sees(
    client: FlaskClient,
) -> None:
    assert client.get("/directory").status_code == 200
    sign_in(client, newcomer())
    assert client.get("/directory").status_code == 303


def test_who_is_pending_has_accepted_nothing(app: Flask) -> None:
    assert kept(app, a_member(status=MemberStatus.PENDING)) == (None, None)


def test_rules_that_are_older_than_what_was_accepted_are_never_asked_for(
    client: FlaskClient,
) -> None:
    sign_in(client, a_member(rules_version=house_rules.in_force() + timedelta(days=1)))

    assert client.get("/boards").status_code == 200
