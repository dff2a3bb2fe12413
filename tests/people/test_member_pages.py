"""A member's page: who it is, for whom, and what time it is there."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.directory.operations import end_representation
from forum.members.models import MemberStatus
from forum.policy import Role
from tests.factories import (
    EXTRADITION,
    MLA,
    TRANSFER,
    a_member,
    a_moderator,
    a_post,
    a_state,
    a_thread,
    an_authority,
    sign_in,
)
from tests.pages import visit
from tests.support.queries import counted


@pytest.fixture
def inside(client: FlaskClient, app: Flask, at: Any) -> FlaskClient:
    """A browser in which an officer in Brussels is signed in."""
    sign_in(client, a_member(an_authority("QO", MLA)))
    return client


def test_a_profile_shows_whom_the_member_stands_for(inside: FlaskClient, app: Flask) -> None:
    a_state("QM", "Arvenia")
    office = an_authority("QM", MLA, EXTRADITION, name="Ministry")
    member = a_member(
        office,
        Role.FOCAL_POINT,
        name="T. Brovane",
        post="Head of unit",
        email="brovane@secret.example",
        zone="Asia/Kathmandu",
        languages=["fr", "ne"],
        since=date(2023, 2, 1),
        vetted_at=datetime(2023, 1, 30, 9, 0, tzinfo=UTC),
        vetted_how="Call-back and note verbale",
    )

    page = visit(inside, f"/members/{member.id}")

    assert page.heading == "T. Brovane"
    for words in (
        *("Head of unit", "Ministry", "Arvenia", "Focal point", "French, Nepali"),
        "Functions Mutual legal assistance, Extradition",
        "17:45 Kathmandu (UTC+5:45) 4:45 h ahead of you",
        *("Represented since 1 Feb 2023", "30 Jan 2023", "Call-back and note verbale"),
    ):
        assert words in page.words, words
    assert "Former" not in page.words
    assert "brovane@secret.example" not in page.text
    assert f"/directory/qm/{office.slug}" in page.links()


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Brussels", "13:00 Brussels (UTC+1) the same time as yours"),
        ("America/Lima", "07:00 Lima (UTC−5) 6:00 h behind you"),
        ("UTC", "12:00 UTC 1:00 h behind you"),
    ],
)
def test_the_local_time_names_its_zone(
    inside: FlaskClient, app: Flask, zone: str, words: str
) -> None:
    member = a_member(an_authority("QM", MLA), zone=zone)

    assert words in visit(inside, f"/members/{member.id}").words


def test_functions_are_those_the_member_works_on_and_the_office_still_has(
    inside: FlaskClient, app: Flask
) -> None:
    office = an_authority("QM", MLA, EXTRADITION)
    member = a_member(office, functions=[EXTRADITION, TRANSFER])

    assert "Functions Extradition Represented" in visit(inside, f"/members/{member.id}").words


def test_somebody_who_left_is_shown_as_former(inside: FlaskClient, app: Flask) -> None:
    office = an_authority("QM", MLA, name="Ministry")
    member = a_member(office, until=date(2026, 11, 24))

    page = visit(inside, f"/members/{member.id}")

    assert "Former member" in page.words
    assert "Represented Ministry" in page.words
    assert "Role Former officer of Ministry" in page.words
    assert "1 Mar 2024, until 24 Nov 2026" in page.words
    assert "The authority" not in page.words


def test_where_a_thread_is_listed_who_left_is_named_as_a_former_officer(
    inside: FlaskClient, app: Flask
) -> None:
    office = an_authority("QM", MLA, name="Ministry")
    leaver, still = a_member(office, name="Ama Gone"), a_member(office, name="Bo Here")
    thread = a_thread(leaver, to=["QO"])
    a_thread(still, title="Another one?")
    a_post(thread, leaver)
    with app.app_context():
        end_representation(leaver.id, office.id)
    former = "Ama Gone, State QM · Former officer of Ministry"

    for path in ("/threads?view=all", "/boards/mla-drafting"):
        page = visit(inside, path).words
        assert page.count(former) == 2, path  # who asked, and who wrote last
        assert "Bo Here, State QM ·" not in page, path
    assert former in visit(inside, "/").words
    assert "Ama Gone, Former officer of Ministry" in visit(inside, "/posts/1/history").words


def test_a_closed_account_is_shown_as_having_left(inside: FlaskClient, app: Flask) -> None:
    office = an_authority("QM", MLA, name="Ministry")
    member = a_member(office, name="Closed Person", status=MemberStatus.CLOSED)

    page = visit(inside, f"/members/{member.id}")

    assert page.heading == "Closed Person"
    assert "Former member" in page.words
    assert "Role Former officer of Ministry" in page.words
    assert "Functions" not in page.words


def test_unknown_accounts_and_those_never_in_use_are_told_alike(
    inside: FlaskClient, app: Flask
) -> None:
    office = an_authority("QM", MLA)
    pending = a_member(office, name="Pending Person", status=MemberStatus.PENDING)
    closed = a_member(office, name="Closed Person", status=MemberStatus.CLOSED, activated_at=None)

    pages = [visit(inside, f"/members/{number}") for number in (pending.id, closed.id, 10**6)]

    assert {page.status for page in pages} == {404}
    assert len({page.words for page in pages}) == 1


def test_a_suspended_member_keeps_the_page(inside: FlaskClient, app: Flask) -> None:
    member = a_member(an_authority("QM", MLA), status=MemberStatus.SUSPENDED)

    assert visit(inside, f"/members/{member.id}").status == 200


def test_a_moderator_stands_for_the_secretariat_which_has_no_state(
    inside: FlaskClient, app: Flask
) -> None:
    member = a_moderator(name="A. Moderator")

    page = visit(inside, f"/members/{member.id}")

    assert "Secretariat" in page.words
    assert "Moderator" in page.words
    assert not [link for link in page.links() if link.startswith("/directory/")]


def test_a_visitor_learns_nothing_of_people(client: FlaskClient, app: Flask) -> None:
    member = a_member()

    for number in (member.id, 10**6):
        response = client.get(f"/members/{number}")

        assert response.status_code == 303
        assert response.headers["Location"] == f"/sign-in?next=/members/{number}"


def test_the_number_of_queries_is_small_and_fixed(inside: FlaskClient, app: Flask) -> None:
    one = a_member(an_authority("QM", MLA))
    office = an_authority("QN", MLA, EXTRADITION, TRANSFER)
    other = a_member(office)
    for _ in range(4):
        a_member(office)

    totals = []
    for member in (one, other):
        with counted(app) as seen:
            visit(inside, f"/members/{member.id}")
        totals.append(seen.total)

    assert totals[0] == totals[1] <= 20
