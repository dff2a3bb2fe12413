"""The whole way to a new second factor, step by step and day by day."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from forum.audit.models import AuditEntry
from forum.core.db import db
from forum.core.mail import OutboxMail
from forum.members.models import Limit, LimitCause, LimitKind, Member
from forum.recovery.models import RecoveryCase, RecoveryStatus
from forum.worker import run_once
from tests.factories import PASSWORD, TOTP_SECRET
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
    code_of,
    confirm,
    key_on,
    mailed,
    status_of,
    words_on,
    worker,
)
from tests.signin.steps import browser, give_code, give_password, is_signed_in
from tests.support.rows import all_of, one_of


def _replaced(app: Flask, outbox: Outbox, at: Any, member: Member) -> str:
    """From the last link to the saved codes; the key of the new app."""
    client = browser(app)
    page = visit(client, mailed(outbox, member, "recovery/enrol")).fill(password=PASSWORD).send()
    key = key_on(page)
    codes = page.fill(code=code_of(key, at)).send()
    assert len(list(codes.root.iter("li"))) >= 10, codes.words
    done = codes.form().fill(saved="y").send()
    assert done.path == "/sign-in", done.path
    assert "Your new app is in use." in done.words
    return key


def test_from_a_lost_telephone_to_a_new_one(app: Flask, at: Any, outbox: Outbox) -> None:
    office = Office()
    member = office.member
    page = begin(app, outbox, member)
    case = case_of(app, member)
    assert page.path.startswith("/recover/second-factor/")
    assert words_on(page) == case.words

    assert "1 colleague asks for a new one" in visit(at_work(app, office.colleague), "/").words
    assert "Your word is with the Secretariat" in confirm(app, office.colleague, case).words
    assert "The call-back is recorded." in call(app, office.first, case).words
    assert "Approved." in approve(app, office.second, case).words
    at(timedelta(hours=25))
    worker(app)
    assert "Look in your mailbox." in visit(browser(app), page.path).words
    key = _replaced(app, outbox, at, member)

    assert status_of(app, case) is RecoveryStatus.DONE
    assert "Your new app is in use." in visit(browser(app), page.path).words
    at(timedelta(minutes=1))
    old, new = browser(app), browser(app)
    assert give_code(give_password(old, member.email), code_of(TOTP_SECRET, at)).status_code == 422
    assert give_code(give_password(new, member.email), code_of(key, at)).status_code == 303
    assert "you can read but not write" in visit(new, "/").words
    limit = one_of(app, Limit)
    assert (limit.kind, limit.cause) == (LimitKind.READ_ONLY, LimitCause.RECOVERY)
    at(timedelta(hours=24))
    visit(new, "/sign-in")
    again = browser(app)
    give_code(give_password(again, member.email), code_of(key, at))
    assert "you can read but not write" not in visit(again, "/").words


def _facts(app: Flask, member: Member) -> tuple[str, int]:
    """How far the case is, and how many mails there are."""
    cases = all_of(app, RecoveryCase, RecoveryCase.member_id == member.id)
    with app.app_context():
        mails = db.session.scalar(select(func.count()).select_from(OutboxMail)) or 0
    return cases[-1].status.value, mails


def test_the_ladder_day_by_day(app: Flask, at: Any, outbox: Outbox) -> None:
    """The worker runs each day, whatever people do; only what is due happens, and happens once."""
    office = Office()
    member = office.member
    days: list[str] = []

    def a_day() -> None:
        at(timedelta(days=1))
        run_once(app)
        run_once(app)
        days.append(_facts(app, member)[0])

    begin(app, outbox, member)  # nobody answers: it expires after fourteen days
    for _ in range(15):
        a_day()
    assert days == ["begun"] * 13 + ["expired"] * 2
    assert [mail.kind for mail in outbox(member.email)][-1] == "recovery/over"

    days.clear()
    begin(app, outbox, member)
    case = all_of(app, RecoveryCase)[-1]
    a_day()
    confirm(app, office.colleague, case)
    a_day()
    call(app, office.first, case)
    a_day()
    approve(app, office.second, case)
    at(timedelta(hours=23))
    run_once(app)
    assert status_of(app, case) is RecoveryStatus.WAITING
    a_day()
    links = [mail for mail in outbox(member.email) if mail.kind == "recovery/enrol"]
    assert len(links) == 1
    for _ in range(15):
        a_day()
    assert days == ["begun", "confirmed", "called"] + ["ready"] * 14 + ["expired"] * 2
    assert not all_of(app, Limit)
    assert one_of(app, Member, Member.id == member.id).recovering_since is None
    assert is_signed_in(at_work(app, member))


def test_neither_the_mailbox_nor_any_one_person_completes_it(
    app: Flask, at: Any, outbox: Outbox
) -> None:
    """Somebody who reads the mailbox and knows the password gets nowhere alone, and neither does
    anybody who does more than one of the steps."""
    office = Office()
    page = begin(app, outbox, office.member)
    case = case_of(app, office.member)
    for days in (1, 2):
        at(timedelta(days=days))
        worker(app)
    assert status_of(app, case) is RecoveryStatus.BEGUN
    assert not [mail for mail in outbox() if mail.kind == "recovery/enrol"]
    assert "Mail a new link" not in visit(browser(app), page.path).words

    own = at_work(app, office.member)
    assert own.get(f"/recoveries/{case.id}").status_code == 404
    confirm(app, office.colleague, case)
    call(app, office.first, case)
    first = visit(at_work(app, office.first), f"/moderation/recoveries/{case.id}")

    assert "You recorded the call; another moderator must approve." in first.words
    assert status_of(app, case) is RecoveryStatus.CALLED
    approve(app, office.second, case)
    assert status_of(app, case) is RecoveryStatus.WAITING


def test_every_step_has_its_line_in_the_log(app: Flask, at: Any, outbox: Outbox) -> None:
    office = Office()
    begin(app, outbox, office.member)
    case = case_of(app, office.member)
    confirm(app, office.colleague, case)
    call(app, office.first, case)
    approve(app, office.second, case)
    at(timedelta(hours=24))
    worker(app)
    _replaced(app, outbox, at, office.member)

    lines = [line for line in all_of(app, AuditEntry) if line.action.startswith("recovery:")]

    assert [(line.action.partition(":")[2], line.actor_id) for line in lines] == [
        ("ask", None),
        ("send", None),
        ("begin", None),
        ("confirm", office.colleague.id),
        ("call_back", office.first.id),
        ("approve", office.second.id),
        ("ready", None),
        ("finish", None),
    ]
    moderator = at_work(app, office.first)
    history = visit(moderator, f"/moderation/members/{office.member.id}").words
    assert "Approved a recovery" in history


def test_no_mail_of_it_names_anybody(app: Flask, at: Any, outbox: Outbox) -> None:
    office = Office()
    begin(app, outbox, office.member)
    case = case_of(app, office.member)
    confirm(app, office.colleague, case)
    call(app, office.first, case)
    approve(app, office.second, case)
    at(timedelta(hours=24))
    worker(app)
    ask(browser(app), office.member.email)
    worker(app)

    mails = [mail for mail in outbox() if mail.kind.startswith("recovery/")]

    names = (office.member.name, office.colleague.name, office.authority.name, "State QM")
    assert {mail.kind for mail in mails} >= {
        "recovery/begin", "recovery/word_asked", "recovery/waits", "recovery/desk_told",
        "recovery/enrol",
    }  # fmt: skip
    for mail in mails:
        assert not [name for name in names if name in mail.subject + mail.text + mail.html]
        assert case.words not in mail.text
