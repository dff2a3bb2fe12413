"""A new password by mail never passes the second factor by, and tells nobody who has an account."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core.db import operation
from forum.core.mail import OutboxMail
from forum.members.models import Member, MemberStatus
from forum.signin import operations
from forum.signin.operations import answer_resets, factors, hasher
from tests import factories
from tests.factories import PASSWORD, TOTP_SECRET, a_member
from tests.pages import Page, visit
from tests.signin.steps import (
    WRONG,
    browser,
    close_account,
    give_code,
    give_password,
    is_signed_in,
    without_tokens,
)
from tests.support import totp

NEW = "seven quiet ferries at dawn"

Outbox = Callable[..., list[OutboxMail]]


def ask(app: Flask, email: str) -> Page:
    """Ask for a link from a fresh browser; the answer itself."""
    return visit(browser(app), "/recover").fill(email=email).send(follow=False)


def answer(app: Flask) -> int:
    """What the worker does, seconds later."""
    with app.app_context():
        return answer_resets()


def link(app: Flask, outbox: Outbox, member: Member) -> str:
    """The path in the newest mail to the member."""
    ask(app, member.email)
    answer(app)
    found = re.search(r"/recover/\S+", outbox(member.email)[-1].text)
    assert found
    return found[0]


def choose(client: FlaskClient, path: str, code: str, password: str = NEW) -> Page:
    """Fill the page behind the link in; the answer itself."""
    page = visit(client, path)
    return page.fill(password=password, password_again=password, code=code).send(follow=False)


def recovery_codes(app: Flask, member: Member) -> tuple[str, ...]:
    with app.app_context():
        return operation(factors.new_recovery_codes)(member.id)


def _nobody() -> str:
    return "nobody@authority.example"


def _pending() -> str:
    return a_member(status=MemberStatus.PENDING).email


def _closed() -> str:
    return a_member(status=MemberStatus.CLOSED).email


def _no_address() -> str:
    return "what is this"


@pytest.mark.parametrize("somebody", [_nobody, _pending, _closed, _no_address])
def test_who_has_no_account_in_use_gets_the_same_answer_for_the_same_work_and_no_mail(
    app: Flask, outbox: Outbox, at: Any, somebody: Callable[[], str]
) -> None:
    def seen(email: str) -> tuple[Any, ...]:
        with app.app_context():
            before = hasher().verifications
        page = ask(app, email)
        with app.app_context():
            work = hasher().verifications - before
        headers = sorted((k, v) for k, v in page.response.headers if k != "Content-Length")
        return page.status, headers, without_tokens(page.text), work, outbox()

    known, unknown = seen(a_member().email), seen(somebody())

    assert known == unknown
    assert (known[0], known[-1]) == (303, [])
    assert answer(app) == 2
    assert len(outbox()) == 1


def test_a_member_signs_in_with_the_new_password_alone(
    app: Flask, client: FlaskClient, outbox: Outbox, at: Any
) -> None:
    member = a_member()
    path = link(app, outbox, member)

    page = choose(client, path, totp.code(TOTP_SECRET, at.moment))

    assert (page.status, page.response.headers["Location"]) == (303, "/sign-in")
    assert "Your password was changed" in visit(client, "/sign-in").words
    assert not is_signed_in(client)
    assert give_password(browser(app), member.email, PASSWORD).status == 422
    moment = at(timedelta(seconds=30))
    signed_in = browser(app)
    give_code(give_password(signed_in, member.email, NEW), totp.code(TOTP_SECRET, moment))
    assert is_signed_in(signed_in)


def test_the_link_alone_changes_nothing(app: Flask, outbox: Outbox, at: Any) -> None:
    member = a_member()
    path, client = link(app, outbox, member), browser(app)

    page = choose(client, path, "000000")

    assert page.status == 422
    assert "4 tries are left" in page.words
    assert give_password(browser(app), member.email, NEW).status == 422
    assert give_password(browser(app), member.email, PASSWORD).path == "/sign-in/code"


def test_the_code_is_spent_with_it(app: Flask, outbox: Outbox, at: Any) -> None:
    member = a_member()
    code = totp.code(TOTP_SECRET, at.moment)
    path = link(app, outbox, member)
    give_code(give_password(browser(app), member.email), code)

    assert choose(browser(app), path, code).status == 422

    code = totp.code(TOTP_SECRET, at(timedelta(seconds=30)))
    assert choose(browser(app), path, code).status == 303
    page = give_password(browser(app), member.email, NEW)
    assert give_code(page, code).status_code == 422


def test_wrong_codes_count_with_those_of_signing_in(app: Flask, outbox: Outbox, at: Any) -> None:
    member = a_member()
    path, client = link(app, outbox, member), browser(app)
    for _ in range(5):
        choose(client, path, "000000")

    assert choose(client, path, totp.code(TOTP_SECRET, at.moment)).status == 429
    page = give_password(browser(app), member.email)
    assert give_code(page, totp.code(TOTP_SECRET, at.moment)).status_code == 429


def test_a_recovery_code_does_as_well_once_and_the_owner_is_told(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    member = a_member()
    code = recovery_codes(app, member)[2]
    path = link(app, outbox, member)

    assert choose(browser(app), path, code.lower()).status == 303

    subjects = [mail.subject for mail in outbox(member.email)][1:]
    assert subjects == [
        "Counterpart: your password was replaced",
        "Counterpart: a recovery code was used",
    ]
    assert choose(browser(app), link(app, outbox, member), code).status == 422


def test_all_sessions_end(app: Flask, client: FlaskClient, outbox: Outbox, at: Any) -> None:
    member, other = a_member(), browser(app)
    for one in (client, other):
        factories.sign_in(one, member)
    path = link(app, outbox, member)

    choose(client, path, totp.code(TOTP_SECRET, at.moment))

    assert not is_signed_in(client)
    assert not is_signed_in(other)


def test_whoever_is_signed_in_as_somebody_else_stays_so(
    app: Flask, client: FlaskClient, outbox: Outbox, at: Any
) -> None:
    member = a_member()
    factories.sign_in(client, a_member())

    choose(client, link(app, outbox, member), totp.code(TOTP_SECRET, at.moment))

    assert is_signed_in(client)


def _used(app: Flask, outbox: Outbox, member: Member, at: Any) -> str:
    path = link(app, outbox, member)
    assert choose(browser(app), path, totp.code(TOTP_SECRET, at.moment)).status == 303
    return path


def _too_old(app: Flask, outbox: Outbox, member: Member, at: Any) -> str:
    path = link(app, outbox, member)
    at(timedelta(minutes=30))
    return path


def _replaced(app: Flask, outbox: Outbox, member: Member, at: Any) -> str:
    path = link(app, outbox, member)
    assert link(app, outbox, member) != path
    return path


def _mangled(app: Flask, outbox: Outbox, member: Member, at: Any) -> str:
    return link(app, outbox, member)[:-1]


def _of_another_purpose(app: Flask, outbox: Outbox, member: Member, at: Any) -> str:
    pending = a_member(status=MemberStatus.PENDING)
    with app.app_context():
        return operations.make_activation_link(pending).replace(
            "http://localhost/activate", "/recover"
        )


@pytest.mark.parametrize("link_of", [_used, _too_old, _replaced, _mangled, _of_another_purpose])
def test_a_link_that_is_over_says_so_and_does_nothing(
    app: Flask, client: FlaskClient, outbox: Outbox, at: Any, link_of: Callable[..., str]
) -> None:
    member = a_member()
    held = link(app, outbox, member)
    form = visit(client, held).fill(password=WRONG, password_again=WRONG, code="123456")
    path = link_of(app, outbox, member, at)

    page = visit(client, path)

    assert (page.status, page.heading) == (404, "This link does not work")
    form.path = path
    assert form.send(follow=False).status == 404
    assert give_password(browser(app), member.email, WRONG).status == 422


def test_a_link_dies_with_the_account(
    app: Flask, client: FlaskClient, outbox: Outbox, at: Any
) -> None:
    member = a_member()
    path = link(app, outbox, member)
    close_account(app, member)

    assert visit(client, path).status == 404


def test_an_account_gets_three_mails_an_hour_and_the_answer_does_not_tell(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    member = a_member()
    pages = [ask(app, member.email.upper()) for _ in range(5)]
    answer(app)

    assert {(page.status, page.response.headers["Location"]) for page in pages} == {
        (303, "/recover/sent")
    }
    assert len(outbox(member.email)) == 3
    at(timedelta(hours=1, seconds=1))
    ask(app, member.email)
    answer(app)
    assert len(outbox(member.email)) == 4


def test_a_password_that_is_not_taken_spends_neither_link_nor_code(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    member = a_member()
    path, code = link(app, outbox, member), totp.code(TOTP_SECRET, at.moment)

    assert choose(browser(app), path, code, "short").status == 422
    assert choose(browser(app), path, code).status == 303


def test_opening_the_link_spends_nothing(
    app: Flask, client: FlaskClient, outbox: Outbox, at: Any
) -> None:
    path = link(app, outbox, a_member())
    for _ in range(2):
        client.head(path)
        assert client.get(path).status_code == 200

    assert choose(client, path, totp.code(TOTP_SECRET, at.moment)).status == 303


def test_the_mail_names_nobody(app: Flask, outbox: Outbox, at: Any) -> None:
    member = a_member()
    link(app, outbox, member)

    (mail,) = outbox(member.email)
    assert mail.subject == "Counterpart: a new password was asked for"
    assert member.name not in mail.text + mail.html


def test_who_asks_from_one_address_again_and_again_is_held_up(app: Flask) -> None:
    client = browser(app)
    page = visit(client, "/recover")
    answers = [page.fill(email="a@b.example").send(follow=False).status for _ in range(31)]

    assert answers == [303] * 30 + [429]


def test_two_browsers_at_once_make_one_new_password(app: Flask, outbox: Outbox, at: Any) -> None:
    member = a_member()
    path, codes = link(app, outbox, member), recovery_codes(app, member)
    first, second = (visit(browser(app), path) for _ in range(2))
    first.fill(password=NEW, password_again=NEW, code=codes[0])
    second.fill(password=WRONG, password_again=WRONG, code=codes[1])

    assert (first.send(follow=False).status, second.send().status) == (303, 404)

    with app.app_context():
        assert operation(factors.recovery_codes_left)(member.id) == 9
