"""Boards and lists of threads."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from forum.discussion.models import ThreadKind
from forum.members.models import Member
from tests.discussion.conftest import SignedIn
from tests.factories import LONG_AGO, a_moderator, a_post, a_thread
from tests.pages import Page, visit
from tests.support.queries import counted


def titles(page: Page) -> list[str]:
    return [" ".join("".join(node.itertext()).split()) for node in page.root.iter("h3")]


def test_the_boards_say_what_they_are_for_and_what_waits(
    asker: Member, signed_in: SignedIn
) -> None:
    a_thread(asker)
    a_thread(asker, board="extradition", kind=ThreadKind.DISCUSSION)

    page = visit(signed_in(asker), "/boards")

    assert "Content and form of requests" in page.words
    assert "UNTOC 18(3), (15)-(17)" in page.words
    assert "One question waits" in page.words
    assert "Threads are opened by the secretariat and State focal points" in page.words
    assert len([link for link in page.links() if link.startswith("/boards/")]) == 13 + 1


def test_a_board_is_narrowed_by_status_and_state_asked(
    asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    a_thread(asker, title="Waiting one", to=["QN"])
    a_post(a_thread(asker, title="Answered one"), answerer)
    a_thread(asker, title="Elsewhere", board="extradition")
    client = signed_in(asker)

    everything = visit(client, "/boards/mla-drafting")
    waiting = visit(client, "/boards/mla-drafting?status=waiting")
    to_qn = visit(client, "/boards/mla-drafting?state=QN")
    both = visit(client, "/boards/mla-drafting?state=QN&status=answered")

    assert sorted(titles(everything)) == ["Answered one", "Waiting one"]
    assert titles(waiting) == ["Waiting one"]
    assert titles(to_qn) == ["Waiting one"]
    assert titles(both) == ["Nothing here"]
    assert "/boards/mla-drafting?status=waiting" in everything.links()
    assert "/boards/mla-drafting?state=QN" in everything.links()
    assert "/boards/mla-drafting?status=waiting&state=QN" in to_qn.links()


@pytest.mark.parametrize(
    "asked", ["status=nonsense", "state=XX", "before=nonsense", "after=1-x", "before=9-99999999999"]
)
def test_filters_and_cursors_that_make_no_sense_are_as_if_not_given(
    asker: Member, signed_in: SignedIn, asked: str
) -> None:
    a_thread(asker)

    assert titles(visit(signed_in(asker), f"/boards/mla-drafting?{asked}")) != ["Nothing here"]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("waiting", ["Mine waits", "Asked by others of us"]),
        ("mine", ["Answered by me", "Mine waits"]),
        ("my-state", ["Mine waits", "Asked by others of us"]),
        ("solved", ["Solved one"]),
        ("all", ["Answered by me", "Mine waits", "Solved one", "Asked by others of us"]),
        ("nonsense", ["Answered by me", "Mine waits", "Solved one", "Asked by others of us"]),
    ],
)
def test_each_view_shows_what_its_name_says_the_newest_post_first(
    asker: Member,
    answerer: Member,
    stranger: Member,
    signed_in: SignedIn,
    at: Any,
    view: str,
    expected: list[str],
) -> None:
    a_thread(stranger, to=["QM"], title="Asked by others of us")
    at(timedelta(hours=1))
    a_thread(answerer, title="Solved one", solved_at=at.moment)
    at(timedelta(hours=1))
    a_thread(asker, title="Mine waits")
    at(timedelta(hours=1))
    a_post(a_thread(stranger, title="Answered by me"), asker)

    assert titles(visit(signed_in(asker), f"/threads?view={view}")) == expected


def test_a_member_without_a_state_has_no_view_of_one(app: Flask, signed_in: SignedIn) -> None:
    page = visit(signed_in(a_moderator()), "/threads")

    assert "/threads?view=my-state" not in page.links()
    assert "/threads?view=waiting" in page.links()


def test_pages_lead_to_older_and_newer_threads_without_gap_or_repetition(
    asker: Member, signed_in: SignedIn, at: Any
) -> None:
    for number in range(65):
        a_thread(asker, title=f"Number {number}", at=LONG_AGO + timedelta(minutes=number // 2))
    client = signed_in(asker)
    seen: list[str] = []
    page = visit(client, "/threads")

    for expected in (30, 30, 5):
        found = titles(page)
        assert len(found) == expected
        seen += found
        older = [link for link in page.links() if "before=" in link]
        page = visit(client, older[0]) if older else page

    assert seen == [f"Number {number}" for number in reversed(range(65))]
    newer = next(link for link in page.links() if "after=" in link)
    assert titles(visit(client, newer)) == seen[30:60]


def test_a_row_names_who_asked_whom_and_who_wrote_last(
    asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    a_post(a_thread(asker, to=["QN"]), answerer)

    page = visit(signed_in(asker), "/threads")

    assert "TLP:GREEN MLA · art. 18 Ada Asker, State QM" in page.words
    assert "To QNAState QN" in page.words
    assert "Ben Answerer, State QN" in page.words


@pytest.mark.parametrize("path", ["/threads", "/boards/mla-drafting", "/boards"])
def test_a_list_takes_as_many_queries_for_one_thread_as_for_many(
    app: Flask, asker: Member, answerer: Member, stranger: Member, signed_in: SignedIn, path: str
) -> None:
    a_post(a_thread(asker, to=["QN"]), answerer)
    client = signed_in(asker)
    client.get("/")
    with counted(app) as few:
        visit(client, path)

    for number in range(25):
        who = (asker, answerer, stranger)[number % 3]
        a_post(a_thread(who, to=["QN", "QP", "QM"]), stranger)
    with counted(app) as many:
        visit(client, path)

    assert few.total == many.total
    assert few.total < 25, few.statements
