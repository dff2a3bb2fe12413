"""What moderators see of members and decide about them, and what the members see of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict, Forbidden, Invalid, NotFound
from forum.core.mail import OutboxMail
from forum.members.limits import limit_member
from forum.members.models import Limit, LimitCause, LimitKind, Member, MemberStatus
from forum.members.operations import note_approvals
from forum.moderation import operations
from forum.moderation.acts import act_words
from forum.policy import ANONYMOUS
from tests.conftest import NOON
from tests.factories import (
    MLA,
    a_member,
    a_moderator,
    actor_of,
    an_authority,
    sign_in,
)
from tests.pages import Page, visit
from tests.signin.steps import browser, is_signed_in
from tests.support import templates

WARNING, READ_ONLY = LimitKind.WARNING, LimitKind.READ_ONLY
SUSPENDED, CLOSED = LimitKind.SUSPENDED, LimitKind.CLOSED


@pytest.fixture
def moderator(app: Flask, client: FlaskClient, at: Any) -> Member:
    """Signed in with `client`, at a stopped clock."""
    member = a_moderator(name="M. Derator")
    sign_in(client, member)
    return member


def decide(client: FlaskClient, member: Member, **typed: Any) -> Page:
    page = visit(client, f"/moderation/members/{member.id}").form("/sanctions")
    return page.fill(**{"kind": "read_only", "reason": "Named a suspect.", **typed}).send()


def status(app: Flask, member: Member) -> MemberStatus:
    with app.app_context():
        return db.session.get_one(Member, member.id).status


def limits(app: Flask) -> list[Limit]:
    with app.app_context():
        rows = list(db.session.scalars(select(Limit).order_by(Limit.id)))
        db.session.expunge_all()
        return rows


def mails(app: Flask) -> list[OutboxMail]:
    with app.app_context():
        return list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def approve(app: Flask, member: Member, *by: Member) -> None:
    with app.app_context():
        operation(note_approvals)(member.id, [each.id for each in by])


def test_members_are_found_by_name_state_and_authority(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    ministry = an_authority("QM", MLA, name="Ministère de la Justice")
    a_member(ministry, name="Élodie Marchand")
    a_member(ministry, name="Pierre Vasseur")
    a_member(an_authority("QN", MLA, name="Prosecution"), name="Nekesa Odari")

    def found(query: str) -> set[str]:
        page = visit(client, f"/moderation/members?{query}")
        return {name for name in ("Élodie", "Pierre", "Nekesa", "Derator") if name in page.words}

    assert found("") == {"Élodie", "Pierre", "Nekesa", "Derator"}
    assert found("name=elod") == {"Élodie"}
    assert found("state=QM") == {"Élodie", "Pierre"}
    assert found("authority=ministere") == {"Élodie", "Pierre"}
    assert found("state=QN&authority=ministere") == set()
    assert found("name=vasseur&state=QM") == {"Pierre"}
    assert found("limited=1") == set()


def test_who_is_limited_now_is_listed_as_such(
    app: Flask, client: FlaskClient, moderator: Member, at: Any
) -> None:
    limited, once = a_member(name="Limited Person"), a_member(name="Once Person")
    with app.app_context():
        for each, days in ((limited, 9), (once, 1)):
            until = clock.now() + timedelta(days=days)
            limit_member(ANONYMOUS, each.id, READ_ONLY, LimitCause.ATTESTATION, until=until)
    at(timedelta(days=2))
    sign_in(client, moderator)

    page = visit(client, "/moderation/members?limited=1")

    assert "Limited Person" in page.words
    assert "Reading only" in page.words
    assert "Once Person" not in page.words


def test_a_long_list_of_members_is_turned_by_key(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    office = an_authority("QM", MLA)
    for number in range(31):
        a_member(office, name=f"Person {number:02}", created_at=clock.now())

    first = visit(client, "/moderation/members?state=QM")
    (older,) = [link for link in first.links() if "before=" in link]
    second = visit(client, older.replace("&amp;", "&"))

    assert "state=QM" in older
    assert "Person 30" in first.words
    assert "Person 00" not in first.words
    assert "Person 00" in second.words
    assert "Person 01" not in second.words


@pytest.mark.parametrize("path", ["/moderation/members", "/moderation/members/1"])
def test_members_are_reviewed_by_moderators_alone(
    app: Flask, client: FlaskClient, path: str
) -> None:
    sign_in(client, a_member())

    assert client.get(path).status_code == 404


def test_an_account_is_opened_after_a_recent_proof_alone(
    app: Flask, client: FlaskClient, moderator: Member, at: Any
) -> None:
    member = a_member()
    path = f"/moderation/members/{member.id}"
    assert visit(client, path).status == 200

    at(timedelta(minutes=11))

    assert client.get(path).headers["Location"].startswith("/confirm?next=")
    answer = client.post(f"{path}/sanctions", data={"kind": "closed", "reason": "x"})
    assert answer.status_code in {303, 400}
    assert status(app, member) is MemberStatus.ACTIVE


def test_an_account_shows_its_facts_sessions_decisions_and_history(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    office = an_authority("QM", MLA, name="Ministry of Justice")
    member, approver = (
        a_member(office, email="n.odari@office.example"),
        a_moderator(name="A. Prover"),
    )
    approve(app, member, approver)
    sign_in(app.test_client(), member)
    with app.app_context():
        operations.sanction(actor_of(moderator), member.id, WARNING, "First warning.")

    page = visit(client, f"/moderation/members/{member.id}")

    for words in (
        *("n.odari@office.example", "Ministry of Justice", "A. Prover", "Open sessions 1"),
        *("Warning", "First warning.", "M. Derator", "Limited"),
    ):
        assert words in page.words, words


def test_a_decision_needs_a_kind_a_reason_and_an_end_to_come(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    member = a_member()

    for typed, said in (
        ({"reason": ""}, "the member will see it"),
        ({"reason": "  "}, "the member will see it"),
        ({"until": "2026-11-24"}, "within the next ten years"),
        ({"until": "9999-12-31"}, "within the next ten years"),
        ({"until": "tomorrow"}, "no day of the calendar"),
        ({"kind": "closed", "until": "2026-12-24"}, "leave the date out"),
    ):
        page = decide(client, member, **typed)
        assert page.status == 422, typed
        assert said in page.words, typed
        assert "Named a suspect." in page.text or "reason" in typed
    assert limits(app) == []
    assert mails(app) == []


def test_a_member_is_restricted_until_the_end_of_a_day_where_the_moderator_is(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    member = a_member()

    page = decide(client, member, until="2026-11-30")

    assert "The member can only read now" in page.words
    (limit,) = limits(app)
    assert limit.until_at is not None
    assert limit.until_at.isoformat() == "2026-11-30T23:00:00+00:00"
    assert (limit.kind, limit.by_id, limit.reason) == (READ_ONLY, moderator.id, "Named a suspect.")


def test_the_member_is_told_without_content_and_reads_why_on_a_page_of_their_own(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    member, theirs, others = a_member(), app.test_client(), app.test_client()
    sign_in(theirs, member)
    sign_in(others, a_member())

    decide(client, member)

    (mail,) = mails(app)
    assert mail.recipient == member.email
    assert "/settings/limits" in mail.text
    for told in (mail.subject, mail.text, mail.html):
        for secret in ("suspect", member.name, moderator.name):
            assert secret not in told
    assert "Named a suspect." in visit(theirs, "/settings/limits").words
    assert "Named a suspect." not in visit(others, "/settings/limits").words


def test_pressing_twice_decides_once(app: Flask, client: FlaskClient, moderator: Member) -> None:
    member = a_member()

    for _ in range(2):
        decide(client, member)

    assert len(limits(app)) == len(mails(app)) == 1


def test_the_same_warning_can_be_given_again_after_a_while(
    app: Flask, client: FlaskClient, moderator: Member, at: Any
) -> None:
    member = a_member()

    for _ in range(2):
        decide(client, member, kind="warning")
        at(timedelta(days=30))
        sign_in(client, moderator)

    assert len(limits(app)) == len(mails(app)) == 2


def test_until_the_end_of_today_means_the_day_where_the_moderator_is(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    at("2026-11-25T05:00+00:00")
    sign_in(client, a_moderator(zone="Pacific/Honolulu"))

    decide(client, a_member(), until="2026-11-24")

    (limit,) = limits(app)
    assert limit.until_at == datetime(2026, 11, 25, 10, tzinfo=UTC)


def test_all_that_is_done_has_words() -> None:
    found = {action for _, action in templates.calls(record=1, record_system=0)}

    assert {"member:limit", "board:load"} <= found
    assert [action for action in sorted(found) if act_words(action) == action] == []


def test_suspending_and_closing_end_all_sessions(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    for kind in ("suspended", "closed"):
        member, theirs = a_member(), browser(app)
        sign_in(theirs, member)

        decide(client, member, kind=kind)

        assert not is_signed_in(theirs)
        assert status(app, member) == kind


def test_who_was_closed_is_shown_to_members_as_a_former_one(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    member = a_member(an_authority("QM", MLA), name="Gone Person")

    decide(client, member, kind="closed")

    page = visit(client, f"/members/{member.id}")
    assert "Former member" in page.words
    assert "Former officer" in page.words
    assert "Nothing more can be decided" in visit(client, f"/moderation/members/{member.id}").words


def test_a_decision_is_lifted_with_a_reason_once(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    member = a_member()
    decide(client, member, kind="suspended")
    page = visit(client, f"/moderation/members/{member.id}")

    refused = page.form("/lift").fill(reason="").send()
    lifted = page.form("/lift").fill(reason="It was another one.").send()
    again = page.form("/lift").fill(reason="Once more.").send()

    assert refused.status == 422
    assert "Say why it is lifted" in refused.words
    assert "It is lifted" in lifted.words
    assert "It was another one." in lifted.words
    assert again.status == 409
    assert "not in force any more" in again.words
    assert status(app, member) is MemberStatus.ACTIVE
    assert [mail.kind for mail in mails(app)] == ["moderation/suspended", "moderation/lifted"]


def test_a_closed_account_is_opened_again_by_lifting(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    member = a_member()
    decide(client, member, kind="closed")

    visit(client, f"/moderation/members/{member.id}").form("/lift").fill(reason="A mistake.").send()

    assert status(app, member) is MemberStatus.ACTIVE


def test_what_ends_in_another_way_is_not_lifted_here(app: Flask, moderator: Member) -> None:
    member, other = a_member(), a_member()
    with app.app_context():
        recovery = limit_member(ANONYMOUS, member.id, READ_ONLY, LimitCause.RECOVERY).id

        with pytest.raises(Conflict):
            operations.lift(actor_of(moderator), member.id, recovery, "why not")
        with pytest.raises(NotFound):
            operations.lift(actor_of(moderator), other.id, recovery, "why not")


def test_nobody_decides_about_themselves_or_about_who_approved_them(app: Flask) -> None:
    approved, approver, third = a_moderator(), a_moderator(), a_moderator()
    approve(app, approved, approver)

    with app.app_context():
        for actor, member in ((approved, approved), (approved, approver)):
            for act in (
                lambda who, number: operations.sanction(who, number, WARNING, "No."),
                lambda who, number: operations.lift(who, number, 1, "No."),
                operations.end_sessions,
            ):
                with pytest.raises(Forbidden):
                    act(actor_of(actor), member.id)
        operations.sanction(actor_of(approver), approved.id, WARNING, "Yes.")
        operations.sanction(actor_of(third), approver.id, WARNING, "Yes.")
        with pytest.raises(Invalid):
            operations.sanction(actor_of(third), approver.id, READ_ONLY, " ")


def test_a_page_on_which_nothing_can_be_decided_says_why(app: Flask) -> None:
    approved, approver, client = a_moderator(), a_moderator(), app.test_client()
    approve(app, approved, approver)
    sign_in(client, approved)

    own = visit(client, f"/moderation/members/{approved.id}")
    theirs = visit(client, f"/moderation/members/{approver.id}")

    assert "Nobody decides about themselves" in own.words
    assert "This moderator approved your account" in theirs.words
    for page in (own, theirs):
        assert 'name="kind"' not in page.text


def test_a_moderator_ends_all_sessions_of_a_member(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    member, theirs = a_member(), browser(app)
    sign_in(theirs, member)

    page = visit(client, f"/moderation/members/{member.id}").form("/sessions/end").send()

    assert "All sessions of this member are ended." in page.words
    assert not is_signed_in(theirs)


def test_what_was_typed_before_a_step_up_is_there_again(
    app: Flask, client: FlaskClient, moderator: Member, at: Any
) -> None:
    member = a_member()
    page = visit(client, f"/moderation/members/{member.id}").form("/sanctions")
    at(timedelta(minutes=11))

    page.fill(kind="suspended", reason="Typed before.").send(follow=False)
    sign_in(client, moderator)
    again = visit(client, f"/moderation/members/{member.id}")

    assert "Typed before." in again.text
    assert "What you had typed was kept" in again.words
    assert limits(app) == []


def test_moderation_has_its_places_on_each_page(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    places = ["/moderation/queue", "/moderation/focal-points", "/moderation/objections"]
    places.append("/moderation/members")
    for path in (*places, f"/moderation/members/{moderator.id}"):
        links = visit(client, path).links()

        assert [place for place in places if place not in links] == [], path


def test_an_objection_is_seen_on_the_account(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    member = a_member()
    path = f"/moderation/members/{member.id}"
    assert "an objection to this admission waits" not in visit(client, path).words
    with app.app_context():
        operation(lambda: setattr(db.session.get_one(Member, member.id), "objected_at", NOON))()

    assert "an objection to this admission waits" in visit(client, path).words
