"""Nobody learns from the sign-in page who has an account (security.md E1, H2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from forum.core.db import db, operation
from forum.members.models import MemberStatus
from forum.signin.models import SecondFactor
from forum.signin.operations import Client, hasher, tries
from tests.factories import PASSWORD, a_member
from tests.pages import visit
from tests.signin.steps import WRONG, browser, without_tokens


def _nobody(_app: Flask) -> str:
    return "nobody@authority.example"


def _pending(_app: Flask) -> str:
    return a_member(status=MemberStatus.PENDING).email


def _suspended(_app: Flask) -> str:
    return a_member(status=MemberStatus.SUSPENDED).email


def _closed(_app: Flask) -> str:
    return a_member(status=MemberStatus.CLOSED).email


def _without_second_factor(app: Flask) -> str:
    member = a_member()
    with app.app_context():
        operation(lambda: db.session.query(SecondFactor).filter_by(member_id=member.id).delete())()
    return member.email


def _no_address(_app: Flask) -> str:
    return "what is this"


SOMEBODY = [_nobody, _pending, _closed, _without_second_factor, _no_address]


def _answer(app: Flask, email: str, password: str, address: str = "") -> tuple[Any, ...]:
    """All that can be seen of one attempt from a fresh browser, and the work it took."""
    client = browser(app, address)
    visit(client, "/sign-in")
    before = _verifications(app)
    page = visit(client, "/sign-in").fill(email=email, password=password).send(follow=False)
    headers = sorted((k, v) for k, v in page.response.headers if k != "Content-Length")
    body = without_tokens(page.text).replace(email, "ADDRESS")
    return page.status, headers, body, _verifications(app) - before


def _verifications(app: Flask) -> int:
    with app.app_context():
        return hasher().verifications


@pytest.mark.parametrize(
    ("somebody", "password"),
    [(each, password) for each in SOMEBODY for password in (PASSWORD, WRONG)]
    + [(_suspended, WRONG)],
)
def test_nobody_of_whom_a_password_can_be_right_is_answered_like_a_wrong_password(
    app: Flask, somebody: Callable[[Flask], str], password: str
) -> None:
    known = _answer(app, a_member().email, WRONG)

    answer = _answer(app, somebody(app), password)

    assert answer == known
    assert (answer[0], answer[3]) == (422, 1)


@operation
def _count_thirty_failures(email: str) -> None:
    for _ in range(30):
        tries.noted(tries.password_counters(Client("203.0.113.3"), email, None)[1:])


def _fail_thirty_times(app: Flask, email: str) -> None:
    with app.app_context():
        _count_thirty_failures(email)


@pytest.mark.parametrize("somebody", SOMEBODY)
def test_a_throttled_account_is_answered_alike_whether_or_not_there_is_one(
    app: Flask, at: Any, somebody: Callable[[Flask], str]
) -> None:
    answers = []
    for email in (a_member().email, somebody(app)):
        _fail_thirty_times(app, email)
        answers.append(_answer(app, email, PASSWORD))
        at(timedelta(hours=1))

    assert answers[0] == answers[1]
    assert (answers[0][0], answers[0][3]) == (429, 1)


def test_no_answer_sets_a_cookie_that_another_does_not(app: Flask) -> None:
    known = _answer(app, a_member().email, WRONG)
    unknown = _answer(app, _nobody(app), WRONG)

    assert [name for name, _ in known[1]].count("Set-Cookie") == 0
    assert [name for name, _ in unknown[1]].count("Set-Cookie") == 0
