"""Answering, editing, withdrawing, accepting: through the pages, as a person does."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core import events
from forum.core.errors import Forbidden
from forum.discussion import operations
from forum.discussion.events import AnswerAccepted, ReplyPosted
from forum.discussion.models import Post, Revision, Thread, ThreadKind, ThreadStatus
from forum.members.models import Member
from tests.discussion.conftest import SignedIn
from tests.factories import LONG_AGO, a_post, a_thread, actor_of
from tests.pages import Page, visit
from tests.support.rows import all_of, one_of


def answer(client: FlaskClient, thread: Thread, body: str) -> Page:
    page = visit(client, f"/threads/{thread.id}").form("/replies")
    return page.fill(body=body).send("do=post")


def press(client: FlaskClient, thread: Thread, action: str) -> Page:
    return visit(client, f"/threads/{thread.id}").form(action).send()


def status_of(app: Flask, thread: Thread) -> ThreadStatus:
    return one_of(app, Thread, Thread.id == thread.id).status


def test_an_answer_stands_below_the_question_with_its_author(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker, to=["QN"])

    page = answer(signed_in(answerer), thread, "We do it *so*.")

    assert page.path == f"/threads/{thread.id}-how-much-fact-is-enough#post-2"
    assert "<em>so</em>" in page.text
    assert f"/members/{answerer.id}" in page.links()
    assert "Ben Answerer" in page.words
    assert "Office of Belmara" in page.words
    assert "Answered" in page.words
    assert status_of(app, thread) is ThreadStatus.ANSWERED


def test_a_reply_is_announced_by_numbers_only(
    app: Flask,
    asker: Member,
    answerer: Member,
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[ReplyPosted] = []
    monkeypatch.setitem(events._handlers, ReplyPosted, [heard.append])
    thread = a_thread(asker)

    answer(signed_in(answerer), thread, "We do it so.")

    assert heard == [ReplyPosted(thread.id, 2, answerer.id)]


def test_a_reply_is_previewed_before_it_is_posted(
    app: Flask, asker: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker)
    form = visit(signed_in(asker), f"/threads/{thread.id}").form("/replies")

    page = form.fill(body="So **it** is").send("do=preview")

    assert page.status == 200
    assert "<strong>it</strong>" in page.text
    assert page.form("/replies").filled["body"] == "So **it** is"
    assert len(all_of(app, Post)) == 1


def test_a_closed_thread_takes_no_reply_and_gives_the_text_back(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker)
    client = signed_in(answerer)
    form = visit(client, f"/threads/{thread.id}").form("/replies").fill(body="Too late")
    with app.app_context():
        operations.withdraw_post(actor_of(asker), 1)

    page = form.send("do=post")

    assert page.status == 409
    assert "it takes no more posts" in page.words
    assert page.form("/replies").filled["body"] == "Too late"
    assert len(all_of(app, Post)) == 1
    later = visit(client, f"/threads/{thread.id}")
    assert "it takes no more posts" in later.words
    assert "/replies" not in later.text


def test_an_author_edits_and_the_earlier_text_stays_to_be_read(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn, at: Any
) -> None:
    thread = a_thread(asker)
    client = signed_in(answerer)
    answer(client, thread, "First words.")
    at(timedelta(minutes=5))

    form = visit(client, "/posts/2/edit").form()
    assert form.filled["body"] == "First words."
    page = form.fill(body="Second words.").send("do=post")

    assert "Second words." in page.words
    assert "First words." not in page.words
    assert "Edited 25 Nov 2026, 13:05" in page.words
    history = visit(signed_in(asker), "/posts/2/history")
    assert "Second words." in history.words
    assert "First words." in history.words
    assert one_of(app, Revision).source == "First words."


def test_saving_what_stands_already_makes_no_version(
    app: Flask, asker: Member, signed_in: SignedIn
) -> None:
    a_thread(asker)
    form = visit(signed_in(asker), "/posts/1/edit").form()

    form.send("do=post")

    assert all_of(app, Revision) == []
    assert one_of(app, Post).edited_at is None


def test_an_edit_in_a_second_window_is_not_lost_and_overwrites_nothing_unasked(
    app: Flask, asker: Member, signed_in: SignedIn, at: Any
) -> None:
    a_thread(asker)
    client = signed_in(asker)
    one, two = visit(client, "/posts/1/edit").form(), visit(client, "/posts/1/edit").form()
    at(timedelta(minutes=1))
    one.fill(body="From window one.").send("do=post")
    at(timedelta(minutes=1))

    page = two.fill(body="From window two.").send("do=post")

    assert page.status == 409
    assert "edited in another window" in page.words
    assert "From window one." in page.words
    assert page.form().filled["body"] == "From window two."
    assert one_of(app, Post).source == "From window one."
    page.send("do=post")
    assert one_of(app, Post).source == "From window two."
    assert [row.source for row in all_of(app, Revision)] == [
        "We would like to know.",
        "From window one.",
    ]


def test_only_the_author_changes_a_post(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker)
    post = a_post(thread, answerer)
    client = signed_in(asker)
    token = visit(client, f"/threads/{thread.id}").form("/replies").filled["csrf_token"]
    own = visit(client, "/posts/1/edit").form().filled

    assert visit(client, f"/posts/{post.id}/edit").status == 403
    data = {**own, "csrf_token": token, "body": "Mine now"}
    assert client.post(f"/posts/{post.id}/edit", data=data).status_code == 403
    data = {"csrf_token": token}
    assert client.post(f"/posts/{post.id}/withdraw", data=data).status_code == 403
    assert one_of(app, Post, Post.id == post.id).source == "We do it so."


def test_a_withdrawn_reply_shows_that_it_was_withdrawn_and_no_text(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn, at: Any
) -> None:
    thread = a_thread(asker)
    client = signed_in(answerer)
    answer(client, thread, "A secret of ours.")
    at(timedelta(minutes=1))
    visit(client, "/posts/2/edit").form().fill(body="Nothing.").send("do=post")

    page = press(client, thread, "/posts/2/withdraw")

    assert "Withdrawn by its author on 25 Nov 2026." in page.words
    assert "Ben Answerer" in page.words
    for path in (f"/threads/{thread.id}", "/posts/2", "/posts/2/history", "/posts/2/edit"):
        text = visit(client, path).text
        assert "secret" not in text
        assert "Nothing." not in text
    assert client.get("/posts/2/history").status_code == 404
    row = one_of(app, Thread)
    assert (row.reply_count, row.status, row.last_post_at) == (
        0,
        ThreadStatus.WAITING,
        row.opened_at,
    )


def test_withdrawing_twice_is_withdrawing_once(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker)
    a_post(thread, answerer)
    client = signed_in(answerer)
    first = visit(client, f"/threads/{thread.id}").form("/posts/2/withdraw")
    first.send()

    assert first.send().status == 200
    assert one_of(app, Thread).reply_count == 0


def test_a_withdrawn_question_is_closed_and_hides_its_title_but_not_the_answers(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker, title="Too much said here")
    a_post(thread, answerer, "An answer that stays.")

    page = press(signed_in(asker), thread, "/posts/1/withdraw")

    assert page.path == f"/threads/{thread.id}#post-1"
    assert page.heading == f"Thread #{thread.id}, withdrawn by its author"
    assert "An answer that stays." in page.words
    assert status_of(app, thread) is ThreadStatus.CLOSED
    reader = signed_in(answerer)
    old = visit(reader, f"/threads/{thread.id}-too-much-said-here", follow=False)
    assert old.response.headers["Location"] == f"/threads/{thread.id}"
    for path in ("/threads", "/boards/mla-drafting", f"/threads/{thread.id}", "/"):
        assert "Too much" not in visit(reader, path).text


def test_an_answer_in_a_closed_thread_can_still_be_withdrawn_but_not_edited(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker, closed_at=LONG_AGO)
    a_post(thread, answerer)
    client = signed_in(answerer)

    assert visit(client, "/posts/2/edit").status == 403
    assert "Withdrawn by its author" in press(client, thread, "/posts/2/withdraw").words


def test_the_asker_accepts_several_answers_and_the_thread_reads_solved(
    app: Flask, asker: Member, answerer: Member, stranger: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker)
    a_post(thread, answerer, "First in time.")
    a_post(thread, stranger, "Second in time.")
    client = signed_in(asker)

    page = press(client, thread, "/posts/3/accept")

    assert "Solved" in page.words
    assert page.words.index("Second in time.") < page.words.index("First in time.")
    assert status_of(app, thread) is ThreadStatus.SOLVED
    press(client, thread, "/posts/2/accept")
    press(client, thread, "/posts/3/unaccept")
    assert status_of(app, thread) is ThreadStatus.SOLVED
    press(client, thread, "/posts/2/unaccept")
    assert status_of(app, thread) is ThreadStatus.ANSWERED


def test_a_withdrawn_answer_solves_nothing_unless_another_does(
    app: Flask, asker: Member, answerer: Member, stranger: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker)
    a_post(thread, answerer)
    a_post(thread, stranger)
    client = signed_in(asker)
    press(client, thread, "/posts/2/accept")
    press(client, thread, "/posts/3/accept")

    press(signed_in(answerer), thread, "/posts/2/withdraw")
    assert status_of(app, thread) is ThreadStatus.SOLVED
    press(signed_in(stranger), thread, "/posts/3/withdraw")
    assert status_of(app, thread) is ThreadStatus.WAITING


def test_nobody_but_the_asker_accepts(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker)
    a_post(thread, answerer)
    client = signed_in(answerer)
    page = visit(client, f"/threads/{thread.id}")
    token = page.form("/replies").filled["csrf_token"]

    assert "/accept" not in page.text
    assert client.post("/posts/2/accept", data={"csrf_token": token}).status_code == 403
    assert status_of(app, thread) is ThreadStatus.ANSWERED


@pytest.mark.parametrize("kind", [ThreadKind.DISCUSSION, ThreadKind.ANNOUNCEMENT])
def test_only_a_question_has_accepted_answers(
    app: Flask, asker: Member, answerer: Member, kind: ThreadKind
) -> None:
    post = a_post(a_thread(asker, kind=kind), answerer)

    with app.app_context(), pytest.raises(Forbidden):
        operations.accept_answer(actor_of(asker), post.id)


def test_an_acceptance_is_announced_once(
    app: Flask, asker: Member, answerer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[AnswerAccepted] = []
    monkeypatch.setitem(events._handlers, AnswerAccepted, [heard.append])
    post = a_post(a_thread(asker), answerer)

    for _ in range(2):
        with app.app_context():
            operations.accept_answer(actor_of(asker), post.id)

    assert heard == [AnswerAccepted(post.thread_id, post.id, answerer.id, asker.id)]


@pytest.mark.parametrize("action", ["accept", "unaccept", "withdraw"])
def test_a_button_with_a_stale_token_does_nothing(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn, action: str
) -> None:
    a_post(a_thread(asker), answerer)
    client = signed_in(answerer if action == "withdraw" else asker)

    response = client.post(f"/posts/2/{action}", data={"csrf_token": "of-yesterday"})

    assert response.status_code == 400
    row = one_of(app, Post, Post.id == 2)
    assert (row.accepted_at, row.withdrawn_at) == (None, None)
