"""Once a year: is the mailbox still yours, are you still here."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from forum.core.db import db, operation
from forum.core.errors import NotFound
from forum.directory.standing import actor_for
from forum.mailboxes import operations
from forum.mailboxes.models import MailboxProof, YearlyQuestion
from forum.members.limits import lift_limits, limit_member
from forum.members.models import Limit, LimitCause, LimitKind, Member, MemberStatus
from forum.policy import ANONYMOUS, Role
from tests.factories import TOTP_SECRET, a_member, a_moderator, actor_of, an_authority
from tests.mailboxes.steps import (
    DAY,
    NEW,
    OLD,
    Outbox,
    an_office,
    an_officer,
    browser,
    decide,
    link,
    press,
    proved,
    work,
)
from tests.pages import visit
from tests.signin.steps import give_code, give_password
from tests.support import totp
from tests.support.at_once import at_once
from tests.support.rows import all_of, one_of

YEAR = 365 * DAY


def ask(app: Flask) -> None:
    """What the worker does."""
    with app.app_context():
        operations.ask_yearly()


def here(app: Flask, member: Member, at: datetime) -> None:
    """The member signed in at that moment."""
    change(app, member, signed_in_at=at)


def change(app: Flask, member: Member, **facts: Any) -> None:
    @operation
    def write() -> None:
        for name, value in facts.items():
            setattr(db.session.get_one(Member, member.id), name, value)

    with app.app_context():
        write()


def limits(app: Flask, member: Member) -> list[tuple[str, str]]:
    found = all_of(app, Limit, Limit.member_id == member.id, Limit.lifted_at.is_(None))
    return [(one.kind.value, one.cause.value) for one in found]


def status(app: Flask, member: Member) -> MemberStatus:
    return one_of(app, Member, Member.id == member.id).status


def is_read_only(app: Flask, member: Member) -> bool:
    with app.app_context():
        return actor_for(member.id).is_read_only


def questions(app: Flask) -> list[str]:
    """What is asked, of whomever."""
    return [one.kind.value for one in all_of(app, YearlyQuestion)]


def days_of_mail(app: Flask, outbox: Outbox, at: Any, member: Member, days: int) -> list[Any]:
    """Let so many days pass; on which of them which mail left, day by day."""
    found = []
    for day in range(days):
        before = len(outbox(member.email))
        ask(app)
        ask(app)
        found += [(day, mail.kind) for mail in outbox(member.email)[before:]]
        at(DAY)
    return found


def test_a_mailbox_is_asked_about_a_year_after_activation_then_its_owner_only_reads(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    now = at(timedelta())
    member = an_officer()
    change(app, member, activated_at=now - YEAR + 2 * DAY)
    here(app, member, now + 60 * DAY)

    told = days_of_mail(app, outbox, at, member, 60)

    asked = "mailboxes/renew"
    assert told == [(2, asked), (17, asked), (29, asked), (32, asked)]
    assert limits(app, member) == [("read_only", "mailbox")]
    assert is_read_only(app, member)
    assert "prove your mailbox" in outbox(OLD)[-1].subject
    for mail in outbox(OLD):
        assert not {"QM", member.name, "justice"} & set(mail.text.split())


def test_one_press_gives_everything_back_and_the_next_year_begins(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    now = at(timedelta())
    member = an_officer()
    change(app, member, activated_at=now - YEAR)
    here(app, member, now + 700 * DAY)
    ask(app)
    first = link(outbox, OLD, "renew")
    at(30 * DAY)
    ask(app)
    theirs = browser(app, member)
    assert "You did not prove your mailbox in time" in visit(theirs, "/boards").words
    assert visit(browser(app), first).status == 404, "a newer link took its place"

    done = press(app, link(outbox, OLD, "renew"))

    assert done.heading == "Your mailbox is proved"
    assert not is_read_only(app, member)
    assert questions(app) == []
    assert "did not prove" not in visit(theirs, "/settings/email").words
    assert visit(browser(app), link(outbox, OLD, "renew")).status == 404
    at(YEAR - timedelta(minutes=1))
    ask(app)
    assert questions(app) == []
    at(timedelta(minutes=1))
    ask(app)
    assert questions(app) == ["mailbox", "presence"]


def test_the_mailbox_can_be_proved_before_it_is_asked_for(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    member = an_officer()
    client = browser(app, member)
    page = visit(client, "/settings/email")
    assert "Proved on 27 Oct 2026" in page.words

    sent = page.form("prove").send()
    looked = browser(app).get(link(outbox, OLD, "renew")).status_code
    assert (looked, all_of(app, MailboxProof)) == (200, [])
    press(app, link(outbox, OLD, "renew"))

    assert "A link is on its way" in sent.words
    assert "Proved on 25 Nov 2026" in visit(client, "/settings/email").words
    for _ in range(4):
        page.form("prove").send()
    assert "five links sent within an hour" in page.form("prove").send().words
    assert len(outbox(OLD)) == 5


def test_two_presses_at_once_prove_once(app: Flask, outbox: Outbox) -> None:
    member = an_officer()
    with app.app_context():
        operations.mail_renewal(actor_of(member))
    token = link(outbox, OLD, "renew").rpartition("/")[2]

    refused = at_once(app, operations.renew_mailbox, [token, token])

    assert [type(error) for error in refused] == [NotFound]
    assert len(all_of(app, MailboxProof)) == 1


def test_a_changed_mailbox_was_proved_when_it_was_proved(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    now = at(timedelta())
    member = an_officer()
    change(app, member, activated_at=now - YEAR - 30 * DAY)
    here(app, member, now)
    ask(app)
    old = link(outbox, OLD, "renew")
    at(30 * DAY)
    ask(app)
    assert is_read_only(app, member)
    row = proved(app, outbox, member)
    decide(browser(app, a_moderator()), f"/moderation/mailboxes/{row.id}")
    at(2 * DAY)

    work(app)

    assert not is_read_only(app, member)
    assert one_of(app, MailboxProof).proved_at == row.proved_at
    assert visit(browser(app), old).status == 404
    assert outbox(NEW)[-1].kind == "mailboxes/changed"


def test_who_was_not_seen_for_a_year_is_asked_then_suspended_moderators_too(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    now = at(timedelta())
    member, moderator = an_officer(), a_moderator()
    for one in (member, moderator, a_moderator(), a_moderator()):
        change(app, one, activated_at=now - 30 * DAY)
        here(app, one, now - YEAR + DAY if one in (member, moderator) else now)

    told = days_of_mail(app, outbox, at, member, 40)

    asked = "mailboxes/unseen"
    assert told == [(1, asked), (16, asked), (28, asked), (31, "mailboxes/kept_out")]
    assert (status(app, member), status(app, moderator)) == (MemberStatus.SUSPENDED,) * 2
    assert limits(app, member) == [("suspended", "unseen")]
    client = browser(app)
    said = give_code(give_password(client, OLD), totp.code(TOTP_SECRET, at.moment))
    assert said.status_code == 403
    assert "not here for more than a year" in said.get_data(as_text=True)


@pytest.mark.parametrize("kind", ["mailbox", "unseen"])
def test_two_moderators_who_can_act_are_left_whoever_does_not_answer(
    app: Flask, at: Any, kind: str
) -> None:
    now = at(timedelta())
    moderators = [a_moderator() for _ in range(3)]
    for one in moderators:
        change(app, one, activated_at=now - (YEAR if kind == "mailbox" else DAY))
        here(app, one, now if kind == "mailbox" else now - YEAR)

    for _ in range(3):
        ask(app)
        at(30 * DAY)

    assert sorted(len(limits(app, one)) for one in moderators) == [0, 0, 1]
    here(app, moderators[1], now + 90 * DAY)
    ask(app)
    assert sorted(len(limits(app, one)) for one in moderators) == [0, 0, 1]


def test_signing_in_within_the_time_answers_and_the_next_year_begins(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    now = at(timedelta())
    member = an_officer()
    here(app, member, now - YEAR)
    ask(app)
    at(29 * DAY)
    browser(app, member)
    at(2 * DAY)

    ask(app)

    assert status(app, member) is MemberStatus.ACTIVE
    assert questions(app) == []


def test_who_never_signed_in_is_asked_a_year_after_activation(app: Flask, at: Any) -> None:
    now = at(timedelta())
    member = an_officer()
    change(app, member, activated_at=now - YEAR, signed_in_at=None)
    pending = a_member(status=MemberStatus.PENDING)

    ask(app)

    asked = {(one.member_id, one.kind.value) for one in all_of(app, YearlyQuestion)}
    assert asked == {(member.id, "mailbox"), (member.id, "presence")}
    assert pending.id not in {number for number, _ in asked}


def test_the_time_to_answer_does_not_run_while_the_account_cannot_be_used(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    now = at(timedelta())
    member = an_officer()
    change(app, member, activated_at=now - YEAR)
    here(app, member, now - YEAR)
    ask(app)
    with app.app_context():
        limit_member(ANONYMOUS, member.id, LimitKind.SUSPENDED, LimitCause.SANCTION)
    at(40 * DAY)
    ask(app)
    assert questions(app) == []
    with app.app_context():
        lift_limits(ANONYMOUS, member.id, LimitCause.SANCTION)

    ask(app)

    assert status(app, member) is MemberStatus.ACTIVE
    assert not is_read_only(app, member)
    assert questions(app) == ["mailbox", "presence"]


def unseen(app: Flask, at: Any, office: Any = None) -> Member:
    """A member who was suspended a moment ago for not being seen."""
    member = an_officer(office)
    here(app, member, at(timedelta()) - YEAR)
    ask(app)
    at(30 * DAY)
    ask(app)
    assert status(app, member) is MemberStatus.SUSPENDED
    return member


def test_the_head_lets_in_again_with_one_press_for_as_long_as_there_was_before(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    office = an_office()
    member = unseen(app, at, office)
    client = browser(app, a_member(office, Role.HEAD))
    place = f"/desk/members/{member.id}/let-in"
    assert place in visit(client, "/desk").links()

    done = visit(client, place).send()

    assert "can sign in again" in done.words
    assert place not in done.links()
    assert (status(app, member), limits(app, member)) == (MemberStatus.ACTIVE, [])
    assert outbox(OLD)[-1].kind == "mailboxes/let_in"
    assert visit(client, place).status == 404
    at(29 * DAY)
    ask(app)
    assert status(app, member) is MemberStatus.ACTIVE
    at(DAY)
    ask(app)
    assert status(app, member) is MemberStatus.SUSPENDED


def test_a_moderator_lifts_it_on_the_page_of_the_member(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    member = unseen(app, at)
    client = browser(app, a_moderator())

    visit(client, f"/moderation/members/{member.id}").form("/lift").fill(reason="Back.").send()

    assert status(app, member) is MemberStatus.ACTIVE
    ask(app)
    assert status(app, member) is MemberStatus.ACTIVE
    assert outbox(OLD)[-1].kind == "mailboxes/unseen", "asked anew, for the whole time"


@pytest.mark.parametrize("who", ["colleague", "foreign head", "foreign focal point", "moderator"])
def test_nobody_else_lets_in_at_the_desk(app: Flask, at: Any, who: str) -> None:
    office = an_office()
    member = unseen(app, at, office)
    actor = {
        "colleague": lambda: a_member(office),
        "foreign head": lambda: a_member(an_authority("QM"), Role.HEAD),
        "foreign focal point": lambda: a_member(an_authority("QN"), Role.FOCAL_POINT),
        "moderator": a_moderator,
    }[who]()
    client = browser(app, actor)

    assert client.get(f"/desk/members/{member.id}/let-in").status_code == 404
    assert client.post(f"/desk/members/{member.id}/let-in").status_code == 404
    with app.app_context(), pytest.raises(NotFound):
        operations.let_in(actor_of(actor), member.id)


def test_at_the_desk_nobody_is_let_in_who_is_suspended_for_another_cause(
    app: Flask, at: Any
) -> None:
    office = an_office()
    member, head = unseen(app, at, office), a_member(office, Role.HEAD)
    sanctioned = a_member(office)
    with app.app_context():
        for one in (member, sanctioned):
            limit_member(ANONYMOUS, one.id, LimitKind.SUSPENDED, LimitCause.SANCTION)
        with pytest.raises(NotFound):
            operations.let_in(actor_of(head), sanctioned.id)

        operations.let_in(actor_of(head), member.id)

    assert limits(app, member) == [("suspended", "sanction")]
    assert status(app, member) is MemberStatus.SUSPENDED
