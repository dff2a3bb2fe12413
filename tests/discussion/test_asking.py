"""Asking a question, from the form to the thread."""

from typing import Any

import pytest
from flask import Flask

from forum.core import events
from forum.discussion.events import ThreadOpened
from forum.discussion.models import Audience, Mark, Thread
from forum.members.models import Member
from forum.policy import Role
from tests.discussion.conftest import SignedIn
from tests.factories import EXTRADITION, MLA, TRANSFER, a_member, a_moderator, an_authority
from tests.pages import Page, visit
from tests.support.rows import all_of, one_of

FIELDS: dict[str, Any] = {
    "board": "mla-drafting",
    "title": "How much fact is enough?",
    "body": "We would **like** to know.",
}


def ask(client: Any, button: str = "do=post", **fields: Any) -> Page:
    page = visit(client, "/threads/new").form("/threads/new")
    return page.fill(**{**FIELDS, **fields}).send(button)


def test_a_question_leads_to_its_thread(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    page = ask(signed_in(asker), states=["QN"], needed_by="2036-01-02")

    assert page.path == "/threads/1-how-much-fact-is-enough"
    assert page.heading == "How much fact is enough?"
    assert "<strong>like</strong>" in page.text
    assert "Waiting" in page.words
    assert "2 Jan 2036" in page.words
    assert "MLA · art. 18" in page.words
    assert "TLP:GREEN" in page.words
    assert "All members of the network" in page.words


def test_the_form_says_that_nothing_posted_is_a_request_and_asks_for_no_case_data(
    asker: Member, signed_in: SignedIn
) -> None:
    page = visit(signed_in(asker), "/threads/new")

    assert "Nothing posted here is a request" in page.words
    assert "No case data" in page.words
    assert "/directory" in page.links()


def test_the_page_shows_exactly_the_office_designated_for_the_function(
    asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    an_authority("QN", EXTRADITION, name="Prosecutor General of Belmara")

    page = ask(signed_in(asker), states=["QN"], function=EXTRADITION)

    assert "Prosecutor General of Belmara" in page.words
    assert "Office of Belmara" not in page.words


def test_the_page_says_whom_a_question_will_be_told_to_before_it_is_posted(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    page = ask(signed_in(asker), "do=preview", states=["QN"])

    assert page.status == 200
    assert "Office of Belmara" in page.words
    assert "One member gets a mail" in page.words
    assert all_of(app, Thread) == []


def test_where_a_state_named_no_office_the_central_authority_is_told_and_labelled(
    asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    page = ask(signed_in(asker), "do=preview", states=["QN"], function=TRANSFER)

    assert "None notified for this function" in page.words
    assert "Office of Belmara" in page.words


def test_the_fragment_for_scripts_says_the_same(
    asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    client = signed_in(asker)

    text = client.get("/threads/new/told?states=QN&board=mla-drafting&kind=question").get_data(
        as_text=True
    )

    assert "Office of Belmara" in text
    assert "<html" not in text


def test_a_preview_posts_nothing_and_keeps_everything(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    page = ask(signed_in(asker), "do=preview", title="", states=["QN"])

    assert page.status == 200
    assert "<strong>like</strong>" in page.text
    assert page.form("/threads/new").filled["body"] == FIELDS["body"]
    assert page.filled["states"] == "QN"
    assert all_of(app, Thread) == []


def test_a_preview_for_scripts_is_the_text_alone(asker: Member, signed_in: SignedIn) -> None:
    client = signed_in(asker)
    token = visit(client, "/threads/new").form("/threads/new").filled["csrf_token"]

    response = client.post("/threads/preview", data={"csrf_token": token, "body": "_so_"})

    assert response.status_code == 200
    assert response.get_data(as_text=True).strip() == '<p dir="auto"><em>so</em></p>'


def test_a_board_on_one_function_gives_it_to_its_threads(
    app: Flask, asker: Member, signed_in: SignedIn
) -> None:
    ask(signed_in(asker), board="extradition")

    assert one_of(app, Thread).function_code == EXTRADITION


def test_a_link_can_fill_in_board_function_and_states(
    asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    page = visit(
        signed_in(asker), f"/threads/new?board=tsp&function={TRANSFER}&state=QN&state=XX"
    ).form("/threads/new")

    assert page.filled["board"] == "tsp"
    assert page.filled["function"] == TRANSFER
    assert page.filled["states"] == "QN"


@pytest.mark.parametrize(
    ("chosen", "mark"),
    [
        ({}, Mark.GREEN),
        ({"audience": "addressed", "states": ["QN"]}, Mark.AMBER),
        ({"board": "som-sea"}, Mark.AMBER),
        ({"mark": "AMBER+STRICT"}, Mark.AMBER_STRICT),
        ({"mark": "CLEAR"}, Mark.CLEAR),
    ],
)
def test_the_mark_follows_the_audience_and_the_board_unless_a_stricter_one_is_chosen(
    app: Flask,
    asker: Member,
    answerer: Member,
    signed_in: SignedIn,
    chosen: dict[str, Any],
    mark: Mark,
) -> None:
    ask(signed_in(asker), **chosen)

    assert one_of(app, Thread).mark is mark


def test_an_addressed_question_is_for_the_asking_and_the_addressed_states(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    page = ask(signed_in(asker), audience="addressed", states=["QN"])

    assert "Members of State QM, State QN" in page.words
    thread = one_of(app, Thread)
    assert thread.audience is Audience.ADDRESSED


def test_a_moderator_reads_the_addressed_question_that_they_asked_themselves(
    app: Flask, answerer: Member, signed_in: SignedIn
) -> None:
    page = ask(signed_in(a_moderator()), audience="addressed", states=["QN"])

    assert page.status == 200
    assert page.heading == FIELDS["title"]


def test_officers_are_offered_neither_announcements_nor_the_board_of_notices(
    asker: Member, signed_in: SignedIn
) -> None:
    page = visit(signed_in(asker), "/threads/new")

    assert 'value="announcements"' not in page.text
    assert 'value="announcement"' not in page.text


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.FOCAL_POINT])
def test_the_secretariat_and_focal_points_announce(
    app: Flask, signed_in: SignedIn, role: Role
) -> None:
    page = ask(signed_in(a_member(role=role)), board="announcements", kind="announcement")

    assert page.status == 200
    assert "Open" in page.words


def test_opening_a_thread_is_announced_by_numbers_only(
    app: Flask, asker: Member, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[ThreadOpened] = []
    monkeypatch.setitem(events._handlers, ThreadOpened, [heard.append])

    ask(signed_in(asker))

    assert heard == [ThreadOpened(thread_id=1, post_id=1, author_id=asker.id)]


def test_the_last_day_may_be_today_where_the_author_works(
    app: Flask, signed_in: SignedIn, at: Any
) -> None:
    at("2026-11-25T23:30:00+00:00")
    member = a_member(an_authority("QM", MLA), zone="Pacific/Auckland")
    client = signed_in(member)

    late = ask(client, needed_by="2026-11-25")
    right = ask(client, needed_by="2026-11-26")

    assert late.status == 422
    assert "This day is past" in late.words
    assert right.status == 200
