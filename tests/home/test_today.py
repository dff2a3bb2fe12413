"""Today says what needs the reader, and nothing that the reader may not see."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.discussion.models import Audience
from forum.members.models import Member
from forum.policy import Role
from forum.vetting.models import ApplicationStatus
from tests.conftest import FrozenClock
from tests.factories import (
    EXTRADITION,
    MLA,
    a_member,
    a_moderator,
    a_naming,
    a_post,
    a_thread,
    an_application,
    an_authority,
    an_objection,
    sign_in,
)
from tests.pages import Page, visit
from tests.support.queries import counted


@pytest.fixture
def officer(app: Flask, at: FrozenClock, client: FlaskClient) -> Member:
    """An officer of Belmara for mutual legal assistance, signed in."""
    member = a_member(an_authority("QN", MLA, name="Office for Assistance"), zone="Asia/Kathmandu")
    sign_in(client, member)
    return member


def today(client: FlaskClient) -> Page:
    page = visit(client, "/")
    assert page.status == 200
    return page


def test_a_visitor_sees_what_this_is_and_nothing_of_the_network(client: FlaskClient) -> None:
    a_thread(title="Quiet title")

    page = today(client)

    assert page.heading == "The right office in the other State, and an answer from it"
    assert "Quiet title" not in page.text
    assert "/sign-in" in page.links()


def test_with_nothing_to_do_it_says_so_and_offers_next_steps(
    officer: Member, client: FlaskClient
) -> None:
    page = today(client)

    assert page.heading == "Nothing needs you"
    assert "Office for Assistance · State QN · Wednesday, 25 November 2026, 17:45" in page.words
    assert "Kathmandu (UTC+5:45)" in page.words
    assert {"/threads/new", "/boards", "/directory"} <= set(page.links())


def test_a_question_for_my_office_waits_with_its_age_and_the_day_it_is_needed(
    officer: Member, client: FlaskClient, at: FrozenClock
) -> None:
    asked = at.moment - timedelta(days=6)
    a_thread(to=["QN"], title="How urgent is urgent?", at=asked, needed_by=date(2026, 12, 3))
    an_authority("QN", EXTRADITION)
    a_thread(to=["QN"], title="Not for us", function_code=EXTRADITION)
    a_thread(to=["QO"], title="Not for our State")

    page = today(client)

    assert page.heading == "1 thing needs you"
    assert "Waiting for your authority 1" in page.words
    assert "6 days" in page.words
    assert "needed by 3 Dec 2026" in page.words
    waiting = page.words.partition("Waiting for your authority")[2].partition("New on the")[0]
    assert "How urgent is urgent?" in waiting
    assert "Not for" not in waiting


def test_what_my_office_answered_does_not_wait_any_more(
    officer: Member, client: FlaskClient
) -> None:
    thread = a_thread(to=["QN"])
    a_post(thread, officer)

    assert today(client).heading == "Nothing needs you"


def test_replies_to_my_question_wait_until_i_have_dealt_with_them(
    officer: Member, client: FlaskClient
) -> None:
    thread = a_thread(officer, to=["QO"], title="Mine")
    answerer = a_member(an_authority("QO", MLA), name="A. Answerer")
    a_post(thread, answerer)
    post = a_post(thread, answerer)

    page = today(client)

    assert page.heading == "1 thing needs you"
    assert "Replies to you 1 " in page.words
    assert "2 replies" in page.words
    assert "A. Answerer, State QO" in page.words
    assert any(link.endswith(f"#post-{post.id}") for link in page.links())


def test_what_others_have_between_them_is_neither_shown_nor_counted(
    officer: Member, client: FlaskClient
) -> None:
    a_thread(to=["QO"], title="Between two others", audience=Audience.ADDRESSED)

    page = today(client)

    assert page.heading == "Nothing needs you"
    assert "Between two others" not in page.text


def test_a_moderator_sees_how_many_applications_wait(
    app: Flask, at: FrozenClock, client: FlaskClient
) -> None:
    an_application(status=ApplicationStatus.PROVED, mailbox_proved_at=at.moment)
    an_application(status=ApplicationStatus.PROVED, mailbox_proved_at=at.moment)
    an_application()
    sign_in(client, a_moderator())

    page = today(client)

    assert page.heading == "2 things need you"
    assert "2 applications wait for a check or a decision." in page.words
    assert "/moderation/queue" in page.links()


def test_a_moderator_sees_that_objections_and_notes_wait(
    app: Flask, at: FrozenClock, client: FlaskClient
) -> None:
    office, moderator = an_authority("QM", MLA), a_moderator()
    an_objection(a_member(office), a_member(office, Role.HEAD))
    a_naming(office, registered_by_id=moderator.id)
    sign_in(client, moderator)

    page = today(client)

    assert page.heading == "2 things need you"
    assert {"/moderation/objections", "/moderation/focal-points"} <= set(page.links())


def test_an_officer_sees_nothing_of_applications(officer: Member, client: FlaskClient) -> None:
    an_application(status=ApplicationStatus.PROVED)

    page = today(client)

    assert page.heading == "Nothing needs you"
    assert "pplication" not in page.words


def test_who_represents_nobody_any_more_is_told_so(
    app: Flask, at: FrozenClock, client: FlaskClient
) -> None:
    member = a_member(until=at.moment.date())
    sign_in(client, member)
    at(timedelta(minutes=5))
    assert today(client).heading == "Nothing needs you"

    at("2026-11-26T00:00Z")
    sign_in(client, member)

    page = today(client)
    assert page.heading == "You represent no authority at present"
    assert "secretariat@localhost" in page.words


def test_a_full_page_asks_the_database_no_more_than_one_with_a_single_row(
    app: Flask, officer: Member, client: FlaskClient
) -> None:
    def fill(times: int) -> None:
        for _ in range(times):
            a_thread(to=["QN", "QO"])
            a_post(a_thread(officer, to=["QO"]), a_member(an_authority("QO", MLA)))

    fill(1)
    with counted(app) as few:
        today(client)
    fill(8)
    with counted(app) as many:
        page = today(client)

    assert page.heading == "18 things need you"
    assert many.total == few.total, "\n".join(many.statements)
    assert many.total <= 24
