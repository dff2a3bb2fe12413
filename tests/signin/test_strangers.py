"""Browsers in which a member never signed in: mails about them, and the mailed link (security.md T2)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.app import create_app
from forum.audit.models import AuditEntry
from forum.core.db import db, operation
from forum.core.mail import OutboxMail
from forum.core.settings import Settings
from forum.members.models import Member, MemberStatus
from forum.signin.models import FailureStreak
from forum.signin.operations import clear_out, hasher, strangers
from tests import factories
from tests.conftest import close
from tests.factories import PASSWORD, TOTP_SECRET, a_member
from tests.pages import Page, visit
from tests.signin.steps import (
    WRONG,
    browser,
    give_code,
    give_password,
    is_signed_in,
    sign_in,
    without_tokens,
)
from tests.support import totp

STEP = timedelta(seconds=30)
MAILBOX = "Look into your mailbox"


@pytest.fixture
def strict(settings: Settings) -> Any:
    """A site that asks for a link after five failures in a row."""
    made = create_app(replace(settings, link_after_failures=5))
    factories.use(made)
    yield made
    close(made)


def _fail(app: Flask, email: str, times: int) -> None:
    for _ in range(times):
        assert give_password(browser(app), email, WRONG).status == 422


def _mails(app: Flask, member: Member, kind: str) -> list[OutboxMail]:
    with app.app_context():
        mails = db.session.scalars(
            select(OutboxMail)
            .where(OutboxMail.recipient == member.email, OutboxMail.kind == kind)
            .order_by(OutboxMail.id)
        ).all()
        for mail in mails:
            assert mail.text
        db.session.expunge_all()
        return list(mails)


def _link(app: Flask, member: Member) -> str:
    text = _mails(app, member, "signin/sign_in_link")[-1].text
    found = re.search(r"/sign-in/link/[\w-]+", text)
    assert found is not None
    return found.group()


def _let_in(client: FlaskClient, link: str) -> Page:
    return visit(client, link).send()


def test_after_a_hundred_failures_in_a_row_a_new_browser_needs_a_link(app: Flask, at: Any) -> None:
    member = a_member()
    with app.app_context():
        for _ in range(99):
            operation(strangers.note_failure)(member.email)
    assert give_password(browser(app), member.email).heading == "Enter your code"

    _fail(app, member.email.upper(), 1)

    assert give_password(browser(app), member.email).heading == MAILBOX


def test_the_link_lets_one_browser_in_which_then_proves_both_factors(
    strict: Flask, at: Any
) -> None:
    member, mine = a_member(), browser(strict)
    _fail(strict, member.email, 5)
    assert give_password(mine, member.email).heading == MAILBOX
    assert not is_signed_in(mine)

    page = _let_in(mine, _link(strict, member))

    assert "This browser can sign in now." in page.words
    assert not is_signed_in(mine)
    assert give_password(mine, member.email, WRONG).status == 422
    sign_in(mine, member, at.moment)
    assert is_signed_in(mine)
    assert len(_mails(strict, member, "signin/new_device")) == 1
    assert give_password(browser(strict), member.email).heading == "Enter your code", (
        "the failures before are over"
    )


def test_a_known_browser_needs_no_link_and_does_not_end_the_count(strict: Flask, at: Any) -> None:
    member, known = a_member(), browser(strict)
    sign_in(known, member, at.moment)
    known.delete_cookie("session")
    _fail(strict, member.email, 5)
    at(STEP)

    sign_in(known, member, at.moment)

    assert is_signed_in(known)
    assert give_password(browser(strict), member.email).heading == MAILBOX


def test_a_sign_in_from_a_new_browser_begins_the_count_anew(strict: Flask, at: Any) -> None:
    member = a_member()
    _fail(strict, member.email, 4)

    sign_in(browser(strict), member, at.moment)

    _fail(strict, member.email, 4)
    assert give_password(browser(strict), member.email).heading == "Enter your code"


def test_wrong_codes_count_as_failures_too(strict: Flask, at: Any) -> None:
    member = a_member()
    page = give_password(browser(strict), member.email)
    for _ in range(5):
        assert give_code(page, "12345x").status_code == 422

    assert give_password(browser(strict), member.email).heading == MAILBOX


def _answer(app: Flask, email: str, password: str) -> tuple[Any, ...]:
    client = browser(app)
    visit(client, "/sign-in")
    with app.app_context():
        before = hasher().verifications
    page = visit(client, "/sign-in").fill(email=email, password=password).send(follow=False)
    with app.app_context():
        work = hasher().verifications - before
    headers = sorted((k, v) for k, v in page.response.headers if k != "Content-Length")
    return page.status, headers, without_tokens(page.text), work


def test_nobody_learns_whether_there_is_an_account_or_what_its_password_is(
    strict: Flask, at: Any
) -> None:
    member, closed = a_member(), a_member(status=MemberStatus.CLOSED)
    emails = [member.email, closed.email, "nobody@authority.example"]
    for email in emails:
        _fail(strict, email, 5)

    answers = [
        _answer(strict, email, password) for email in emails for password in (PASSWORD, WRONG)
    ]

    assert answers[0][0] == 303
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][3] == 1
    assert _mails(strict, closed, "signin/sign_in_link") == []


def test_no_more_than_three_links_are_mailed_an_hour_and_the_newest_works(
    strict: Flask, at: Any
) -> None:
    member = a_member()
    _fail(strict, member.email, 5)
    first = None
    for _ in range(5):
        give_password(browser(strict), member.email)
        first = first or _link(strict, member)
    assert len(_mails(strict, member, "signin/sign_in_link")) == 3

    assert visit(browser(strict), str(first)).status == 404
    assert visit(browser(strict), _link(strict, member)).status == 200


def test_the_pause_of_the_account_does_not_keep_its_owner_from_the_link(
    strict: Flask, at: Any
) -> None:
    member = a_member()
    _fail(strict, member.email, 5)
    for _ in range(30):
        give_password(browser(strict), member.email, WRONG)

    mine = browser(strict)
    assert give_password(mine, member.email).heading == MAILBOX
    _let_in(mine, _link(strict, member))

    sign_in(mine, member, at.moment)


def test_a_link_is_spent_by_pressing_the_button_once(strict: Flask, at: Any) -> None:
    member, mine, other = a_member(), browser(strict), browser(strict)
    _fail(strict, member.email, 5)
    give_password(mine, member.email)
    link = _link(strict, member)
    for _ in range(3):
        assert visit(other, link).status == 200
        assert other.head(link).status_code == 200
    waiting = visit(other, link)

    _let_in(mine, link)

    assert waiting.send().status == 404
    assert visit(mine, link).heading == "This link does not work"
    assert other.get_cookie("device") is None


@pytest.mark.parametrize("path", ["/sign-in/link/none", "/sign-in/link/" + "A" * 43])
def test_a_link_that_never_was_is_like_one_that_is_over(client: FlaskClient, path: str) -> None:
    page = visit(client, path)

    assert (page.status, page.heading) == (404, "This link does not work")


def test_a_link_ends_after_an_hour(strict: Flask, at: Any) -> None:
    member = a_member()
    _fail(strict, member.email, 5)
    give_password(browser(strict), member.email)

    at(timedelta(minutes=60))

    assert visit(browser(strict), _link(strict, member)).status == 404


def test_the_first_sign_in_of_a_browser_is_told_by_mail_without_content(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member = a_member()
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
    sign_in(client, member, at.moment)
    at(STEP)
    client.delete_cookie("session")
    sign_in(client, member, at.moment)

    (mail,) = _mails(app, member, "signin/new_device")

    assert "Firefox on Windows" in mail.text
    assert "25 Nov 2026, 13:00 (Europe/Brussels)" in mail.text
    assert member.name not in mail.text


def test_a_pause_is_told_once_a_day(app: Flask, at: Any) -> None:
    member = a_member()
    for _ in range(2):
        for _ in range(30):
            give_password(browser(app), member.email, WRONG)
        for _ in range(2):
            assert give_password(browser(app), member.email).status == 429
        at(timedelta(hours=1))

    assert len(_mails(app, member, "signin/paused")) == 1


def test_a_pause_of_codes_is_told_too(app: Flask, client: FlaskClient, at: Any) -> None:
    member = a_member()
    page = give_password(client, member.email)
    for _ in range(5):
        give_code(page, "12345x")
    assert _mails(app, member, "signin/paused") == []

    assert give_code(page, totp.code(TOTP_SECRET, at.moment)).status_code == 429

    assert len(_mails(app, member, "signin/paused")) == 1


def test_the_count_names_nobody_and_is_forgotten_in_the_end(
    app: Flask, at: Any, outbox: Callable[..., list[OutboxMail]]
) -> None:
    _fail(app, "nobody@authority.example", 2)
    with app.app_context():
        (streak,) = db.session.scalars(select(FailureStreak))
        assert (streak.failures, "nobody" in streak.key) == (2, False)
    assert outbox() == []

    at(timedelta(days=91))
    with app.app_context():
        clear_out()
        assert db.session.scalars(select(FailureStreak)).all() == []
        actions = set(db.session.scalars(select(AuditEntry.action)))
    assert "password:prove" in actions
