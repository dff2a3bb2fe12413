"""What was typed survives: an ended session, a form left open too long, a mistake."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from forum.core.db import db
from forum.discussion.models import Post, Thread
from forum.drafts.models import KeptForm
from forum.members.models import Member
from tests.factories import (
    PASSWORD,
    TOTP_SECRET,
    a_board,
    a_member,
    a_thread,
    an_authority,
    sign_in,
)
from tests.journeys.people import sign_out
from tests.pages import Page, visit
from tests.support import totp

WORDS = "What we wrote for an hour.\n\n> Every line of it.\n"


def count(app: Flask, table: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def sign_in_again(page: Page, member: Member, at: Any) -> Page:
    """From the sign-in page that one was sent to."""
    assert page.path.startswith("/sign-in")
    page = page.fill(email=member.email, password=PASSWORD).send()
    return page.fill(code=totp.code(TOTP_SECRET, at(timedelta(seconds=30)))).send()


def writing(client: FlaskClient, at: Any) -> tuple[Member, Page]:
    """A member who wrote a reply until the session ended."""
    member, thread = a_member(), a_thread()
    sign_in(client, member)
    page = visit(client, f"/threads/{thread.id}").form("/replies").fill(body=WORDS)
    at(timedelta(minutes=31))
    return member, page


def test_a_reply_comes_back_after_the_session_ended(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member, page = writing(client, at)

    page = sign_in_again(page.send("do=post"), member, at)

    assert page.path.startswith("/threads/")
    assert page.form("/replies").filled["body"] == WORDS
    assert "before your session ended" in page.words
    posted = page.send("do=post")
    assert "Every line of it." in posted.words
    assert count(app, Post) == 2
    again = visit(client, posted.path)
    assert again.form("/replies").filled["body"] == ""


def test_a_question_comes_back_after_the_session_ended(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    an_authority("QP", "UNTOC-16-EXT")
    member = a_member()
    sign_in(client, member)
    page = visit(client, "/threads/new").form("/threads/new")
    typed = {
        "board": "extradition",
        "title": "How long does surrender take?",
        "body": WORDS,
        "states": "QP",
        "function": "UNTOC-16-EXT",
        "audience": "addressed",
        "needed_by": "2026-12-24",
    }
    page.fill(**typed)
    at(timedelta(minutes=31))

    page = sign_in_again(page.send("do=post"), member, at)

    assert page.path == "/threads/new"
    filled = page.form("/threads/new").filled
    assert {name: filled.get(name) for name in typed} == typed
    assert page.send("do=post").heading == typed["title"]
    assert count(app, Thread) == 1


def test_another_member_at_the_same_browser_gets_nothing(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    _, page = writing(client, at)
    other = a_member()

    page = sign_in_again(page.send("do=post"), other, at)

    assert page.form("/replies").filled["body"] == ""
    assert WORDS.split("\n")[0] not in page.text


def test_the_same_member_at_another_browser_gets_nothing(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member, page = writing(client, at)
    path = page.send("do=post").path
    assert path.startswith("/sign-in")

    elsewhere = sign_in_again(visit(app.test_client(), page.path), member, at)

    assert elsewhere.form("/replies").filled["body"] == ""


def test_what_was_kept_is_gone_after_a_day(app: Flask, client: FlaskClient, at: Any) -> None:
    member, page = writing(client, at)
    page = page.send("do=post")
    at(timedelta(hours=24))

    page = sign_in_again(page, member, at)

    assert page.form("/replies").filled["body"] == ""


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {}], ids=["cross-site", "forged token"]
)
def test_a_post_from_another_site_keeps_nothing(
    app: Flask, client: FlaskClient, at: Any, headers: dict[str, str]
) -> None:
    member, page = writing(client, at)
    if not headers:
        page.fill(csrf_token="forged")

    answer = page.send("do=post", follow=False, **headers)

    assert answer.status in {303, 400}
    assert count(app, KeptForm) == 0
    elsewhere = sign_in_again(visit(client, page.path), member, at)
    assert elsewhere.form("/replies").filled["body"] == ""


def test_what_was_kept_lies_encrypted(app: Flask, client: FlaskClient, at: Any) -> None:
    _, page = writing(client, at)

    page.send("do=post")

    with app.app_context():
        kept = db.session.scalars(select(KeptForm)).one()
        assert "hour" not in kept.sealed_fields
        assert kept.sealed_fields.startswith("gAAAA")


def test_a_form_left_open_past_a_new_sign_in_comes_back_filled_with_a_fresh_token(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member, thread = a_member(), a_thread()
    sign_in(client, member)
    stale = visit(client, f"/threads/{thread.id}").form("/replies").fill(body=WORDS)
    at(timedelta(seconds=30))
    # the same browser signs out and in again in a second tab
    sign_out(client)
    sign_in(client, member)

    page = stale.send("do=post")

    assert page.status == 422
    assert page.form("/replies").filled["body"] == WORDS
    assert page.filled["csrf_token"] != stale.filled["csrf_token"]
    assert "open too long" in page.words
    assert count(app, Post) == 1
    assert "Every line of it." in page.send("do=post").words


MISTAKES = {
    "no title": {"title": ""},
    "blank title": {"title": " \t "},
    "long title": {"title": "é" * 201},
    "control in the title": {"title": "A\x07bell"},
    "C1 control in the body": {"body": "A\x9bcontrol"},
    "override in the body": {"body": "evil \u202egnp.exe"},
    "isolate in the title": {"title": "A\u2066b"},
    "long body": {"body": "x" * 20_001},
    "no body": {"body": ""},
    "no day": {"needed_by": "2026-02-30"},
    "day in words": {"needed_by": "tomorrow"},
    "past day": {"needed_by": "2026-11-23"},
    "unknown State": {"states": "XX"},
    "unknown board": {"board": "nowhere"},
    "unknown function": {"function": "UNTOC-99"},
    "function not offered": {"function": "UNCAC-44-EXT"},
    "unknown audience": {"audience": "participants"},
    "unknown mark": {"mark": "PURPLE"},
    "looser mark than the audience allows": {"audience": "addressed", "mark": "CLEAR"},
    "unknown kind": {"kind": "poll"},
    "unknown language": {"language": "tlh"},
    "tampered once": {"once": "<script>"},
    "addressed to nobody": {"audience": "addressed", "states": []},
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_beside_its_field_and_all_that_was_typed_stays(
    app: Flask, client: FlaskClient, at: Any, mistake: str
) -> None:
    an_authority("QP", "UNTOC-16-EXT")
    a_board("mla-drafting")
    sign_in(client, a_member())
    page = visit(client, "/threads/new").form("/threads/new")
    right = {"board": "mla-drafting", "title": "A title of ours", "body": WORDS, "states": ["QP"]}
    page.fill(**{**right, **MISTAKES[mistake]})

    answer = page.send("do=post")

    assert answer.status == 422
    (name,) = list(MISTAKES[mistake])[-1:]
    summary = next(node for node in answer.root.iter() if node.get("id") == "errors")
    assert "".join(summary.itertext()).strip()
    assert next(answer.root.iter("title")).text.strip().startswith("Error:")
    for link in summary.iter("a"):
        assert link.get("href", "#")[1:] in {node.get("id") for node in answer.root.iter()}, mistake
    filled = answer.form("/threads/new").filled
    for field, value in right.items():
        if field != name:
            assert filled[field] == (value if isinstance(value, str) else value[0]), field
    if name in {"title", "body", "needed_by"}:
        assert MISTAKES[mistake][name].strip() in answer.text
    assert count(app, Thread) == 0


def test_characters_that_scripts_need_are_taken(app: Flask, client: FlaskClient) -> None:
    sign_in(client, a_member())
    page = visit(client, "/threads/new").form("/threads/new")
    title = "می\u200cخواهم \u200eA\u200f"

    thread = page.fill(board="mla-drafting", title=title, body="x" * 20_000).send("do=post")

    assert thread.status == 200
    with app.app_context():
        assert db.session.scalars(select(Thread.title)).one() == title


def test_line_breaks_count_as_one_character(app: Flask, client: FlaskClient) -> None:
    sign_in(client, a_member())
    page = visit(client, "/threads/new").form("/threads/new")
    body = "ab\r\n" * 6_666 + "xy"  # 20,000 characters with a break as one, more with two

    thread = page.fill(board="mla-drafting", title="Long", body=body).send("do=post")

    assert thread.status == 200
