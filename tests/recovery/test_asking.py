"""Asking tells nobody who has an account, and does nothing before the button behind the link."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from forum.members.models import MemberStatus
from forum.recovery.models import RecoveryCase, RecoveryRequest, RecoveryStatus
from forum.recovery.operations import begin as begin_case
from tests.factories import PASSWORD, a_member
from tests.pages import visit
from tests.recovery.steps import (
    FORM,
    Office,
    Outbox,
    ask,
    at_work,
    begin,
    case_of,
    mailed,
    worker,
)
from tests.signin.steps import browser, close_account, is_signed_in, without_tokens
from tests.support.at_once import at_once
from tests.support.rows import all_of


def _nobody() -> str:
    return "nobody@authority.example"


def _pending() -> str:
    return a_member(status=MemberStatus.PENDING).email


def _suspended() -> str:
    return a_member(status=MemberStatus.SUSPENDED).email


def _closed() -> str:
    return a_member(status=MemberStatus.CLOSED).email


def _no_address() -> str:
    return "what is this"


@pytest.mark.parametrize("somebody", [_nobody, _pending, _suspended, _closed, _no_address])
def test_the_answer_is_the_same_whether_or_not_there_is_an_account(
    app: Flask, outbox: Outbox, somebody: Callable[[], str]
) -> None:
    member, email = a_member(), somebody()
    answers = []

    for address in (member.email, email):
        client = browser(app)
        page = ask(client, address)
        after = visit(client, page.response.headers["Location"])
        headers = sorted((k, v) for k, v in page.response.headers if k != "Set-Cookie")
        answers.append((page.status, headers, without_tokens(page.text), after.status, after.words))
    worker(app)

    assert answers[0] == answers[1]
    assert [mail.recipient for mail in outbox()] == [member.email]


def test_asking_alone_shows_nothing_and_ends_nothing(app: Flask, outbox: Outbox) -> None:
    office = Office()
    open_one = at_work(app, office.member)

    ask(browser(app), office.member.email, stolen=True)
    worker(app)
    visit(browser(app), mailed(outbox, office.member, "recovery/begin"))  # as scanners do

    assert is_signed_in(open_one)
    assert "Somebody asked" not in visit(open_one, "/").words
    assert not all_of(app, RecoveryCase)
    assert len(outbox()) == 1


def test_stolen_ends_all_sessions_once_the_button_behind_the_link_is_pressed(
    app: Flask, outbox: Outbox
) -> None:
    office = Office()
    theirs = at_work(app, office.member)
    ask(browser(app), office.member.email, stolen=True)
    worker(app)

    page = visit(browser(app), mailed(outbox, office.member, "recovery/begin").split("?")[0])
    assert "stolen" not in page.form().filled
    page = visit(browser(app), mailed(outbox, office.member, "recovery/begin"))
    assert page.form().filled["stolen"] == "y"
    case = page.send()

    assert not is_signed_in(theirs)
    assert "all sessions of your account were ended" in case.words


def test_whoever_presses_in_a_session_of_their_own_goes_on_as_a_visitor(
    app: Flask, outbox: Outbox
) -> None:
    office = Office()
    client = at_work(app, office.member)
    ask(client, office.member.email, stolen=True)
    worker(app)

    page = visit(client, mailed(outbox, office.member, "recovery/begin")).send()

    assert page.status == 200
    assert not is_signed_in(client)
    again = visit(client, page.path + "/withdraw").form().send()
    assert "You took it back." in again.words


def test_without_the_tick_sessions_go_on_and_show_what_goes_on(app: Flask, outbox: Outbox) -> None:
    office = Office()
    theirs = at_work(app, office.member)

    begin(app, outbox, office.member)

    assert is_signed_in(theirs)
    assert "See how far it is, or stop it" in visit(theirs, "/").words


def test_pressing_twice_or_going_back_leads_to_the_same_case(app: Flask, outbox: Outbox) -> None:
    office = Office()
    client = browser(app)
    ask(client, office.member.email)
    worker(app)
    path = mailed(outbox, office.member, "recovery/begin")
    page, other = visit(client, path), visit(browser(app), path)

    first, second, third = page.send(), page.send(), other.send()

    assert first.path == second.path == third.path == visit(client, path).path
    assert len(all_of(app, RecoveryCase)) == 1
    asked = [mail for mail in outbox() if mail.kind == "recovery/word_asked"]
    assert len(asked) == 2  # the colleague and the head, once each


def test_two_browsers_at_once_begin_one_case(app: Flask, outbox: Outbox) -> None:
    office = Office()
    ask(browser(app), office.member.email)
    worker(app)
    token = mailed(outbox, office.member, "recovery/begin").rpartition("/")[2]

    at_once(app, lambda _: begin_case(token, is_stolen=False), [1, 2])

    assert len(all_of(app, RecoveryCase)) == 1


def test_a_link_that_is_over_says_so_and_says_nothing_else(
    app: Flask, at: Any, outbox: Outbox
) -> None:
    office = Office()
    path = _mailed_link(app, outbox, office)
    newer = _mailed_link(app, outbox, office)
    mangled = newer[:-3] + "xyz"
    answers = [visit(browser(app), each) for each in (path, mangled, f"{FORM}/begin/none")]
    at(timedelta(minutes=31))
    answers += [visit(browser(app), newer), visit(browser(app), newer.replace("begin", "stop"))]

    assert {page.status for page in answers} == {404}
    assert {page.heading for page in answers} == {"This link does not work"}
    assert len({without_tokens(page.text) for page in answers}) == 1
    assert not all_of(app, RecoveryCase)


def _mailed_link(app: Flask, outbox: Outbox, office: Office) -> str:
    ask(browser(app), office.member.email)
    worker(app)
    return mailed(outbox, office.member, "recovery/begin")


def test_a_link_begins_nothing_once_the_account_is_closed(app: Flask, outbox: Outbox) -> None:
    office = Office()
    path = _mailed_link(app, outbox, office)
    page = visit(browser(app), path)
    close_account(app, office.member)

    assert visit(browser(app), path).status == 404
    assert page.send().status == 404
    assert not all_of(app, RecoveryCase)


def test_to_one_account_three_mails_an_hour_are_sent_and_nobody_is_told(
    app: Flask, at: Any, outbox: Outbox
) -> None:
    member = a_member()

    answers = {ask(browser(app), member.email).status for _ in range(5)}
    worker(app)

    assert answers == {303}
    assert len(outbox(member.email)) == 3
    assert not all_of(app, RecoveryRequest)


def test_from_one_network_so_many_ask_and_no_more(app: Flask) -> None:
    client = browser(app)

    answers = [ask(client, f"nobody-{number}@authority.example") for number in range(31)]

    assert [page.status for page in answers] == [303] * 30 + [429]
    assert answers[-1].response.headers["Retry-After"]


def test_a_newer_case_takes_the_place_of_the_older_one(app: Flask, outbox: Outbox) -> None:
    office = Office()
    older = begin(app, outbox, office.member)
    newer = begin(app, outbox, office.member)

    cases = all_of(app, RecoveryCase)

    assert [case.status for case in cases] == [RecoveryStatus.REPLACED, RecoveryStatus.BEGUN]
    assert "A newer case took the place of this one." in visit(browser(app), older.path).words
    assert "Speak with a colleague." in visit(browser(app), newer.path).words


def test_the_member_takes_it_back_on_its_page(app: Flask, outbox: Outbox) -> None:
    office = Office()
    client = browser(app)
    page = begin(app, outbox, office.member, client)

    asked = visit(client, page.path + "/withdraw")
    after = asked.form().send()
    again = asked.send()

    assert "This case was stopped." in after.words
    assert again.status == 200
    assert case_of(app, office.member).status is RecoveryStatus.STOPPED
    assert [mail.kind for mail in outbox(office.member.email)].count("recovery/over") == 1


def test_the_page_of_a_case_is_found_by_its_whole_address_alone(app: Flask, outbox: Outbox) -> None:
    office = Office()
    page = begin(app, outbox, office.member)

    response = browser(app).get(page.path)

    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert office.member.name not in page.text
    assert office.member.email not in page.text
    for other in (page.path[:-1] + "x", f"{FORM}/none", f"{FORM}/1"):
        assert visit(browser(app), other).status == 404


def test_what_was_typed_comes_back_if_the_address_is_missing(app: Flask) -> None:
    page = visit(browser(app), FORM).fill(stolen="y").send()

    assert page.status == 422
    assert "Type your work e-mail address." in page.words
    assert page.form().filled["stolen"] == "y"
    assert PASSWORD not in page.text
