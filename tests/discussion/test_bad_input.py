"""What cannot be taken is refused with a reason, and nothing that was typed is lost."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from forum.discussion.models import Post, Thread
from forum.members.models import Member
from tests.discussion.conftest import SignedIn
from tests.discussion.test_asking import FIELDS, ask
from tests.factories import PASSWORD, TOTP_SECRET, a_board, a_thread
from tests.pages import Page, visit
from tests.support.rows import all_of, one_of
from tests.support.totp import code

BODY = "We do it so:\n\n- first\n- then"


def sent(client: Any, **fields: Any) -> Page:
    """The ask form with fields as no browser would send them."""
    form = visit(client, "/threads/new").form("/threads/new")
    data = {**form.filled, **FIELDS, **fields}
    return Page(client, client.post("/threads/new", data=data), "/threads/new")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("title", "", "Write your question in one sentence"),
        ("title", " \t ", "Write your question in one sentence"),
        ("title", "\u200b\u200e", "Write your question in one sentence"),
        ("title", "x" * 201, "Shorten it to 200 characters"),
        ("title", "Two\nlines", "Write this on one line"),
        ("title", "bell\x07", "control character"),
        ("title", "turned \u202eround", "changes the direction"),
        ("body", "", "Write your text"),
        ("body", "  \r\n ", "Write your text"),
        ("body", "\u200b", "this shows as nothing"),
        ("body", "[a]: https://example.org", "this shows as nothing"),
        ("body", "x" * 20_001, "Shorten it to 20000 characters"),
        ("body", "isolate \u2066", "changes the direction"),
        ("body", "c1 \x9b", "control character"),
        ("body", "start \x01", "control character"),
        ("board", "", "Choose a board"),
        ("board", "no-such-board", "Choose from the list"),
        ("board", "announcements", "Choose from the list"),
        ("kind", "announcement", "Choose from the list"),
        ("kind", "poll", "Choose from the list"),
        ("states", "XX", "Choose from the list"),
        ("states", "FR", "Choose from the list"),
        ("function", "UNCAC-44-EXT", "Choose from the list"),
        ("function", "nonsense", "Choose from the list"),
        ("audience", "participants", "Choose from the list"),
        ("audience", "addressed", "Choose at least one State"),
        ("mark", "PINK", "Choose from the list"),
        ("mark", "RED", "TLP:RED is for named participants only"),
        ("language", "xx", "Choose from the list"),
        ("needed_by", "2020-01-01", "This day is past"),
        ("needed_by", "31.12.2036", "This is no day of the calendar"),
        ("needed_by", "2036-02-30", "This is no day of the calendar"),
        ("needed_by", "20361231", "This is no day of the calendar"),
        ("needed_by", "٢٠٣٦-٠١-٠٢", "This is no day of the calendar"),
        ("once", "short", "This form was changed on its way"),
        ("once", "x" * 65, "This form was changed on its way"),
    ],
)
def test_it_is_refused_at_its_field_and_all_else_stays_typed(
    app: Flask,
    asker: Member,
    answerer: Member,
    signed_in: SignedIn,
    field: str,
    value: str,
    reason: str,
) -> None:
    page = sent(signed_in(asker), **{field: value})

    assert page.status == 422
    assert reason in page.words
    assert "<title>" in page.text
    assert "Error:" in page.text.partition("</title>")[0]
    filled = page.form("/threads/new").filled
    others = {name: typed for name, typed in FIELDS.items() if name != field}
    assert {name: filled[name] for name in others} == others
    assert all_of(app, Thread) == []


def test_what_was_refused_for_its_hidden_value_can_be_sent_again(
    app: Flask, asker: Member, signed_in: SignedIn
) -> None:
    page = sent(signed_in(asker), once="short")

    again = page.form("/threads/new").send("do=post")

    assert again.heading == FIELDS["title"]


@pytest.mark.parametrize("looser", ["CLEAR", "GREEN"])
def test_what_only_some_states_see_is_not_marked_looser_than_amber(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn, looser: str
) -> None:
    page = ask(signed_in(asker), audience="addressed", states=["QN"], mark=looser)

    assert page.status == 422
    assert "Here the mark is TLP:AMBER or stricter" in page.words


def test_a_stricter_board_allows_no_looser_mark(
    app: Flask, asker: Member, signed_in: SignedIn
) -> None:
    page = ask(signed_in(asker), board="assets", mark="GREEN")

    assert page.status == 422
    assert "Here the mark is TLP:AMBER or stricter" in page.words


def test_states_are_asked_for_a_function(
    asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    page = ask(signed_in(asker), board="contacts", states=["QN"])

    assert page.status == 422
    assert "Choose the function" in page.words


def test_the_longest_title_and_text_are_taken_counted_in_code_points(
    app: Flask, asker: Member, signed_in: SignedIn
) -> None:
    title, body = "\U0001d400" * 200, "\U0001d400\r\n" * 10_000

    page = sent(signed_in(asker), title=title, body=body)

    assert page.status == 303
    thread = one_of(app, Thread)
    assert thread.title == title
    assert one_of(app, Post).source == body.replace("\r\n", "\n")


def test_joiners_and_direction_marks_are_kept_as_typed(
    app: Flask, asker: Member, signed_in: SignedIn
) -> None:
    title = "می\u200cخواهم \u200f(2)"

    ask(signed_in(asker), title=title)

    assert one_of(app, Thread).title == title


def test_a_form_whose_token_is_stale_comes_back_filled_with_a_fresh_one(
    app: Flask, asker: Member, signed_in: SignedIn
) -> None:
    page = sent(signed_in(asker), csrf_token="of-yesterday", body=BODY)

    assert page.status == 422
    assert "open too long" in page.words
    assert page.form("/threads/new").filled["body"] == BODY
    assert all_of(app, Thread) == []
    assert page.send("do=post").heading == FIELDS["title"]


def test_a_reply_whose_token_is_stale_comes_back_filled_with_a_fresh_one(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker)
    client = signed_in(answerer)
    form = visit(client, f"/threads/{thread.id}").form("/replies").filled

    data = {**form, "csrf_token": "of-yesterday", "body": BODY}
    path = f"/threads/{thread.id}/replies"
    page = Page(client, client.post(path, data=data), path)

    assert page.status == 422
    assert page.form("/replies").filled["body"] == BODY
    assert "first" in page.send("do=post").words


def test_a_question_written_while_the_session_ended_comes_back_after_signing_in(
    app: Flask, asker: Member, signed_in: SignedIn, at: Any
) -> None:
    client = signed_in(asker)
    form = visit(client, "/threads/new").form("/threads/new").fill(**FIELDS)
    at(timedelta(hours=1))

    page = form.send("do=post")
    assert page.path.startswith("/sign-in")
    page = page.fill(email=asker.email, password=PASSWORD).send()
    page = page.fill(code=code(TOTP_SECRET, at.moment)).send()

    assert page.path == "/threads/new"
    assert "before your session ended" in page.words
    filled = page.form("/threads/new").filled
    assert {name: filled[name] for name in FIELDS} == FIELDS
    assert page.send("do=post").heading == FIELDS["title"]
    assert "before your session ended" not in visit(client, "/threads/new").words


def test_an_eleventh_post_within_a_minute_waits_and_keeps_its_text(
    app: Flask, asker: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker)
    client = signed_in(asker)
    for _ in range(10):
        page = visit(client, f"/threads/{thread.id}").form("/replies")
        assert page.fill(body=BODY).send("do=post").status == 200

    page = visit(client, f"/threads/{thread.id}").form("/replies").fill(body="One more")
    refused = page.send("do=post", follow=False)

    assert refused.status == 429
    assert 0 < int(refused.response.headers["Retry-After"]) <= 60
    assert refused.form("/replies").filled["body"] == "One more"
    assert visit(client, f"/threads/{thread.id}").status == 200
    assert len(all_of(app, Post)) == 11


def test_extra_fields_change_nothing(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    sent(signed_in(asker), author_id=str(answerer.id), solved_at="2020-01-01", id="77")

    thread = one_of(app, Thread)
    assert (thread.author_id, thread.id, thread.solved_at) == (asker.id, 1, None)


def test_a_board_that_is_full_of_markup_shows_it_as_text(
    app: Flask, asker: Member, signed_in: SignedIn
) -> None:
    a_board("markup", function_code=None)
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"

    page = ask(signed_in(asker), board="markup", title=hostile, body=hostile)

    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert hostile in page.words
