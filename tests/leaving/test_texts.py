"""Unsent texts pass to the successor one by one, by the leaver's press."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core.mail import OutboxMail
from forum.directory.leaving import announce_leaving
from forum.directory.models import Representation
from forum.discussion.models import Audience, Post, Thread
from forum.drafts.models import KeptForm
from forum.drafts.operations import keep_form
from forum.leaving.operations import hand_text_over
from forum.members.models import Member
from tests.conftest import NOON
from tests.factories import (
    MLA,
    a_board,
    a_member,
    a_moderator,
    a_thread,
    actor_of,
    an_authority,
    sign_in,
)
from tests.pages import visit
from tests.support.at_once import at_once
from tests.support.rows import all_of, one_of


@pytest.fixture
def people(app: Flask, at: Any) -> tuple[Member, Member, str]:
    """Whoever leaves, the successor proposed, and the page of leaving."""
    office = an_authority("QM", MLA)
    return leaving(app, a_member(office), a_member(office))


def leaving(app: Flask, leaver: Member, heir: Member) -> tuple[Member, Member, str]:
    held = one_of(app, Representation, Representation.member_id == leaver.id)
    with app.app_context():
        announce_leaving(actor_of(leaver), held.id, NOON.date() + timedelta(days=3), heir.id)
    return leaver, heir, f"/settings/leaving/{held.id}"


def keep(app: Flask, member: Member, path: str, body: str, **more: str) -> int:
    with app.app_context():
        fields = {"body": body, "once": "o" * 40, "language": "en", **more}
        keep_form(member.id, "some browser", path, list(fields.items()))
    return all_of(app, KeptForm)[-1].id


def test_a_reply_handed_over_is_read_and_sent_by_the_successor(
    app: Flask,
    client: FlaskClient,
    people: tuple[Member, Member, str],
    outbox: Callable[..., list[OutboxMail]],
) -> None:
    leaver, heir, place = people
    thread = a_thread(title="How is it served?")
    keep(app, leaver, f"/threads/{thread.id}/replies", "We serve by post, as a rule.")
    other = keep(app, leaver, "/threads/new", "Private thoughts.", title="Not for you")
    sign_in(client, leaver)
    page = visit(client, place)
    assert "Reply in How is it served?" in page.words
    assert "Not for you" in page.words

    done = page.form("/texts/1/hand-over").send()
    theirs = app.test_client()
    sign_in(theirs, heir)
    today = visit(theirs, "/").words
    listed = visit(theirs, "/drafts")
    taken = listed.form("/take-up").send()
    posted = taken.form("/replies").send()

    assert "The text is handed over." in done.words
    assert "How is it served?" not in done.words
    (mail,) = [one for one in outbox(heir.email) if one.kind == "leaving/text"]
    assert not any(word in mail.text + mail.html for word in ("served", "post, as", "QM"))
    assert "1 unsent text waits for you." in today
    assert "Not for you" not in listed.words
    assert "We serve by post, as a rule." in taken.text
    assert "Your reply is posted." in posted.words
    reply = one_of(app, Post, Post.is_opening.is_(False))
    assert reply.author_id == heir.id
    assert [form.id for form in all_of(app, KeptForm)] == [other]
    assert "Nothing was handed over to you" in visit(theirs, "/drafts").words


@pytest.mark.parametrize(
    "path", ["/settings/password", "/desk/nominations/new", "/posts/1/edit", "/threads/99/replies"]
)
def test_nothing_is_handed_over_but_what_is_written_into_threads(
    app: Flask, client: FlaskClient, people: tuple[Member, Member, str], path: str
) -> None:
    leaver, _, place = people
    number = keep(app, leaver, path, "Secret.")
    sign_in(client, leaver)
    page = visit(client, place)
    token = page.form("/stay").filled["csrf_token"]

    answer = client.post(f"{place}/texts/{number}/hand-over", data={"csrf_token": token})

    assert "Secret." not in page.words
    assert answer.status_code == 404
    assert one_of(app, KeptForm).member_id == leaver.id


def test_a_reply_to_what_the_successor_may_not_read_is_not_handed_over(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    leaver, _, place = leaving(app, a_moderator(), a_moderator())
    thread = a_thread(leaver, to=["QN"], audience=Audience.ADDRESSED)
    number = keep(app, leaver, f"/threads/{thread.id}/replies", "Between us.")
    sign_in(client, leaver)
    page = visit(client, place)
    token = page.form("/stay").filled["csrf_token"]

    answer = client.post(f"{place}/texts/{number}/hand-over", data={"csrf_token": token})

    assert "Between us." not in page.words
    assert answer.status_code == 404


def test_nobody_hands_over_or_takes_up_what_is_not_theirs(
    app: Flask, client: FlaskClient, people: tuple[Member, Member, str]
) -> None:
    leaver, heir, place = people
    a_board()
    number = keep(app, leaver, "/threads/new", "Mine.", title="Mine")
    foreign = keep(app, heir, "/threads/new", "Yours.", title="Yours")
    sign_in(client, leaver)
    token = visit(client, place).form("/stay").filled["csrf_token"]

    assert (
        client.post(f"{place}/texts/{foreign}/hand-over", data={"csrf_token": token}).status_code
        == 404
    )
    assert client.post(f"/drafts/{number}/take-up", data={"csrf_token": token}).status_code == 404
    visit(client, place).form(f"/texts/{number}/hand-over").send()
    assert client.post(f"/drafts/{number}/take-up", data={"csrf_token": token}).status_code == 404
    assert "Mine" not in visit(client, "/drafts").words


def test_a_text_is_not_given_while_an_own_one_waits_in_the_same_place(
    app: Flask, client: FlaskClient, people: tuple[Member, Member, str]
) -> None:
    leaver, heir, place = people
    a_board()
    number = keep(app, leaver, "/threads/new", "Theirs.", title="Theirs")
    sign_in(client, leaver)
    visit(client, place).form(f"/texts/{number}/hand-over").send()
    theirs = app.test_client()
    sign_in(theirs, heir)
    theirs.set_cookie("kept", "some browser")
    keep(app, heir, "/threads/new", "My own.", title="Own")

    page = visit(theirs, "/drafts").form("/take-up").send()

    assert "A text of your own waits there." in page.words
    assert "My own." in visit(theirs, "/threads/new").text
    assert all_of(app, Thread) == []


def test_a_text_that_nobody_takes_up_is_forgotten_after_two_weeks(
    app: Flask, client: FlaskClient, people: tuple[Member, Member, str], at: Any
) -> None:
    leaver, heir, place = people
    number = keep(app, leaver, "/threads/new", "Theirs.", title="Theirs")
    sign_in(client, leaver)
    visit(client, place).form(f"/texts/{number}/hand-over").send()

    at(timedelta(days=13))
    sign_in(client, heir)
    assert "Theirs" in visit(client, "/drafts").words
    at(timedelta(days=2))
    sign_in(client, heir)
    assert "Theirs" not in visit(client, "/drafts").words


def test_a_text_handed_over_twice_at_once_passes_once(
    app: Flask, people: tuple[Member, Member, str], outbox: Callable[..., list[OutboxMail]]
) -> None:
    leaver, heir, place = people
    number = keep(app, leaver, "/threads/new", "Theirs.", title="Theirs")
    actor, held = actor_of(leaver), int(place.rpartition("/")[2])

    refused = at_once(app, lambda form: hand_text_over(actor, held, form), [number, number])

    assert len(refused) == 1
    assert len([mail for mail in outbox(heir.email) if mail.kind == "leaving/text"]) == 1
