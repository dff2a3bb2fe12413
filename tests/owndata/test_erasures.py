"""Two moderators erase who asked for it; the posts stay, the person goes (security.md K2, H4)."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from forum.audit.models import AuditEntry
from forum.audit.walk import verify
from forum.core.db import Base, db, operation
from forum.core.delivery import deliver_due
from forum.core.errors import Conflict, Forbidden
from forum.core.mail import OutboxMail
from forum.directory.models import Representation
from forum.drafts.operations import keep_form
from forum.members.limits import lift_limits, limit_member
from forum.members.models import LimitCause, LimitKind, Member, MemberStatus
from forum.owndata import operations
from forum.owndata.models import Erasure
from forum.policy import Role
from forum.signin.operations.factors import new_recovery_codes
from forum.vetting.models import Naming, NamingStatus, Objection
from tests.factories import (
    a_mailbox_change,
    a_member,
    a_moderator,
    a_naming,
    a_recovery,
    a_thread,
    a_word,
    actor_of,
    an_application,
    an_attestation,
    an_authority,
    an_objection,
    sign_in,
)
from tests.owndata.taking import ask, make, rows
from tests.pages import Page, visit
from tests.signin.passkeys import with_passkey
from tests.signin.steps import browser, give_password, is_signed_in
from tests.support.at_once import at_once
from tests.support.authenticator import Authenticator

NAME, MAILBOX = "Nekesa Zwartendijk", "n.zwartendijk@office.example"
PATH = "/settings/data/erasure"


@pytest.fixture
def moderators(at: Any, app: Flask) -> list[Member]:
    return [a_moderator(), a_moderator(), a_moderator()]


@pytest.fixture
def member(moderators: list[Member], client: FlaskClient) -> Member:
    found = a_member(an_authority("QM", name="Ministry of Justice"), name=NAME, email=MAILBOX)
    sign_in(client, found)
    return found


def want(client: FlaskClient, reason: str = "I leave the service.") -> Page:
    return visit(client, PATH).fill(reason=reason).send()


def desk(app: Flask, moderator: Member) -> FlaskClient:
    client = browser(app)
    sign_in(client, moderator)
    return client


def approve(app: Flask, moderator: Member) -> Page:
    page = visit(desk(app, moderator), f"/moderation/erasures/{rows(app, Erasure)[-1].id}")
    return page.form("/approve").send()


def erase(app: Flask, client: FlaskClient, moderators: list[Member]) -> None:
    want(client)
    approve(app, moderators[0])
    assert "The account is erased." in approve(app, moderators[1]).words


def forget_last_mails(app: Flask) -> None:
    """What the worker does: send, and soon after forget."""
    with app.app_context():
        deliver_due()
        assert operations.forget_last_mails() == 1


def whole_database(app: Flask) -> str:
    """All that is in any row of any table, as text."""
    with app.app_context():
        found = [
            f"{table.name}: {tuple(row)}"
            for table in Base.metadata.sorted_tables
            for row in db.session.execute(select(table))
        ]
    return "\n".join(found)


def test_after_two_approvals_nothing_in_any_table_says_who_it_was(
    app: Flask, client: FlaskClient, member: Member, moderators: list[Member]
) -> None:
    client.environ_base["REMOTE_ADDR"] = "10.77.66.55"
    office, head = an_authority("QM"), a_member(role=Role.HEAD)
    application = an_application(
        office, member_id=member.id, name=NAME, email=MAILBOX, reason=f"I, {NAME}, apply."
    )
    a_word(application, head, note=f"{NAME} is known.")
    an_application(office, name=NAME, email=MAILBOX, call_note=f"{NAME} was not there.")
    an_objection(member, head, reason=f"{NAME} left.")
    an_attestation(member, how=f"Asked for {NAME} by telephone.")
    a_recovery(member, confirm_note=f"I spoke with {NAME}.")
    a_mailbox_change(member, address="new.zwartendijk@office.example")
    with_passkey(app, member, Authenticator(), name="Zwartendijk’s key")
    sign_in(client, member)
    actor = actor_of(moderators[2])
    with app.app_context():
        limit_member(actor, member.id, LimitKind.WARNING, LimitCause.SANCTION, reason="Be brief.")
        keep_form(member.id, "a browser", "/threads/new", [("title", "Half a question")])
        operation(new_recovery_codes)(member.id)
    ask(client)
    make(app)
    visit(client, "/nowhere")
    assert "10.77.66.55" in whole_database(app)

    erase(app, client, moderators)
    forget_last_mails(app)

    left = [
        line
        for line in whole_database(app).splitlines()
        if re.search("Zwartendijk|zwartendijk|10.77.66.55|Be brief", line)
    ]
    # The reason of a decision stays in the log, which is said before; see test below.
    assert [line for line in left if not line.startswith("audit_entries")] == []
    assert not [line for line in left if "wartendijk" in line]
    for table in (
        "credentials",
        "second_factors",
        "passkeys",
        "recovery_codes",
        "kept_forms",
        "data_exports",
    ):
        with app.app_context():
            kept = Base.metadata.tables[table]
            whose = select(func.count()).where(kept.c.member_id == member.id)
            assert db.session.scalar(whose) == 0, table


def test_posts_stay_under_authority_and_post_and_the_name_is_gone(
    app: Flask, client: FlaskClient, member: Member, moderators: list[Member]
) -> None:
    thread = a_thread(member, source="How do you do it?")
    reader = browser(app)
    sign_in(reader, a_member())
    assert NAME in visit(reader, f"/threads/{thread.id}").words

    erase(app, client, moderators)

    page = visit(reader, f"/threads/{thread.id}")
    assert "How do you do it?" in page.words
    assert "A former member" in page.words
    assert "Legal officer" in page.words
    assert "Ministry of Justice" in page.words
    assert "Former officer" in page.words
    profile = visit(reader, f"/members/{member.id}")
    assert profile.heading == "A former member"
    assert "Local time" not in profile.words
    for path in (f"/threads/{thread.id}", f"/members/{member.id}", "/threads?view=all", "/"):
        assert NAME not in visit(reader, path).text


def test_the_account_is_closed_for_good_and_the_mailbox_is_free(
    app: Flask, client: FlaskClient, member: Member, moderators: list[Member]
) -> None:
    erase(app, client, moderators)

    assert not is_signed_in(client)
    assert "not right" in give_password(browser(app), MAILBOX).words
    assert a_member(email=MAILBOX).id != member.id
    row = next(each for each in rows(app, Member) if each.id == member.id)
    assert (row.status, row.name, row.email) == (MemberStatus.CLOSED, "A former member", "")
    with app.app_context():
        held = db.session.scalars(
            select(Representation).where(Representation.member_id == member.id)
        ).one()
        assert held.until_on == date(2026, 11, 24)
    actor = actor_of(moderators[2])
    with app.app_context():
        assert lift_limits(actor, member.id, LimitCause.SANCTION) == 0
        with pytest.raises(Conflict):
            limit_member(actor, member.id, LimitKind.WARNING, LimitCause.SANCTION, reason="x")


def test_the_log_stays_whole_and_every_step_has_its_line(
    app: Flask, client: FlaskClient, member: Member, moderators: list[Member]
) -> None:
    erase(app, client, moderators)

    with app.app_context():
        assert verify().fault is None
    lines = [
        (line.action, line.actor_id)
        for line in rows(app, AuditEntry)
        if line.action.startswith("erasure:") or line.action == "member:erase"
    ]
    first, second, _ = (each.id for each in moderators)
    assert lines == [
        ("erasure:ask", member.id),
        ("erasure:approve", first),
        ("erasure:approve", second),
        ("member:erase", second),
    ]
    assert "I leave the service" not in whole_database(app)


def test_the_member_is_told_at_the_old_mailbox_which_is_then_forgotten(
    app: Flask, client: FlaskClient, member: Member, moderators: list[Member]
) -> None:
    erase(app, client, moderators)

    told = [mail.kind for mail in rows(app, OutboxMail) if mail.recipient == MAILBOX]
    assert told == ["owndata/erased"]
    waiting = [mail for mail in rows(app, OutboxMail) if mail.kind == "owndata/erasure_asked"]
    assert [(mail.recipient, mail.given_up_at is None) for mail in waiting] == [("", False)]
    forget_last_mails(app)
    assert not [mail for mail in rows(app, OutboxMail) if mail.recipient == MAILBOX]


def test_moderators_and_the_member_are_told_without_content(
    app: Flask, client: FlaskClient, member: Member, moderators: list[Member]
) -> None:
    want(client)

    mails = rows(app, OutboxMail)

    assert sorted((mail.kind, mail.recipient) for mail in mails) == sorted(
        [
            *(("notifications/erasure_waits", each.email) for each in moderators),
            ("owndata/erasure_asked", MAILBOX),
        ]
    )
    for mail in mails:
        for secret in (NAME, "Ministry", "service"):
            assert secret not in mail.subject + mail.text + mail.html


def test_it_can_be_withdrawn_until_the_second_approval_and_asked_for_anew(
    app: Flask, client: FlaskClient, member: Member, moderators: list[Member]
) -> None:
    assert "Two moderators decide now." in want(client).words
    assert "You had asked for it already." in want(client).words
    approve(app, moderators[0])
    page = visit(client, "/settings/data")
    assert "One of two moderators approved it." in page.words
    assert moderators[0].name not in page.text

    withdrawn, again = page.form("/withdraw").send(), page.form("/withdraw").send()

    assert "It is withdrawn." in withdrawn.words
    assert "There is nothing to withdraw." in again.words
    second = desk(app, moderators[1])
    number = rows(app, Erasure)[0].id
    assert "Withdrawn" in visit(second, f"/moderation/erasures/{number}").words
    with app.app_context():
        actor = actor_of(moderators[1])
    with app.app_context(), pytest.raises(Conflict):
        operations.approve_erasure(actor, number)
    assert NAME in visit(client, f"/members/{member.id}").words
    want(client)
    assert len(rows(app, Erasure)) == 2


def test_nobody_approves_twice_or_for_themselves(
    app: Flask, client: FlaskClient, moderators: list[Member]
) -> None:
    own = desk(app, moderators[0])
    a_moderator()
    want(own)
    number = rows(app, Erasure)[0].id

    assert "This is you." in visit(own, f"/moderation/erasures/{number}").words
    assert "/approve" not in visit(own, f"/moderation/erasures/{number}").text
    approved = approve(app, moderators[1])
    assert "You approved it. Another moderator must approve it too." in approved.words
    assert "/approve" not in approved.text
    actors = [actor_of(moderators[0]), actor_of(moderators[1])]
    with app.app_context():
        for actor in actors:
            with pytest.raises(Forbidden):
                operations.approve_erasure(actor, number)
        with pytest.raises(Forbidden):
            operations.refuse_erasure(actors[0], number, "no")


def test_of_moderators_who_approve_at_once_two_are_counted_and_it_happens_once(
    app: Flask, client: FlaskClient, member: Member, moderators: list[Member]
) -> None:
    want(client)
    number = rows(app, Erasure)[0].id
    actors = [actor_of(each) for each in moderators]

    at_once(app, lambda actor: operations.approve_erasure(actor, number), actors)

    found = rows(app, Erasure)[0]
    done = [line for line in rows(app, AuditEntry) if line.action == "member:erase"]
    assert len(done) == (1 if found.second_at else 0)
    assert found.first_by_id != found.second_by_id
    approvals = [line for line in rows(app, AuditEntry) if line.action == "erasure:approve"]
    assert len(approvals) == (2 if found.second_at else 1)


def test_withdrawing_and_approving_at_once_never_do_both(
    app: Flask, client: FlaskClient, member: Member, moderators: list[Member]
) -> None:
    want(client)
    approve(app, moderators[0])
    number = rows(app, Erasure)[0].id
    acts: list[Any] = [
        (operations.withdraw_erasure, (actor_of(member),)),
        (operations.approve_erasure, (actor_of(moderators[1]), number)),
    ]

    at_once(app, lambda act: act[0](*act[1]), acts)

    found = rows(app, Erasure)[0]
    assert (found.withdrawn_at is None) != (found.second_at is None)
    row = next(each for each in rows(app, Member) if each.id == member.id)
    assert (row.erased_at is None) == (found.second_at is None)


def test_a_refusal_is_told_with_its_reason_and_not_by_whom(
    app: Flask, client: FlaskClient, member: Member, moderators: list[Member]
) -> None:
    want(client)
    number = rows(app, Erasure)[0].id
    page = visit(desk(app, moderators[0]), f"/moderation/erasures/{number}").form("/refuse")
    assert page.send().status == 422

    refused = page.fill(reason="An inquiry is open.").send()

    assert "It is refused." in refused.words
    own = visit(client, "/settings/data")
    assert "An inquiry is open." in own.words
    assert moderators[0].name not in own.text
    assert page.fill(reason="Once more.").send().status == 409
    mail = rows(app, OutboxMail)[-1]
    assert (mail.kind, mail.recipient) == ("owndata/erasure_refused", MAILBOX)
    assert "inquiry" not in mail.text


def test_two_moderators_always_remain(app: Flask, client: FlaskClient, at: Any) -> None:
    first, second = a_moderator(), a_moderator()
    refused = want(desk(app, first))
    assert refused.status == 409
    assert "Two moderators must remain" in refused.words
    assert "I leave the service." in refused.text

    third, fourth = a_moderator(), a_moderator()
    for leaving in (first, second):
        want(desk(app, leaving))
        approve(app, third)
    numbers = [each.id for each in rows(app, Erasure)]
    actor = actor_of(fourth)
    with app.app_context():
        assert operations.approve_erasure(actor, numbers[0])
        assert operations.approve_erasure(actor, numbers[1])
    third_wants = want(desk(app, third))
    assert third_wants.status == 409


def test_pages_of_erasure_exist_for_moderators_alone_and_need_a_recent_proof(
    app: Flask, client: FlaskClient, member: Member, moderators: list[Member], at: Any
) -> None:
    want(client)
    number = rows(app, Erasure)[0].id
    paths = ["/moderation/erasures", f"/moderation/erasures/{number}"]
    for path in paths:
        assert client.get(path).status_code == 404

    moderator = desk(app, moderators[0])
    assert NAME in visit(moderator, paths[0]).words
    page = visit(moderator, paths[1])
    assert moderator.get("/moderation/erasures/987654").status_code == 404
    at(timedelta(minutes=11))

    for answer in (moderator.get(paths[1]), client.get(PATH)):
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/confirm?next=")
    late = page.form("/approve").send(follow=False)
    assert late.response.headers["Location"] == f"/confirm?next={paths[1]}"
    assert rows(app, Erasure)[0].first_by_id is None


def test_a_focal_point_s_note_stays_without_the_name_and_moderators_still_read_the_papers(
    app: Flask, client: FlaskClient, moderators: list[Member]
) -> None:
    office = an_authority("QP")
    focal = a_member(office, Role.FOCAL_POINT, name=NAME, email=MAILBOX)
    naming = a_naming(
        office, member_id=focal.id, name=NAME, email=MAILBOX, status=NamingStatus.CONFIRMED
    )
    application = an_application(office, member_id=focal.id, name=NAME, email=MAILBOX)
    objection = an_objection(focal, a_member(office, Role.HEAD))
    sign_in(client, focal)
    assert "You are a focal point." in visit(client, PATH).words

    erase(app, client, moderators)

    row = rows(app, Naming)[0]
    assert (row.name, row.email, row.status) == ("A former member", "", NamingStatus.ENDED)
    assert row.note_reference == naming.note_reference
    assert rows(app, Objection)[0].settled_at is not None
    reader = desk(app, moderators[2])
    for path in (
        f"/moderation/focal-points/{naming.id}",
        f"/moderation/applications/{application.id}",
        f"/moderation/objections/{objection.id}",
        f"/moderation/members/{focal.id}",
        "/moderation/members",
        "/moderation/erasures",
        "/moderation/log",
    ):
        page = visit(reader, path)
        assert page.status == 200, path
        assert "wartendijk" not in page.text, path


def test_a_member_who_may_only_read_can_ask_and_withdraw(
    app: Flask, client: FlaskClient, member: Member, moderators: list[Member]
) -> None:
    actor = actor_of(moderators[0])
    with app.app_context():
        limit_member(
            actor, member.id, LimitKind.READ_ONLY, LimitCause.SANCTION, reason="For a while."
        )
    sign_in(client, member)

    assert "Two moderators decide now." in want(client).words
    assert "It is withdrawn." in visit(client, "/settings/data").form("/withdraw").send().words


def test_whoever_asks_again_and_again_is_told_to_wait(client: FlaskClient, member: Member) -> None:
    page = visit(client, PATH)

    assert [page.send().status for _ in range(6)] == [200] * 5 + [429]
