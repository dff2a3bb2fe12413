"""A copy of what is held: made once, fetched by the member alone, for a day (security.md F2, F3, H4)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.audit.models import AuditEntry
from forum.core.db import db
from forum.core.errors import NotFound
from forum.core.mail import OutboxMail
from forum.members.limits import limit_member
from forum.members.models import LimitCause, LimitKind, Member
from forum.owndata import operations
from forum.owndata.models import DataExport
from forum.owndata.operations import exporting
from forum.policy import ANONYMOUS
from tests.factories import a_member, a_moderator, actor_of, sign_in
from tests.owndata.taking import PATH, ask, fetched, make, rows
from tests.pages import visit
from tests.signin.steps import browser
from tests.support.at_once import at_once


@pytest.fixture
def member(at: Any, client: FlaskClient) -> Member:
    """Who asks."""
    found = a_member(name="Nekesa Odari")
    sign_in(client, found)
    return found


def test_a_copy_is_asked_for_made_by_the_worker_and_fetched_with_its_headers(
    app: Flask, client: FlaskClient, member: Member
) -> None:
    assert "Your copy is being made." in ask(client).words
    assert "Being made" in visit(client, "/settings/data").words
    make(app)

    page = visit(client, "/settings/data")
    (link,) = [link for link in page.links() if "/exports/" in link]
    answer = client.get(link)

    assert "You can fetch it until 26 Nov 2026, 13:00" in page.words
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=counterpart-data-2026-11-25.zip"
    )
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"
    lines = [(line.actor_id, line.action) for line in rows(app, AuditEntry)]
    assert [line for line in lines if line[1].startswith("export:")] == [
        (member.id, "export:ask"),
        (None, "export:make"),
        (member.id, "export:download"),
    ]


def test_the_mail_says_that_it_is_there_and_nothing_else(
    app: Flask, client: FlaskClient, member: Member
) -> None:
    ask(client)
    make(app)

    (mail,) = rows(app, OutboxMail)

    assert (mail.kind, mail.recipient) == ("owndata/export_ready", member.email)
    assert "http://localhost/settings/data" in mail.text
    assert "Odari" not in mail.text + mail.html + mail.subject


def test_the_bytes_lie_encrypted_and_are_deleted_after_a_day(
    app: Flask, client: FlaskClient, member: Member, at: Any
) -> None:
    ask(client)
    make(app)
    with app.app_context():
        sealed = db.session.scalars(select(DataExport.sealed)).one() or ""
    assert sealed.startswith("gAAAA")
    path = f"/settings/data/exports/{rows(app, DataExport)[0].id}"

    at(timedelta(hours=23, minutes=59))
    sign_in(client, member)
    assert client.get(path).status_code == 200
    at(timedelta(minutes=1))
    assert client.get(path).status_code == 404
    assert "/exports/" not in visit(client, "/settings/data").text

    with app.app_context():
        assert operations.delete_old_exports() == 1
        assert operations.delete_old_exports() == 0
    assert rows(app, DataExport) == []


def test_nobody_else_learns_that_there_is_a_copy(
    app: Flask, client: FlaskClient, member: Member
) -> None:
    ask(client)
    make(app)
    there = rows(app, DataExport)[0].id

    for other in (a_member(), a_moderator()):
        theirs = browser(app)
        sign_in(theirs, other)
        found = theirs.get(f"/settings/data/exports/{there}")
        missing = theirs.get("/settings/data/exports/987654")
        assert found.status_code == missing.status_code == 404
        assert "/exports/" not in visit(theirs, "/settings/data").text
    with app.app_context(), pytest.raises(NotFound):
        operations.download(ANONYMOUS, there)


def test_asking_and_fetching_need_a_recent_proof(
    app: Flask, client: FlaskClient, member: Member, at: Any
) -> None:
    ask(client)
    make(app)
    at(timedelta(minutes=11))

    for path in (PATH, f"/settings/data/exports/{rows(app, DataExport)[0].id}"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/confirm?next={path}"


def test_while_one_is_being_made_no_other_is(
    app: Flask, client: FlaskClient, member: Member
) -> None:
    page = visit(client, PATH)

    page.send()
    again = page.send()

    assert "A copy is being made already." in again.words
    at_once(app, operations.ask_export, [actor_of(member)] * 4)
    assert len(rows(app, DataExport)) == 1


def test_a_new_copy_takes_the_place_of_the_old_one(
    app: Flask, client: FlaskClient, member: Member
) -> None:
    for _ in range(2):
        ask(client)
        make(app)

    assert len(rows(app, DataExport)) == 1


def test_the_sixth_copy_in_an_hour_is_refused(client: FlaskClient, member: Member) -> None:
    page = visit(client, PATH)

    assert [page.send().status for _ in range(6)] == [200] * 5 + [429]


def test_several_workers_make_a_copy_once_and_tell_it_once(
    app: Flask, client: FlaskClient, member: Member
) -> None:
    ask(client)

    at_once(app, lambda _n: operations.make_exports(), range(3))

    assert len(rows(app, OutboxMail)) == 1
    assert rows(app, DataExport)[0].size > 0


def test_of_two_workers_that_made_the_same_copy_the_first_one_s_is_kept(
    app: Flask, client: FlaskClient, member: Member
) -> None:
    ask(client)
    number = rows(app, DataExport)[0].id

    with app.app_context():
        assert exporting._keep(number, b"first")
        assert not exporting._keep(number, b"second")

    assert len(rows(app, OutboxMail)) == 1
    assert rows(app, DataExport)[0].size == 5


def test_what_a_killed_worker_had_in_hand_is_made_later(
    app: Flask, client: FlaskClient, member: Member, at: Any
) -> None:
    ask(client)
    with app.app_context():
        assert exporting._take() is not None  # and then the machine went off

    assert make(app) == 0
    at(timedelta(minutes=11))
    assert make(app) == 1


def test_one_that_cannot_be_made_is_given_up_and_holds_nobody_up(
    app: Flask, client: FlaskClient, member: Member, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, collect = a_member(), exporting.files_of
    monkeypatch.setattr(
        exporting, "files_of", lambda of: collect(of) if of.id == other.id else {"../evil": ""}
    )
    ask(client)
    theirs = browser(app)
    sign_in(theirs, other)
    ask(theirs)

    assert make(app) == 1
    for _ in range(3):
        at(timedelta(minutes=11))
        make(app)

    assert rows(app, DataExport)[0].failed_at is not None
    sign_in(client, member)
    assert "It could not be made" in visit(client, "/settings/data").words
    assert "being made" in ask(client).words


def test_what_is_too_large_is_not_kept(app: Flask, client: FlaskClient, member: Member) -> None:
    ask(client)
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        found = exporting.services()
        small = replace(found, settings=replace(found.settings, export_megabytes=0))
        patch.setattr(exporting, "services", lambda: small)
        assert operations.make_exports() == 0

    assert rows(app, DataExport)[0].failed_at is not None


def test_who_is_suspended_meanwhile_gets_no_copy(
    app: Flask, client: FlaskClient, member: Member
) -> None:
    moderator = actor_of(a_moderator())
    ask(client)
    with app.app_context():
        limit_member(
            moderator, member.id, LimitKind.SUSPENDED, LimitCause.SANCTION, reason="No mail."
        )

    assert make(app) == 0
    assert rows(app, OutboxMail) == []


def test_a_copy_can_be_fetched_after_the_keys_changed(
    app: Flask, client: FlaskClient, member: Member
) -> None:
    ask(client)
    make(app)

    with app.app_context():
        assert operations.reseal_exports() == 1

    assert fetched(app, client).testzip() is None


def test_a_visitor_has_no_data_to_take(app: Flask) -> None:
    with app.app_context(), pytest.raises(NotFound):
        operations.ask_export(ANONYMOUS)
