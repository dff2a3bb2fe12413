"""A change of e-mail: slowly, approved, and in sight of the old mailbox."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from forum.core.errors import Conflict
from forum.mailboxes import operations
from forum.mailboxes.models import ChangeStatus
from forum.members.limits import limit_member
from forum.members.models import LimitCause, LimitKind, Member, MemberStatus
from forum.policy import ANONYMOUS, Role
from forum.signin.operations import answer_resets, ask_for_reset
from tests.factories import a_member, a_moderator, actor_of, sign_in
from tests.mailboxes.steps import (
    DAY,
    NEW,
    OLD,
    Outbox,
    an_office,
    an_officer,
    ask,
    browser,
    decide,
    email_of,
    latest,
    link,
    press,
    proved,
    work,
)
from tests.pages import visit
from tests.signin.steps import without_tokens


def status(app: Flask, member: Member) -> ChangeStatus:
    return latest(app, member).status


def limit(app: Flask, member: Member, kind: LimitKind) -> None:
    with app.app_context():
        limit_member(ANONYMOUS, member.id, kind, LimitCause.SANCTION)


def test_an_address_changes_after_proof_approval_and_two_days(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    office = an_office()
    member, head = an_officer(office), a_member(office, Role.HEAD)
    theirs = browser(app, member)

    asked = ask(theirs)
    assert "New mailbox not proved yet" in asked.words
    press(app, link(outbox, NEW, "prove"))
    assert "Waits for approval" in visit(theirs, "/settings/email").words
    assert [mail.kind for mail in outbox(head.email)] == ["mailboxes/approval_waits"]
    atdesk = browser(app, head)
    assert "1 change of e-mail waits for your approval" in visit(atdesk, "/").words
    done = decide(atdesk, f"/desk/mailboxes/{latest(app, member).id}")
    assert "Approved" in done.words
    at(timedelta(hours=47))
    work(app)
    assert email_of(app, member) == OLD
    at(timedelta(hours=1))
    sign_in(theirs, member)
    work(app)

    assert email_of(app, member) == NEW
    assert status(app, member) is ChangeStatus.DONE
    assert theirs.get("/settings/email").status_code == 303, "its sessions end"
    assert "Changed" in visit(browser(app, member), "/settings/email").words
    assert [mail.kind for mail in outbox(OLD)] == [*["mailboxes/to_old"] * 3, "mailboxes/left"]
    assert [mail.kind for mail in outbox(NEW)] == [
        "mailboxes/prove",
        *["mailboxes/to_new"] * 2,
        "mailboxes/changed",
    ]
    for mail in outbox():
        said = re.sub(r"/mailbox/\S+", "", mail.subject + mail.text)  # a token may spell anything
        for told in (member.name, office.name, "QM", "justice"):
            assert told not in said, mail.kind


def test_that_an_address_is_in_use_is_told_to_its_holder_alone(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    office = an_office()
    holder = a_member(office, email=NEW)
    one, other = an_officer(office), a_member(office, email="b@justice.qm.example")

    free = ask(browser(app, other), "free@justice.qm.example")
    used = ask(browser(app, one), NEW)

    def alike(page: Any, *typed: str) -> str:
        text = without_tokens(page.text)
        for words in typed:
            local, _, domain = words.partition("@")
            text = text.replace(words, "?").replace(f"{local}@<wbr>{domain}", "?")
        return (
            text.replace(one.name, "?")
            .replace(other.name, "?")
            .replace(f"/members/{one.id}", "?")
            .replace(f"/members/{other.id}", "?")
        )

    assert alike(free, "free@justice.qm.example", other.email) == alike(used, NEW, one.email)
    (told,) = outbox(holder.email)
    assert told.kind == "mailboxes/in_use"
    assert "/mailbox/" not in told.text
    at(DAY)
    work(app)
    assert (status(app, one), status(app, other)) == (ChangeStatus.EXPIRED, ChangeStatus.EXPIRED)
    assert len(outbox(holder.email)) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Write your new office address"),
        ("no address", "not a whole e-mail address"),
        (OLD.upper(), "the address you have now"),
    ],
)
def test_what_cannot_be_the_new_address_comes_back_with_a_sentence(
    app: Flask, typed: str, said: str
) -> None:
    page = ask(browser(app, an_officer()), typed)

    assert page.status == 422
    assert said in page.words
    assert page.form().filled["email"].lower() == typed.lower()


def test_a_member_asks_five_times_a_day_at_most(app: Flask) -> None:
    client = browser(app, an_officer())
    pages = [ask(client, f"ana{number}@justice.qm.example") for number in range(6)]

    assert [page.status for page in pages] == [200] * 5 + [422]
    assert "Ask again tomorrow" in pages[-1].words


def test_asking_needs_a_fresh_proof(app: Flask, at: Any) -> None:
    client = browser(app, an_officer())
    at(timedelta(minutes=11))

    assert client.get("/settings/email").status_code == 200
    there = client.get("/settings/email/change").headers["Location"]
    assert there == "/confirm?next=/settings/email/change"


def test_a_link_works_once_by_its_button_and_only_for_what_it_is(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    member = an_officer()
    ask(browser(app, member))
    path = link(outbox, NEW, "prove")

    looked = browser(app).head(path).status_code
    assert (looked, status(app, member)) == (200, ChangeStatus.ASKED)
    assert visit(browser(app), path.replace("prove", "stop")).status == 404
    assert visit(browser(app), path[:-1]).status == 404
    assert "is proved" in press(app, path).heading
    again = visit(browser(app), path)
    assert (again.status, again.heading) == (404, "This link does not work")
    unknown = visit(browser(app), "/mailbox/prove/never-was")
    assert without_tokens(again.text) == without_tokens(unknown.text)


def test_a_newer_change_takes_the_place_of_the_one_before(app: Flask, outbox: Outbox) -> None:
    member = an_officer()
    ask(browser(app, member))
    first, stop = link(outbox, NEW, "prove"), link(outbox, OLD, "stop")
    ask(browser(app, member), "third@justice.qm.example")

    assert visit(browser(app), first).status == 404
    assert visit(browser(app), stop).status == 404
    assert visit(browser(app), link(outbox, OLD, "stop")).status == 200
    assert latest(app, member).address == "third@justice.qm.example"


@pytest.mark.parametrize("is_approved", [False, True])
def test_the_old_mailbox_stops_it_and_all_sessions_end(
    app: Flask, outbox: Outbox, at: Any, is_approved: bool
) -> None:
    member, moderator = an_officer(), a_moderator()
    change = proved(app, outbox, member)
    if is_approved:
        decide(browser(app, moderator), f"/moderation/mailboxes/{change.id}")
    theirs = browser(app, member)

    stopped = press(app, link(outbox, OLD, "stop"))

    assert stopped.heading == "The change is stopped"
    assert theirs.get("/settings/email").status_code == 303
    assert "It was stopped" in visit(browser(app, member), "/settings/email").words
    assert outbox(moderator.email)[-1].kind == "notifications/account_alarm"
    assert outbox(NEW)[-1].kind == "mailboxes/ended"
    at(3 * DAY)
    work(app)
    assert email_of(app, member) == OLD


def test_whoever_says_this_was_not_me_stops_a_change_that_is_under_way(
    app: Flask, outbox: Outbox
) -> None:
    member = an_officer()
    proved(app, outbox, member)

    visit(browser(app, member), "/settings/security/not-me").send()

    assert status(app, member) is ChangeStatus.STOPPED
    assert [outbox(one)[-1].kind for one in (OLD, NEW)] == ["mailboxes/ended"] * 2
    assert visit(browser(app), link(outbox, OLD, "stop")).status == 404


def test_the_member_gives_it_up_in_the_settings_without_another_proof(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    member = an_officer()
    change = proved(app, outbox, member)
    decide(browser(app, a_moderator()), f"/moderation/mailboxes/{change.id}")
    client = browser(app, member)
    at(timedelta(minutes=20))
    page = visit(client, "/settings/email").form("withdraw")

    assert "given up" in page.send().words
    assert "No change of e-mail is under way" in page.send().words
    at(3 * DAY)
    work(app)
    assert (email_of(app, member), status(app, member)) == (OLD, ChangeStatus.WITHDRAWN)
    assert visit(browser(app), link(outbox, OLD, "stop")).status == 404


@pytest.mark.parametrize(("days", "is_proved"), [(1, False), (14, True)])
def test_what_is_not_proved_or_approved_in_time_ends(
    app: Flask, outbox: Outbox, at: Any, days: int, is_proved: bool
) -> None:
    member = an_officer()
    if is_proved:
        proved(app, outbox, member)
    else:
        ask(browser(app, member))
    at(days * DAY - timedelta(minutes=1))
    work(app)
    assert status(app, member) in {ChangeStatus.ASKED, ChangeStatus.PROVED}

    at(timedelta(minutes=1))
    work(app)

    assert status(app, member) is ChangeStatus.EXPIRED
    assert "in time. You can ask again" in visit(browser(app, member), "/settings/email").words
    assert outbox(OLD)[-1].kind == "mailboxes/ended"


@pytest.mark.parametrize("what", ["taken", "suspended"])
def test_if_the_time_has_come_and_it_cannot_be_done_it_ends_with_a_sentence(
    app: Flask, outbox: Outbox, at: Any, what: str
) -> None:
    member = an_officer()
    change = proved(app, outbox, member)
    decide(browser(app, a_moderator()), f"/moderation/mailboxes/{change.id}")
    at(2 * DAY)
    if what == "taken":
        a_member(email=NEW, status=MemberStatus.PENDING)
    else:
        limit(app, member, LimitKind.SUSPENDED)

    work(app)
    work(app)

    assert (email_of(app, member), status(app, member)) == (OLD, ChangeStatus.FAILED)
    assert outbox(OLD)[-1].kind == "mailboxes/ended"
    if what == "taken":
        words = visit(browser(app, member), "/settings/email").words
        assert "could not be used when the time had come" in words


def test_links_that_lie_in_the_old_mailbox_are_worth_nothing_afterwards(
    app: Flask, outbox: Outbox, at: Any
) -> None:

    member = an_officer()
    change = proved(app, outbox, member)
    decide(browser(app, a_moderator()), f"/moderation/mailboxes/{change.id}")
    at(2 * DAY)
    with app.app_context():
        ask_for_reset(OLD)
        answer_resets()
    reset = outbox(OLD)[-1]
    path = reset.text[reset.text.index("/recover/") :].split()[0]
    assert visit(browser(app), path).status == 200

    work(app)

    assert visit(browser(app), path).status == 404


def test_a_read_only_member_may_change_the_mailbox(app: Flask) -> None:
    member = an_officer()
    limit(app, member, LimitKind.READ_ONLY)

    assert ask(browser(app, member)).status == 200


def test_withdrawing_nothing_is_a_conflict(app: Flask) -> None:
    member = an_officer()
    client = browser(app, member)
    assert client.get("/settings/email").status_code == 200

    with app.app_context(), pytest.raises(Conflict):
        operations.withdraw_change(actor_of(member), 1)
