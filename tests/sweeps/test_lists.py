"""A list and a page never disagree: what is listed opens, and what is not is not there."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.core.db import db
from forum.directory.models import Authority
from forum.discussion.models import Thread
from tests.journeys.people import sign_in
from tests.pages import landed
from tests.support.demonstration import Demonstration

#: Asked or addressed in threads for two States alone, a third State, a focal point, a moderator.
MEMBERS = ("c.desmarny", "a.quellin", "g.mulvarra", "q.lin", "p.gremvald", "d.okweru")

#: A title without Latin letters has an address without words.
THREAD = r"/threads/\d+(?:-.*)?"
LISTS = ("/threads?view=all", "/threads?view=waiting", "/threads?view=mine")
LISTS += ("/threads?view=my-state", "/threads?view=solved", "/")


def links(client: FlaskClient, path: str, pattern: str) -> set[str]:
    """Links of that form on a page and on all the older pages of its list."""
    found: set[str] = set()
    waiting, seen = [path], set()
    while waiting:
        here = waiting.pop()
        seen.add(here)
        page = landed(client, client.get(here), here, follow=False)
        assert page.status == 200, here
        found |= {link.partition("#")[0] for link in page.links() if re.fullmatch(pattern, link)}
        waiting += [
            link.replace("&amp;", "&")
            for link in page.links()
            if re.search(r"[?&](before|from)=", link) and link not in seen
        ]
    return found


def numbers(found: set[str]) -> set[int]:
    return {int(link.split("/")[2].partition("-")[0]) for link in found}


@pytest.mark.parametrize("who", MEMBERS)
def test_a_thread_opens_if_and_only_if_it_is_listed(
    demonstration: Demonstration, demo_app: Flask, who: str
) -> None:
    client = demo_app.test_client()
    sign_in(demonstration, client, demonstration.account(who))
    with demo_app.app_context():
        everything = set(db.session.scalars(select(Thread.id)))
        boards = set(db.session.scalars(select(Thread.board_slug)))

    listed = links(client, "/threads?view=all", THREAD)

    shown = numbers(listed)
    assert shown
    for path in listed:
        assert client.get(path).status_code == 200, path
    for number in everything - shown:
        assert client.get(f"/threads/{number}").status_code == 404, number
    on_boards = {
        number for board in boards for number in numbers(links(client, f"/boards/{board}", THREAD))
    }
    assert on_boards == shown
    for view in LISTS:
        assert numbers(links(client, view, THREAD)) <= shown, view


def test_the_lists_of_two_states_differ(demonstration: Demonstration, demo_app: Flask) -> None:
    """Otherwise the test above would hold for a site that hides nothing."""
    found = []
    for who in MEMBERS[:3]:
        client = demo_app.test_client()
        sign_in(demonstration, client, demonstration.account(who))
        found.append(numbers(links(client, "/threads?view=all", THREAD)))

    assert len({frozenset(one) for one in found}) == len(found)


@pytest.mark.parametrize("who", [None, "c.desmarny", "i.karvell"])
def test_an_entry_opens_if_and_only_if_it_is_listed(
    demonstration: Demonstration, demo_app: Flask, who: str | None
) -> None:
    client = demo_app.test_client()
    if who is not None:
        sign_in(demonstration, client, demonstration.account(who))
    with demo_app.app_context():
        everything = {
            f"/directory/{entry.state_code.lower()}/{entry.slug}"
            for entry in db.session.scalars(select(Authority))
            if entry.state_code
        }

    listed = links(client, "/directory", r"/directory/[a-z]{2}/[^/.]+")

    assert listed
    assert listed <= everything
    if who is None:
        assert listed < everything
    else:
        assert listed == everything
    for path in everything:
        wanted = 200 if path in listed else 303
        assert client.get(path).status_code == wanted, path
        assert client.get(path + ".vcf").status_code in ({200, 429} if path in listed else {303})
    for state in {path.rpartition("/")[0] for path in listed}:
        on_page = links(client, state, r"/directory/[a-z]{2}/[^/.]+")
        assert on_page == {path for path in listed if path.startswith(state + "/")}


def test_every_application_in_the_queue_opens_for_moderators_alone(
    demonstration: Demonstration, demo_app: Flask
) -> None:
    moderator, member = demo_app.test_client(), demo_app.test_client()
    sign_in(demonstration, moderator, demonstration.account("i.karvell"))
    sign_in(demonstration, member, demonstration.account("c.desmarny"))
    pattern = r"/moderation/applications/\d+"

    listed = {
        path
        for status in ("open", "admitted", "declined", "expired", "withdrawn")
        for path in links(moderator, f"/moderation/queue?status={status}", pattern)
    }

    assert len(listed) == 12
    for path in listed:
        assert moderator.get(path).status_code == 200, path
        assert member.get(path).status_code == 404, path
    assert member.get("/moderation/queue").status_code == 404
