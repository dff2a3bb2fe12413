"""The audit log as moderators read it, filter it and take it away."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, text

from forum.audit.models import AuditEntry, AuditWho
from forum.audit.operations import check_whole, record, record_system
from forum.core.db import db, operation
from forum.core.origin import ADDRESS
from forum.discussion.models import Audience
from forum.members.models import Member
from forum.policy import ANONYMOUS, Actor, Role
from tests.conftest import FrozenClock
from tests.factories import (
    MLA,
    a_member,
    a_moderator,
    a_naming,
    a_post,
    a_thread,
    actor_of,
    an_application,
    an_authority,
    an_objection,
    sign_in,
)
from tests.pages import Page, visit

PERSON = Actor(id=77, name="A. Quellin")


@pytest.fixture
def moderator(app: Flask, client: FlaskClient, at: FrozenClock) -> Member:
    """Signed in with `client`, at a stopped clock, where Brussels is an hour ahead of UTC."""
    member = a_moderator(name="M. Derator")
    sign_in(client, member)
    return member


def write(app: Flask, actor: Actor, action: str, about: str, address: str = "", **more: Any) -> int:
    with app.app_context():
        ADDRESS.set(address)
        number = operation(lambda: record(actor, action, about, **more).id)()
        ADDRESS.set("")
        return number


def shown(client: FlaskClient, query: str = "") -> list[int]:
    """Numbers of the entries on the page, in their order."""
    page = visit(client, f"/moderation/log?{query}")
    assert page.status == 200
    return numbers_on(page)


def numbers_on(page: Page) -> list[int]:
    cells = (node for node in page.root.iter("div") if "cp-num" in (node.get("class") or ""))
    words = ("".join(node.itertext()).split() for node in cells)
    return [int(found[1]) for found in words if found[:1] == ["Entry"]]


def entries(app: Flask, action: str) -> list[AuditEntry]:
    with app.app_context():
        found = list(db.session.query(AuditEntry).filter_by(action=action).order_by(AuditEntry.id))
        db.session.expunge_all()
        return found


def download(client: FlaskClient, query: str = "") -> list[dict[str, str]]:
    answer = visit(client, f"/moderation/log/export?{query}").form("/log/export").send().response
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True), newline="")))


def test_an_entry_is_told_in_words_with_who_when_what_object_outcome_and_reason(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    about = a_member(name="Nekesa Odari")
    member = a_member(name="A. Quellin")
    write(
        app,
        actor_of(member),
        "member:limit",
        f"member:{about.id}",
        "192.0.2.7",
        outcome="refused",
        reason="Named a suspect.",
        details={"kind": "warning", "until": None},
    )

    page = visit(client, "/moderation/log")

    for words in (
        "A. Quellin", "Limited", f"Member {about.id}", "Nekesa Odari", "refused",
        "Named a suspect.", "192.0.2.7", "kind warning", "25 Nov",
    ):  # fmt: skip
        assert words in page.words, words
    assert f"/moderation/members/{about.id}" in page.links()
    assert f"/moderation/members/{member.id}" in page.links()


def test_an_erased_name_a_visitor_and_the_site_itself_are_told_apart(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    erased = write(app, PERSON, "post:create", "post:1")
    write(app, ANONYMOUS, "reset:ask", "reset:1", "192.0.2.7")
    with app.app_context():
        operation(record_system)("application:expire", "application:1")
        with db.engine.begin() as connection:
            connection.execute(delete(AuditWho).where(AuditWho.entry_id == erased))

    page = visit(client, "/moderation/log")

    assert "A. Quellin" not in page.words
    assert "Member 77 Name erased" in page.words
    assert "Nobody signed in" in page.words
    assert "This site" in page.words


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_first_and_the_last_day_of_the_calendar_can_be_asked_for(
    app: Flask, client: FlaskClient, zone: str
) -> None:
    sign_in(client, a_moderator(zone=zone))
    number = write(app, PERSON, "post:create", "post:1")

    assert number in shown(client, "about=post:1&since=0001-01-01&until=9999-12-31")
    assert shown(client, "about=post:1&since=9999-12-31") == []
    assert shown(client, "about=post:1&until=0001-01-01") == []


def test_each_filter_narrows_and_all_of_them_must_hold(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    first, second = a_member(name="Élodie Marchand"), a_member(name="Pierre Vasseur")
    posted = write(app, actor_of(first), "post:create", "post:5")
    about_first = write(app, actor_of(second), "member:lift", f"member:{first.id}")
    refused = write(
        app, actor_of(second), "member:lift", f"member:{first.id} limit:3", outcome="refused"
    )
    other = write(app, actor_of(second), "member:lift", f"member:{first.id}0")

    assert shown(client, "person=elod") == [posted]
    assert shown(client, f"person={first.id}") == [posted]
    assert shown(client, f"person={first.email.upper()}") == [posted]
    assert shown(client, "person=Nobody%20of%20that%20name") == []
    assert shown(client, f"about=member:{first.id}") == [refused, about_first]
    assert shown(client, "about=post") == [posted]
    assert shown(client, "about=post:") == [posted]
    assert shown(client, "about=post:_") == []
    assert shown(client, "action=member:lift") == [other, refused, about_first]
    assert shown(client, "action=member:lift&outcome=refused") == [refused]
    assert shown(client, f"person=vasseur&about=member:{first.id}&outcome=done") == [about_first]
    assert shown(client, "person=elod&action=member:lift") == []


def test_days_are_counted_where_the_reader_is(
    app: Flask, client: FlaskClient, moderator: Member, at: FrozenClock
) -> None:
    """Midnight in Brussels is 23:00 UTC of the day before."""
    numbers = {}
    for moment in ("2026-11-19T22:59:59Z", "2026-11-19T23:00:00Z", "2026-11-20T22:59:59Z"):
        at(moment)
        numbers[moment] = write(app, PERSON, "post:create", "post:5")
    at("2026-11-20T23:00:00Z")
    last = write(app, PERSON, "post:create", "post:5")
    sign_in(client, moderator)
    before, first, second = numbers.values()

    about = "about=post:5&"
    assert shown(client, f"{about}since=2026-11-20&until=2026-11-20") == [second, first]
    assert shown(client, f"{about}since=2026-11-21") == [last]
    assert shown(client, f"{about}until=2026-11-19") == [before]
    assert "Brussels (UTC+1)" in visit(client, "/moderation/log").words


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("since=tomorrow", "This is no day of the calendar."),
        ("since=2026-11-20&until=2026-11-19", "This day is before the first one."),
        ("action=member:burn", "Not a valid choice"),
        (f"person={'x' * 400}", "too long"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_shown(
    app: Flask, client: FlaskClient, moderator: Member, query: str, words: str
) -> None:
    page = visit(client, f"/moderation/log?{query}")

    assert page.status == 422
    assert words in page.words
    assert numbers_on(page) == []
    assert visit(client, f"/moderation/log/export?{query}").status == 422


def test_pages_are_turned_by_key_and_keep_the_filter(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    made = [write(app, PERSON, "post:create", "post:5") for _ in range(51)]
    write(app, PERSON, "post:create", "post:6")

    first = visit(client, "/moderation/log?about=post:5")
    (older,) = [link for link in first.links() if "before=" in link]
    write(app, PERSON, "post:create", "post:5")
    second = visit(client, older)

    assert "about=post:5" in older or "about=post%3A5" in older
    assert numbers_on(first) == made[:0:-1]
    assert numbers_on(second) == made[:1]


def test_opening_the_log_leaves_one_line_for_each_view_without_a_name(
    app: Flask, client: FlaskClient, moderator: Member, at: FrozenClock
) -> None:
    named = a_member(name="Élodie Marchand")
    for _ in range(3):
        visit(client, "/moderation/log")
    visit(client, "/moderation/log?before=1-1")
    assert len(entries(app, "log:read")) == 1

    visit(client, "/moderation/log?person=Marchand&since=2026-11-20")
    at(timedelta(minutes=9))
    visit(client, "/moderation/log")
    at(timedelta(minutes=2))
    sign_in(client, moderator)
    visit(client, "/moderation/log")

    found = entries(app, "log:read")
    assert [json.loads(entry.details) for entry in found] == [
        {},
        {"by": [named.id], "since": "2026-11-20"},
        {},
    ]
    assert {entry.actor_id for entry in found} == {moderator.id}


def test_a_thing_is_linked_only_where_the_reader_may_open_it(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    """A moderator reads what is put to the network, not what States have between them."""
    office = an_authority("QM", MLA)
    author = a_member(office)
    everybodys = a_thread(author)
    theirs = a_thread(author, to=["QN"], audience=Audience.ADDRESSED)
    posts = [a_post(thread, author) for thread in (everybodys, theirs)]
    for thread, post in zip((everybodys, theirs), posts, strict=True):
        write(app, PERSON, "thread:open", f"thread:{thread.id}")
        write(app, PERSON, "post:create", f"post:{post.id}")
    write(app, PERSON, "vcard:download", f"authority:{office.id}")
    write(app, PERSON, "vcard:download", "authority:98765")
    write(app, PERSON, "page:refuse", "GET /threads/1")

    links = visit(client, "/moderation/log").links()

    assert f"/threads/{everybodys.id}" in links
    assert f"/threads/{theirs.id}" not in links
    assert f"/posts/{posts[0].id}" in links
    assert f"/posts/{posts[1].id}" not in links
    assert f"/directory/qm/{office.slug}" in links
    for link in links:
        if link.startswith(("/threads/", "/posts/", "/directory/", "/moderation/members/")):
            assert client.get(link).status_code in {200, 303, 404 if "/77" in link else 200}


def test_the_page_says_how_far_the_log_was_found_whole_and_where_it_is_broken(
    app: Flask, client: FlaskClient, moderator: Member, at: FrozenClock
) -> None:
    assert "The log was not checked yet." in visit(client, "/moderation/log").words
    with app.app_context():
        last = check_whole().entries

    at(timedelta(minutes=5))
    words = visit(client, "/moderation/log").words
    assert f"Whole up to entry {last} of 25 Nov" in words

    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE audit_who SET name = 'Somebody else' WHERE entry_id = 2"))
    with app.app_context():
        check_whole()
    words = visit(client, "/moderation/log").words
    assert "Entry 2: its name or address was changed." in words
    assert "Whole up to" not in words


def test_an_export_has_the_rows_that_fit_in_utc_and_harmless_cells(
    app: Flask, client: FlaskClient, moderator: Member, at: FrozenClock
) -> None:
    hostile = Actor(id=77, name="=HYPERLINK(1)")
    first = write(app, hostile, "post:create", "post:5", "192.0.2.7", reason="-1, she said")
    second = write(app, hostile, "post:create", "post:5", reason="two\nlines", details={"a": 1})
    erased = write(app, hostile, "post:create", "post:5", "192.0.2.8")
    write(app, hostile, "post:create", "post:6")
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(delete(AuditWho).where(AuditWho.entry_id == erased))

    rows = download(client, "about=post:5")

    assert [int(row["number"]) for row in rows] == [erased, second, first]
    assert rows[2]["name"] == "'=HYPERLINK(1)"
    assert rows[2]["reason"] == "'-1, she said"
    assert rows[2]["time"] == "2026-11-25T12:00:00+00:00"
    assert (rows[2]["address"], rows[2]["actor"]) == ("192.0.2.7", "77")
    assert (rows[1]["reason"], rows[1]["details"]) == ("two\nlines", '{"a": 1}')
    assert (rows[0]["name"], rows[0]["address"], rows[0]["actor"]) == ("", "", "77")


def test_an_export_is_recorded_before_it_leaves_and_does_not_hold_its_own_line(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    write(app, PERSON, "post:create", "post:5")

    rows = download(client)

    (line,) = entries(app, "log:export")
    assert json.loads(line.details) == {"entries": len(rows)}
    assert int(rows[0]["number"]) == line.id - 1
    assert int(rows[-1]["number"]) == 1


def test_a_sixth_export_within_an_hour_is_refused(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    for _ in range(5):
        assert download(client, "about=post:5") == []

    page = visit(client, "/moderation/log/export").form("/log/export").send()

    assert page.status == 429
    assert len(entries(app, "log:export")) == 5


def test_a_long_export_is_read_in_pieces_and_locks_nobody_out(
    app: Flask, client: FlaskClient, moderator: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forum.moderation.log._PIECE", 2)
    made = [write(app, PERSON, "post:create", "post:5") for _ in range(5)]
    form = visit(client, "/moderation/log/export?about=post:5").form("/log/export").filled

    answer = client.post("/moderation/log/export", data=form, buffered=False)
    lines = iter(answer.response)
    begun = [next(lines) for _ in range(2)]
    write(app, PERSON, "post:create", "post:5")  # while somebody is still downloading
    rows = b"".join(part if isinstance(part, bytes) else part.encode() for part in [*begun, *lines])
    answer.close()

    found = csv.DictReader(io.StringIO(rows.decode(), newline=""))
    assert [int(row["number"]) for row in found] == made[::-1]


def test_what_was_asked_for_survives_a_proof_of_who_it_is(
    app: Flask, client: FlaskClient, moderator: Member, at: FrozenClock
) -> None:
    form = visit(client, "/moderation/log/export?about=post:5").form("/log/export").filled
    at(timedelta(minutes=11))

    assert client.get("/moderation/log").headers["Location"].startswith("/confirm?next=")
    answer = client.post("/moderation/log/export", data=form)

    assert answer.headers["Location"] == "/confirm?next=/moderation/log/export"
    sign_in_again = visit(client, answer.headers["Location"])
    assert sign_in_again.heading
    assert entries(app, "log:export") == []


@pytest.mark.parametrize("path", ["/moderation/log", "/moderation/log/export"])
def test_the_log_is_for_moderators_alone(app: Flask, client: FlaskClient, path: str) -> None:
    sign_in(client, a_member())

    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "place", "mark"),
    [
        ("/moderation/queue", "/moderation/queue", "page"),
        ("/moderation/applications/1", "/moderation/queue", "true"),
        ("/moderation/focal-points", "/moderation/focal-points", "page"),
        ("/moderation/focal-points/1", "/moderation/focal-points", "true"),
        ("/moderation/focal-points/new", "/moderation/focal-points", "true"),
        ("/moderation/focal-points/new/QM", "/moderation/focal-points", "true"),
        ("/moderation/objections", "/moderation/objections", "page"),
        ("/moderation/objections/1", "/moderation/objections", "true"),
        ("/moderation/members", "/moderation/members", "page"),
        ("/moderation/members/1", "/moderation/members", "true"),
        ("/moderation/log", "/moderation/log", "page"),
        ("/moderation/log/export", "/moderation/log", "true"),
    ],
)
def test_every_page_of_moderation_says_in_which_place_it_is(
    app: Flask, client: FlaskClient, moderator: Member, path: str, place: str, mark: str
) -> None:
    office = an_authority("QM", MLA)
    an_application(office)
    a_naming(office)
    an_objection(a_member(office), a_member(office, Role.HEAD))

    page = visit(client, path)

    assert page.status == 200
    (places,) = [nav for nav in page.root.iter("nav") if nav.get("aria-label") == "Moderation"]
    marked = {link.get("href"): link.get("aria-current") for link in places.iter("a")}
    assert {url: said for url, said in marked.items() if said} == {place: mark}
