"""What two requests of one browser do to each other, and sessions ended from elsewhere."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core.db import operation
from forum.signin.operations import end_sessions_of, keep_state, resume_session, sessions
from tests.factories import a_board, a_member, sign_in
from tests.pages import visit

DIGEST = "d" * 64


def test_of_two_requests_that_begin_a_visitors_row_neither_fails(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked = sessions.open_session_under, []

    def late(token_digest: str) -> Any:
        """The first time, the other request's row is not there yet."""
        asked.append(token_digest)
        return None if len(asked) == 1 else real(token_digest)

    with app.app_context():
        keep_state(DIGEST, '{"first": 1}')
        monkeypatch.setattr(sessions, "open_session_under", late)
        keep_state(DIGEST, '{"second": 2}')
        monkeypatch.undo()
        kept = resume_session(DIGEST)

    assert kept is not None
    assert kept.kept == '{"second": 2}'


def test_what_was_written_is_kept_when_somebody_ended_the_session(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    a_board()
    member = a_member()
    sign_in(client, member)
    page = visit(client, "/threads/new").form("/threads/new").fill(body="Two hours of work.")
    with app.app_context():
        operation(end_sessions_of)(member.id)

    lapsed = page.send(follow=False)
    assert lapsed.response.headers["Location"] == "/sign-in?next=/threads/new"
    at(timedelta(minutes=1))
    sign_in(client, member)

    assert "Two hours of work." in visit(client, "/threads/new").text


@pytest.mark.parametrize("control", ["\x0b", "\x0c", "\x1c", "\x1f", "\x85", "\x01"])
def test_a_control_at_the_end_of_a_line_is_refused_like_one_within(
    client: FlaskClient, at: Any, control: str
) -> None:
    a_board()
    sign_in(client, a_member())
    form = visit(client, "/threads/new").form("/threads/new").fill(board="mla-drafting", body="x")

    for title in (f"How long?{control}", f"{control}How long?", f" How {control} long? "):
        answer = form.fill(title=title).send()

        assert answer.status == 422
        assert "control character" in answer.words


def test_blank_space_round_a_title_goes_quickly(client: FlaskClient, at: Any) -> None:
    a_board()
    sign_in(client, a_member())
    form = visit(client, "/threads/new").form("/threads/new")

    answer = form.fill(board="mla-drafting", body="x", title="\u3000\u00a0 How long? \u2003").send()

    assert answer.status == 200
    assert answer.heading == "How long?"
