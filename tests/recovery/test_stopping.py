"""Everybody concerned can stop it: from the mail, from a session, from the desk."""

from datetime import timedelta
from typing import Any

from flask import Flask

from forum.members.models import Member
from forum.recovery import operations
from forum.recovery.models import RecoveryCase, RecoveryStatus, StoppedFrom
from tests.factories import PASSWORD, actor_of
from tests.pages import visit
from tests.recovery.steps import (
    Office,
    Outbox,
    approve,
    ask,
    at_work,
    begin,
    call,
    case_of,
    confirm,
    mailed,
    status_of,
    worker,
)
from tests.signin.steps import browser, without_tokens
from tests.support.at_once import at_once
from tests.support.rows import one_of


def a_waiting_case(app: Flask, outbox: Outbox) -> tuple[Office, RecoveryCase]:
    """Approved; the link has not left yet."""
    office = Office()
    begin(app, outbox, office.member)
    case = case_of(app, office.member)
    confirm(app, office.colleague, case)
    call(app, office.first, case)
    approve(app, office.second, case)
    return office, case_of(app, office.member)


def assert_stopped(
    app: Flask, at: Any, outbox: Outbox, case: RecoveryCase, where: StoppedFrom
) -> None:
    found = one_of(app, RecoveryCase, RecoveryCase.id == case.id)
    assert (found.status, found.stopped_from) == (RecoveryStatus.STOPPED, where)
    assert one_of(app, Member, Member.id == case.member_id).recovering_since is None
    at(timedelta(days=2))
    worker(app)
    assert not [mail for mail in outbox() if mail.kind == "recovery/enrol"]


def test_the_mail_stops_it_by_a_button_and_not_by_being_opened(
    app: Flask, at: Any, outbox: Outbox
) -> None:
    office, case = a_waiting_case(app, outbox)
    path = mailed(outbox, office.member, "recovery/waits")
    page = visit(browser(app), path)
    assert status_of(app, case) is RecoveryStatus.WAITING

    stopped = page.send()
    again = page.send()

    assert stopped.heading == "It is stopped"
    assert (again.status, again.heading) == (404, "This link does not work")
    assert visit(browser(app), path).status == 404
    assert {mail.recipient for mail in outbox() if mail.kind == "recovery/stopped"} == {
        office.first.email,
        office.second.email,
    }
    assert_stopped(app, at, outbox, case, StoppedFrom.MAIL)


def test_whoever_asks_on_and_on_from_the_same_network_keeps_nobody_from_stopping(
    app: Flask, outbox: Outbox
) -> None:
    office, case = a_waiting_case(app, outbox)
    neighbour = browser(app, "10.9.8.7")
    for number in range(31):
        last = ask(neighbour, f"nobody-{number}@authority.example")
    assert last.status == 429

    visit(browser(app, "10.9.8.7"), mailed(outbox, office.member, "recovery/waits")).send()

    assert status_of(app, case) is RecoveryStatus.STOPPED


def test_a_session_of_the_member_shows_it_on_every_page_and_stops_it(
    app: Flask, at: Any, outbox: Outbox
) -> None:
    office, case = a_waiting_case(app, outbox)
    client = at_work(app, office.member)
    at(timedelta(minutes=12))  # stopping asks for no proof again
    for path in ("/", "/boards", "/settings/security"):
        assert "replace the second factor of your account" in visit(client, path).words

    page = visit(client, "/settings/security/recovery")
    after = page.form("/settings/security/recovery").send()
    again = page.send()

    assert "It is stopped" in after.words
    assert (again.status, again.path) == (200, "/settings/security")
    assert "replace the second factor of your account" not in visit(client, "/").words
    assert visit(client, "/settings/security/recovery").path == "/settings/security"
    assert_stopped(app, at, outbox, case, StoppedFrom.SESSION)


def test_a_session_of_somebody_else_neither_shows_nor_stops_it(app: Flask, outbox: Outbox) -> None:
    office, case = a_waiting_case(app, outbox)
    client = at_work(app, office.colleague)

    page = visit(client, "/settings/security/recovery")

    assert page.path == "/settings/security"
    with app.app_context():
        assert not operations.stop_own(actor_of(office.colleague))
    assert status_of(app, case) is RecoveryStatus.WAITING


def test_the_desk_stops_it_after_a_proof(app: Flask, at: Any, outbox: Outbox) -> None:
    office, case = a_waiting_case(app, outbox)
    client = at_work(app, office.head)
    page = visit(client, mailed(outbox, office.head, "recovery/desk_told")).form("/stop")

    done = page.send()
    again = page.send()

    assert "It is stopped." in done.words
    assert again.status == 200
    assert "This case has ended." in visit(client, f"/recoveries/{case.id}").words
    assert_stopped(app, at, outbox, case, StoppedFrom.DESK)


def test_the_desk_is_asked_for_both_factors_before_it_stops(
    app: Flask, at: Any, outbox: Outbox
) -> None:
    office, case = a_waiting_case(app, outbox)
    client = at_work(app, office.head)
    page = visit(client, f"/recoveries/{case.id}").form("/stop")
    at(timedelta(minutes=11))

    answer = page.send(follow=False).response

    assert answer.headers["Location"].startswith("/confirm")
    assert status_of(app, case) is RecoveryStatus.WAITING


def test_after_the_link_left_it_can_still_be_stopped_and_the_link_is_worth_nothing(
    app: Flask, at: Any, outbox: Outbox
) -> None:
    office, case = a_waiting_case(app, outbox)
    at(timedelta(hours=24))
    worker(app)
    link = mailed(outbox, office.member, "recovery/enrol")
    page = visit(browser(app), link).fill(password=PASSWORD).send()
    assert "authenticator" in page.path

    visit(browser(app), mailed(outbox, office.member, "recovery/waits")).send()

    assert visit(browser(app), link).status == 404
    assert page.fill(code="123456").send().status == 404
    assert status_of(app, case) is RecoveryStatus.STOPPED


def test_links_that_are_over_foreign_or_mangled_answer_alike(
    app: Flask, at: Any, outbox: Outbox
) -> None:
    office, case = a_waiting_case(app, outbox)
    good = mailed(outbox, office.member, "recovery/waits")
    begun = mailed(outbox, office.member, "recovery/begin").rpartition("/")[2]
    paths = [
        good[:-2] + "xy",
        f"/recover/second-factor/stop/{begun}",
        "/recover/second-factor/stop/1",
    ]
    answers = [visit(browser(app), path) for path in paths]
    at(timedelta(days=16))
    answers.append(visit(browser(app), good))

    assert {page.status for page in answers} == {404}
    assert len({without_tokens(page.text) for page in answers}) == 1
    assert status_of(app, case) is RecoveryStatus.WAITING


def test_stopping_and_going_on_at_once_leave_one_of_them(
    app: Flask, at: Any, outbox: Outbox
) -> None:
    office, case = a_waiting_case(app, outbox)
    token = mailed(outbox, office.member, "recovery/waits").rpartition("/")[2]
    at(timedelta(hours=24))

    at_once(
        app,
        lambda go: operations.go_on() if go else operations.stop_by_mail(token),
        [True, False],
    )

    assert status_of(app, case) is RecoveryStatus.STOPPED
    links = [mail for mail in outbox() if mail.kind == "recovery/enrol"]
    for mail in links:  # it left before: the link is worth nothing any more
        assert visit(browser(app), mailed(outbox, office.member, mail.kind)).status == 404
