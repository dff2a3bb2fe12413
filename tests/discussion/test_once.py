"""A form sent twice posts once, one after the other and at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.discussion import operations
from forum.discussion.models import Post, Thread, ThreadKind
from forum.discussion.operations import AlreadySent, NewReply, NewThread
from forum.members.models import Member
from tests.discussion.conftest import SignedIn
from tests.discussion.test_asking import FIELDS
from tests.factories import a_board, a_thread, actor_of
from tests.pages import Page, visit
from tests.support.rows import all_of, one_of

ONCE = "a-value-from-one-form-only"
NEW = NewThread("mla-drafting", ThreadKind.QUESTION, "How much?", "We ask.", ONCE)


def _same_browser(app: Flask, client: FlaskClient) -> FlaskClient:
    browser = app.test_client()
    browser._cookies = dict(client._cookies or {})  # type: ignore[attr-defined]
    return browser


def test_the_ask_form_sent_twice_opens_one_thread(
    app: Flask, asker: Member, signed_in: SignedIn
) -> None:
    form = visit(signed_in(asker), "/threads/new").form("/threads/new").fill(**FIELDS)

    first, second = form.send("do=post"), form.send("do=post")

    assert first.path == second.path
    assert second.status == 200
    assert len(all_of(app, Thread)) == len(all_of(app, Post)) == 1


def test_a_reply_sent_twice_is_posted_once(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker)
    form = visit(signed_in(answerer), f"/threads/{thread.id}").form("/replies")
    form.fill(body="We do it so.")

    first, second = form.send("do=post"), form.send("do=post")

    assert first.path == second.path
    assert len(all_of(app, Post)) == 2
    assert one_of(app, Thread).reply_count == 1


def test_other_words_sent_from_the_same_form_are_not_lost(
    app: Flask, asker: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker)
    form = visit(signed_in(asker), f"/threads/{thread.id}").form("/replies")
    form.fill(body="The first.").send("do=post")

    page = form.fill(body="The second.").send("do=post")

    assert page.status == 422
    assert "You posted from this page already" in page.words
    assert page.form("/replies").filled["body"] == "The second."
    page.send("do=post")
    assert [post.source for post in all_of(app, Post)][1:] == ["The first.", "The second."]


def test_a_form_that_was_used_in_one_thread_posts_nothing_in_another(
    app: Flask, asker: Member
) -> None:
    one, other = a_thread(asker), a_thread(asker)
    actor = actor_of(asker)

    with app.app_context():
        operations.post_reply(actor, one.id, NewReply("Here.", ONCE))
        with pytest.raises(AlreadySent):
            operations.post_reply(actor, other.id, NewReply("Here.", ONCE))
        with pytest.raises(AlreadySent):
            operations.open_thread(actor, NEW)

    assert len(all_of(app, Post)) == 3


def test_two_members_may_send_the_same_value(app: Flask, asker: Member, answerer: Member) -> None:
    with app.app_context():
        operations.open_thread(actor_of(asker), NEW)
        operations.open_thread(actor_of(answerer), NEW)

    assert len(all_of(app, Thread)) == 2


def test_the_ask_form_sent_twice_at_the_same_moment_opens_one_thread(
    app: Flask, asker: Member
) -> None:
    a_board("mla-drafting")
    actor, start = actor_of(asker), Barrier(4)

    def send(_number: int) -> int:
        with app.app_context():
            start.wait()
            return operations.open_thread(actor, NEW).id

    with ThreadPoolExecutor(4) as pool:
        numbers = set(pool.map(send, range(4)))

    thread = one_of(app, Thread)
    assert numbers == {thread.id}
    assert len(all_of(app, Post)) == 1


def test_a_reply_sent_twice_at_the_same_moment_through_the_site_is_posted_once(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker)
    client = signed_in(answerer)
    form = visit(client, f"/threads/{thread.id}").form("/replies")
    data = {**form.filled, "body": "We do it so."}
    start = Barrier(3)

    def send(_number: int) -> Any:
        browser = _same_browser(app, client)
        start.wait()
        return browser.post(f"/threads/{thread.id}/replies", data=data).headers["Location"]

    with ThreadPoolExecutor(3) as pool:
        places = set(pool.map(send, range(3)))

    assert len(places) == 1
    assert len(all_of(app, Post)) == 2
    assert one_of(app, Thread).reply_count == 1


def test_many_members_answer_at_the_same_moment_and_every_answer_counts(
    app: Flask, asker: Member, answerer: Member, stranger: Member
) -> None:
    thread = a_thread(asker)
    actors, start = [actor_of(who) for who in (asker, answerer, stranger)], Barrier(6)

    def send(number: int) -> None:
        with app.app_context():
            start.wait()
            reply = NewReply(f"Answer {number}", f"once-{number}-{'x' * 20}")
            operations.post_reply(actors[number % 3], thread.id, reply)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(send, range(6)))

    assert one_of(app, Thread).reply_count == 6
    assert len(all_of(app, Post)) == 7


def test_the_page_that_comes_back_refused_still_posts_once(
    app: Flask, asker: Member, signed_in: SignedIn
) -> None:
    form = visit(signed_in(asker), "/threads/new").form("/threads/new")
    refused: Page = form.fill(**{**FIELDS, "title": ""}).send("do=post")
    again = refused.form("/threads/new").fill(title="Now with a title")

    again.send("do=post")
    again.send("do=post")

    assert one_of(app, Thread).title == "Now with a title"
