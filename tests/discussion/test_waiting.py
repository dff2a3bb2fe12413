"""What waits for whom: questions for an office, replies to what one asked, news."""

from datetime import date, timedelta
from typing import Any

from flask import Flask

from forum.discussion import operations
from forum.discussion.models import Audience, ReadMark, Thread, ThreadKind
from forum.discussion.waiting import latest_for, replies_to, waiting_for
from forum.members.models import Member
from tests.discussion.conftest import SignedIn
from tests.factories import (
    EXTRADITION,
    MLA,
    TRANSFER,
    a_member,
    a_moderator,
    a_post,
    a_thread,
    actor_of,
    an_authority,
)
from tests.pages import visit
from tests.support.rows import all_of


def waiting(app: Flask, member: Member) -> list[int]:
    with app.app_context():
        return [thread.id for thread in waiting_for(actor_of(member))]


def replies(app: Flask, member: Member) -> list[tuple[int, int, int]]:
    with app.app_context():
        return [
            (found.thread.id, found.count, found.latest.id)
            for found in replies_to(actor_of(member))
        ]


def latest(app: Flask, member: Member) -> list[int]:
    with app.app_context():
        return [thread.id for thread in latest_for(actor_of(member))]


def test_a_question_waits_for_the_office_competent_for_its_function_only(
    app: Flask, asker: Member, answerer: Member, stranger: Member
) -> None:
    prosecutor = a_member(an_authority("QN", EXTRADITION))
    thread = a_thread(asker, to=["QN"], function_code=EXTRADITION)

    assert waiting(app, prosecutor) == [thread.id]
    for other in (answerer, stranger, asker, a_moderator()):
        assert waiting(app, other) == []


def test_it_waits_until_somebody_of_that_office_answers(
    app: Flask, asker: Member, stranger: Member
) -> None:
    office = an_authority("QN", MLA)
    member, colleague = a_member(office), a_member(office)
    thread = a_thread(asker, to=["QN"])
    a_post(thread, stranger)
    assert waiting(app, member) == [thread.id]

    post = a_post(thread, colleague)
    assert waiting(app, member) == []

    with app.app_context():
        operations.withdraw_post(actor_of(colleague), post.id)
    assert waiting(app, member) == [thread.id]


def test_where_a_state_named_no_office_the_central_authority_is_waited_for(
    app: Flask, asker: Member, answerer: Member
) -> None:
    thread = a_thread(asker, to=["QN"], function_code=TRANSFER)
    assert waiting(app, answerer) == [thread.id]

    an_authority("QN", TRANSFER)
    assert waiting(app, answerer) == []


def test_solved_closed_and_withdrawn_questions_and_discussions_wait_for_nobody(
    app: Flask, asker: Member, answerer: Member, stranger: Member, at: Any
) -> None:
    a_thread(asker, to=["QN"], solved_at=at.moment)
    a_thread(asker, to=["QN"], closed_at=at.moment)
    a_thread(asker, to=["QN"], kind=ThreadKind.DISCUSSION)
    a_thread(asker, to=["QN"])
    with app.app_context():
        operations.withdraw_post(actor_of(asker), 4)

    assert waiting(app, answerer) == []


def test_an_office_is_waited_for_on_the_last_day_of_its_designation_and_no_longer(
    app: Flask, asker: Member, at: Any
) -> None:
    office = an_authority("QN", MLA, scope={"until_on": date(2026, 11, 25)})
    member = a_member(office)
    a_thread(asker, to=["QN"])

    assert waiting(app, member) == [1]
    at(timedelta(days=1))
    assert waiting(app, member) == []


def test_those_asked_first_come_first(app: Flask, asker: Member, answerer: Member, at: Any) -> None:
    new = a_thread(asker, to=["QN"], at=at.moment)
    old = a_thread(asker, to=["QN"], at=at.moment - timedelta(days=9))

    assert waiting(app, answerer) == [old.id, new.id]


def test_replies_to_an_own_question_are_new_until_one_writes_there(
    app: Flask, asker: Member, answerer: Member, stranger: Member
) -> None:
    thread = a_thread(asker)
    a_post(thread, answerer)
    a_post(thread, stranger)
    assert replies(app, asker) == [(thread.id, 2, 3)]
    assert replies(app, answerer) == []

    a_post(thread, asker, "Thank you.")
    assert replies(app, asker) == []
    a_post(thread, answerer)
    assert replies(app, asker) == [(thread.id, 1, 5)]


def test_replies_are_not_new_once_the_question_is_solved_or_they_are_withdrawn(
    app: Flask, asker: Member, answerer: Member
) -> None:
    solved, other = a_thread(asker), a_thread(asker)
    good, gone = a_post(solved, answerer), a_post(other, answerer)
    with app.app_context():
        operations.accept_answer(actor_of(asker), good.id)
        operations.withdraw_post(actor_of(answerer), gone.id)

    assert replies(app, asker) == []


def test_replies_are_not_new_once_the_asker_says_that_they_were_read(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker)
    a_post(thread, answerer)
    client = signed_in(asker)
    page = visit(client, f"/threads/{thread.id}").form("/seen")
    a_post(thread, answerer, "Posted while the page was open.")

    page = page.send()

    assert replies(app, asker) == [(thread.id, 1, 3)]
    assert "One new reply: mark as read" in page.words
    page = page.form("/seen").send()
    assert replies(app, asker) == []
    assert "mark as read" not in page.words


def test_the_mark_never_goes_back_and_covers_no_post_of_another_thread(
    app: Flask, asker: Member, answerer: Member
) -> None:
    one, other = a_thread(asker), a_thread(asker)
    a_post(one, answerer)
    a_post(other, answerer)
    actor = actor_of(asker)

    with app.app_context():
        operations.see_thread(actor, one.id, 999)
        operations.see_thread(actor, one.id, 1)
        operations.see_thread(actor, other.id, 1)

    assert [(row.thread_id, row.post_id) for row in all_of(app, ReadMark)] == [(one.id, 3)]


def test_where_to_go_after_reading_stays_on_the_site(
    asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker)
    client = signed_in(asker)
    token = visit(client, f"/threads/{thread.id}").form("/replies").filled["csrf_token"]

    for there, lands in (("/", "/"), ("https://elsewhere.example", f"/threads/{thread.id}")):
        data = {"csrf_token": token, "up_to": "1", "next": there}
        response = client.post(f"/threads/{thread.id}/seen", data=data)
        assert response.headers["Location"] == lands


def test_news_are_threads_of_others_on_the_functions_of_the_office(
    app: Flask, asker: Member, answerer: Member, stranger: Member, at: Any
) -> None:
    a_thread(asker, function_code=MLA)
    at(timedelta(hours=1))
    a_thread(asker, function_code=TRANSFER)
    a_thread(answerer, function_code=MLA)
    at(timedelta(hours=1))
    a_thread(stranger, function_code=MLA)
    a_thread(stranger, to=["QM"], audience=Audience.ADDRESSED)

    assert latest(app, answerer) == [4, 1]
    assert set(latest(app, a_moderator())) == {1, 2, 3, 4}
    assert len(all_of(app, Thread)) == 5
