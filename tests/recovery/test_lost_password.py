"""Whoever lost the password as well says so before anybody's word, and chooses a new one."""

from typing import Any

import pytest
from flask import Flask

from forum.audit.models import AuditEntry
from forum.core.errors import Conflict
from forum.directory.calls import Mission
from forum.directory.models import ContactKind, ContactPoint
from forum.recovery import operations
from forum.recovery.models import RecoveryStatus, Witness
from tests.factories import LONG_AGO, PASSWORD, a_recovery, actor_of
from tests.pages import Page, visit
from tests.recovery.steps import (
    Office,
    Outbox,
    approve,
    at_work,
    begin,
    call,
    case_of,
    code_of,
    confirm,
    key_on,
    mailed,
    status_of,
    worker,
)
from tests.signin.steps import browser, give_password, is_signed_in
from tests.support.rows import all_of, one_of

NEW = "seven quiet herons wade"
REFERENCE = "a-reference-of-128-bits"
CASE = f"/recover/second-factor/{REFERENCE}"


def tick(page: Page) -> Page:
    return page.form("/password").fill(lacks_password="y").send()


def test_who_lost_both_comes_back_with_a_new_password(app: Flask, at: Any, outbox: Outbox) -> None:
    office = Office()
    phone = ContactPoint.kind == ContactKind.PHONE
    line = one_of(app, ContactPoint, ContactPoint.authority_id == office.authority.id, phone)
    said = tick(begin(app, outbox, office.member))
    case = case_of(app, office.member)
    assert case.lacks_password
    assert "shown to whoever decides" in said.words
    beside = visit(at_work(app, office.colleague), f"/recoveries/{case.id}")
    assert "do not know it either" in beside.words
    confirm(app, office.colleague, case)
    for moderator in (office.first, office.second):
        page = visit(at_work(app, moderator), f"/moderation/recoveries/{case.id}")
        assert "Password not known either" in page.words
    call(app, office.first, case, number=str(line.id))
    approve(app, office.second, case)
    assert status_of(app, case) is RecoveryStatus.WAITING
    assert "not known either" in [m.text for m in outbox(office.member.email)][-1]
    assert [
        entry.details for entry in all_of(app, AuditEntry, AuditEntry.action == "recovery:password")
    ] == ['{"lost": true}']


def ready(app: Flask, at: Any, office: Office) -> None:
    a_recovery(
        office.member,
        RecoveryStatus.WAITING,
        reference=REFERENCE,
        approved_at=at.moment,
        waits_until=at.moment,
        lacks_password=True,
    )
    worker(app)


def test_the_last_link_sets_password_and_factor_together(
    app: Flask, at: Any, outbox: Outbox
) -> None:
    office = Office()
    session = at_work(app, office.member)
    ready(app, at, office)
    link = mailed(outbox, office.member, "recovery/enrol")
    client = browser(app)
    page = visit(client, link)
    assert "choose a new password" in outbox(office.member.email)[-1].text

    for first, second in ((NEW, NEW + "s"), ("short", "short"), ("passwordpassword",) * 2):
        assert page.fill(password=first, password_again=second).send().status == 422
    app_page = page.fill(password=NEW, password_again=NEW).send()
    assert app_page.path.endswith("/authenticator")
    assert is_signed_in(session)
    assert give_password(browser(app), office.member.email).path == "/sign-in/code"
    assert give_password(browser(app), office.member.email, NEW).path == "/sign-in"
    app_page.fill(code=code_of(key_on(app_page), at)).send()

    assert not is_signed_in(session)
    assert give_password(browser(app), office.member.email, NEW).path == "/sign-in/code"
    assert give_password(browser(app), office.member.email, PASSWORD).path == "/sign-in"
    told = outbox(office.member.email)[-1]
    assert told.kind == "recovery/done"
    assert "Your password was replaced as well." in told.text


@pytest.mark.parametrize(
    "given",
    [
        {"status": RecoveryStatus.CONFIRMED, "confirmed_at": LONG_AGO},
        {"status": RecoveryStatus.CONFIRMED, "witness": Witness.NOBODY, "called_at": LONG_AGO},
        {"status": RecoveryStatus.CALLED, "confirmed_at": LONG_AGO, "called_at": LONG_AGO},
        {"status": RecoveryStatus.WAITING, "confirmed_at": LONG_AGO, "approved_at": LONG_AGO},
        {"status": RecoveryStatus.READY, "confirmed_at": LONG_AGO, "approved_at": LONG_AGO},
        {"status": RecoveryStatus.DONE, "confirmed_at": LONG_AGO, "ended_at": LONG_AGO},
    ],
)
def test_after_a_word_or_a_call_it_cannot_be_said_any_more(
    app: Flask, given: dict[str, Any]
) -> None:
    office, status = Office(), given.pop("status")
    case = a_recovery(office.member, status, reference=REFERENCE, **given)

    assert "I do not know my password either" not in visit(browser(app), CASE).words
    with app.app_context(), pytest.raises(Conflict):
        operations.say_password(REFERENCE, is_lost=True)
    assert not case_of(app, office.member).lacks_password
    given["status"] = status
    assert status_of(app, case) is status


def test_a_word_given_on_a_page_that_did_not_say_so_is_not_taken(app: Flask) -> None:
    office = Office()
    case = a_recovery(office.member, reference=REFERENCE)
    colleague = visit(at_work(app, office.colleague), f"/recoveries/{case.id}").form("/confirm")
    tick(visit(browser(app), CASE))

    answer = colleague.fill(note="She came in.").send()

    assert answer.status == 409
    assert "do not know it either" in answer.words
    assert status_of(app, case) is RecoveryStatus.BEGUN
    assert answer.form("/confirm").fill(note="She came in.").send().status == 200
    assert status_of(app, case) is RecoveryStatus.CONFIRMED


def test_a_call_made_before_it_was_said_is_not_taken(app: Flask) -> None:
    office = Office()
    case = a_recovery(
        office.member, RecoveryStatus.CONFIRMED, witness=Witness.NOBODY, reference=REFERENCE
    )
    tick(visit(browser(app), CASE))

    with app.app_context(), pytest.raises(Conflict):
        operations.record_call_back(
            actor_of(office.first),
            case.id,
            mission=Mission("Mission", "+000 555 0009", "List of missions"),
            outcome="no_answer",
        )
    assert case_of(app, office.member).called_at is None
