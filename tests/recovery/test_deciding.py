"""Two moderators, neither of them concerned: the call with the words, then the approval."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from forum.audit.models import AuditEntry
from forum.core.db import db, operation
from forum.core.errors import Conflict, Forbidden
from forum.directory.calls import CallBack, CallPlace
from forum.directory.models import ContactKind, ContactPoint, Representation
from forum.directory.operations import end_representation
from forum.members.limits import limit_member
from forum.members.models import LimitCause, LimitKind
from forum.policy import Role
from forum.recovery import operations
from forum.recovery.models import RecoveryCase, RecoveryStatus, Witness
from tests.factories import LONG_AGO, MLA, a_member, a_moderator, a_recovery, actor_of, an_authority
from tests.pages import Page, visit
from tests.recovery.steps import (
    Office,
    Outbox,
    approve,
    at_work,
    begin,
    call,
    case_of,
    status_of,
)
from tests.support.at_once import at_once
from tests.support.rows import one_of

CONFIRMED: dict[str, Any] = {"status": RecoveryStatus.CONFIRMED}


def a_called_case(office: Office, **more: Any) -> RecoveryCase:
    """A case that waits for its second moderator."""
    facts = {
        "confirmed_at": LONG_AGO,
        "confirmed_by_id": office.colleague.id,
        "confirmed_as": Role.OFFICER,
        "call_back": CallBack.CONFIRMED,
        "called_at": LONG_AGO,
        "called_by_id": office.first.id,
        "called_number": "+000 555 0001",
        "call_place": CallPlace.AUTHORITY,
        **more,
    }
    return a_recovery(office.member, RecoveryStatus.CALLED, **facts)


def review(app: Flask, moderator: Any, case: RecoveryCase) -> Page:
    return visit(at_work(app, moderator), f"/moderation/recoveries/{case.id}")


def test_the_queue_and_a_case_are_there_for_moderators_alone(app: Flask) -> None:
    office = Office()
    case = a_recovery(office.member)
    over = a_recovery(office.colleague, RecoveryStatus.EXPIRED, ended_at=office.member.created_at)
    moderator = at_work(app, office.first)

    queue = visit(moderator, "/moderation/recoveries")
    ended = visit(moderator, "/moderation/recoveries?kind=over")

    assert (case.number in queue.words, over.number in queue.words) == (True, False)
    assert (case.number in ended.words, over.number in ended.words) == (False, True)
    assert visit(moderator, "/moderation/recoveries?kind=none").status == 404
    for member in (office.member, office.head, a_member(role=Role.FOCAL_POINT)):
        client = at_work(app, member)
        assert client.get("/moderation/recoveries").status_code == 404
        assert client.get(f"/moderation/recoveries/{case.id}").status_code == 404
    assert moderator.get("/moderation/recoveries/987654").status_code == 404


def test_the_button_that_approves_names_what_is_missing(app: Flask) -> None:
    office = Office()
    case = a_recovery(office.member)

    page = review(app, office.first, case)

    assert "A colleague must confirm first." in page.words
    assert "A call must confirm that it is the member" in page.words
    assert "Opens when a colleague has confirmed." in page.words
    with app.app_context(), pytest.raises(Conflict, match="A colleague must confirm first"):
        operations.approve(actor_of(office.first), case.id)
    with app.app_context(), pytest.raises(Conflict, match="A colleague must confirm first"):
        operations.record_call_back(
            actor_of(office.first), case.id, number=1, outcome="confirmed", words=case.words
        )


def test_no_moderator_and_no_colleague_is_shown_the_words(app: Flask) -> None:
    office = Office()
    case = a_recovery(office.member, **CONFIRMED)

    assert case.words not in review(app, office.first, case).text
    assert case.words not in visit(at_work(app, office.head), f"/recoveries/{case.id}").text


def test_wrong_words_confirm_nobody_and_leave_a_trace(app: Flask) -> None:
    office = Office()
    case = a_recovery(office.member, **CONFIRMED)

    page = call(app, office.first, case, words="amber bridge apple", note="A bad line.")

    assert page.status == 422
    assert "These are not the words on the member’s page" in page.words
    assert page.form("/call-back").filled["note"] == "A bad line."
    assert status_of(app, case) is RecoveryStatus.CONFIRMED
    assert one_of(app, AuditEntry, AuditEntry.outcome == "wrong words")


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("no_answer", "no answer"), ("not_known", "the member is not known there")],
)
def test_a_call_that_confirms_nobody_can_be_made_again(app: Flask, outcome: str, said: str) -> None:
    office = Office()
    case = a_recovery(office.member, **CONFIRMED)

    page = call(app, office.first, case, outcome=outcome, words="")
    assert said in page.words
    assert status_of(app, case) is RecoveryStatus.CONFIRMED
    call(app, office.second, case)

    found = case_of(app, office.member)
    assert (found.status, found.called_by_id) == (RecoveryStatus.CALLED, office.second.id)


def test_a_number_of_another_office_is_not_taken(app: Flask) -> None:
    office = Office()
    case = a_recovery(office.member, **CONFIRMED)
    stranger = an_authority("QM", MLA)
    line = one_of(
        app,
        ContactPoint,
        ContactPoint.authority_id == stranger.id,
        ContactPoint.kind == ContactKind.PHONE,
    )

    page = call(app, office.first, case, number=line.id)
    mission = call(app, office.first, case, number="mission")

    assert page.status == mission.status == 422
    assert "Choose a number from the directory entry." in page.words
    assert status_of(app, case) is RecoveryStatus.CONFIRMED


def test_the_call_in_place_of_a_word_is_not_to_the_own_number(app: Flask) -> None:
    office = Office()
    case = a_recovery(office.member, witness=Witness.NOBODY, **CONFIRMED)
    lines = ContactPoint.kind == ContactKind.PHONE
    own = one_of(app, ContactPoint, ContactPoint.authority_id == office.authority.id, lines)
    beside = an_authority("QM", MLA, name="Ministry of Ports")
    other = one_of(app, ContactPoint, ContactPoint.authority_id == beside.id, lines)

    refused = call(app, office.first, case, number=own.id)
    assert refused.status == 422
    assert status_of(app, case) is RecoveryStatus.CONFIRMED
    page = call(app, office.first, case, number=other.id)

    assert "Ministry of Ports" in page.words
    found = case_of(app, office.member)
    assert (found.status, found.call_place) == (RecoveryStatus.CALLED, CallPlace.OTHER_AUTHORITY)


def test_a_mission_is_named_with_its_number_and_its_source(app: Flask) -> None:
    office = Office()
    case = a_recovery(office.member, witness=Witness.NOBODY, **CONFIRMED)

    nameless = call(app, office.first, case, number="mission")
    page = call(
        app,
        office.first,
        case,
        number="mission",
        mission="Permanent mission",
        mission_number="+000 555 777",
        mission_source="Blue book",
    )

    assert "Name the office that you called." in nameless.words
    assert "Permanent mission, +000 555 777, in place of the authority" in page.words
    assert "Number found: Blue book" in page.words


def test_a_moderators_case_is_decided_by_two_others_after_a_call(
    app: Flask, outbox: Outbox
) -> None:
    office = Office()
    lost = a_moderator()
    begin(app, outbox, lost)
    case = case_of(app, lost)

    assert (case.witness, case.status) == (Witness.NOBODY, RecoveryStatus.CONFIRMED)
    own = review(app, lost, case)
    assert "Nobody acts on themselves" in own.words
    with app.app_context(), pytest.raises(Forbidden):
        operations.approve(actor_of(lost), case.id)
    with app.app_context(), pytest.raises(Forbidden):
        operations.decline(actor_of(lost), case.id, "Mine.")
    page = review(app, office.first, case)
    assert "An office that knows the staff" in page.words
    call(
        app,
        office.first,
        case,
        number="mission",
        mission="Personnel",
        mission_number="+000 555 100",
        mission_source="Staff list",
    )
    approve(app, office.second, case)

    assert status_of(app, case) is RecoveryStatus.WAITING
    told = {mail.recipient for mail in outbox() if mail.kind == "recovery/desk_told"}
    assert told == {office.first.email, office.second.email}


def test_whoever_called_does_not_approve(app: Flask) -> None:
    office = Office()
    case = a_called_case(office)

    page = review(app, office.first, case)

    assert "You recorded the call; another moderator must approve." in page.words
    with app.app_context(), pytest.raises(Forbidden):
        operations.approve(actor_of(office.first), case.id)
    approve(app, office.second, case)
    assert status_of(app, case) is RecoveryStatus.WAITING


def test_whoever_confirmed_as_a_colleague_neither_calls_nor_approves(app: Flask) -> None:
    office = Office()
    case = a_recovery(
        office.member,
        confirmed_at=LONG_AGO,
        confirmed_by_id=office.first.id,
        confirmed_as=Role.OFFICER,
        **CONFIRMED,
    )

    page = review(app, office.first, case)
    assert "another moderator calls" in page.words
    with app.app_context(), pytest.raises(Forbidden):
        operations.record_call_back(
            actor_of(office.first), case.id, number=1, outcome="confirmed", words=case.words
        )
    called = case_of(app, office.member)
    assert called.called_at is None


def test_of_two_who_approve_at_once_one_does_and_everybody_is_told_once(
    app: Flask, outbox: Outbox
) -> None:
    office = Office()
    case = a_called_case(office)
    actors = [actor_of(office.second), actor_of(a_moderator())]

    refused = at_once(app, lambda actor: operations.approve(actor, case.id), actors)

    assert [type(error) for error in refused] == [Conflict]
    assert [mail.kind for mail in outbox(office.member.email)] == ["recovery/waits"]
    assert [mail.kind for mail in outbox(office.head.email)] == ["recovery/desk_told"]
    assert not outbox(office.colleague.email)


def test_where_nobody_answers_for_the_authority_the_colleagues_are_told(
    app: Flask, outbox: Outbox
) -> None:
    authority = an_authority("QM", MLA)
    member, colleague = a_member(authority), a_member(authority)
    first, second = a_moderator(), a_moderator()
    case = a_recovery(
        member, RecoveryStatus.CALLED, call_back=CallBack.CONFIRMED, called_by_id=first.id
    )

    with app.app_context():
        operations.approve(actor_of(second), case.id)

    assert [mail.kind for mail in outbox(colleague.email)] == ["recovery/desk_told"]


def test_a_decline_keeps_its_reason_inside(app: Flask, outbox: Outbox) -> None:
    office = Office()
    page = begin(app, outbox, office.member)
    case = case_of(app, office.member)
    moderator = review(app, office.first, case).form("/decline")

    assert moderator.send().status == 422
    after = moderator.fill(reason="The office says he retired.").send()

    assert "The office says he retired." in after.words
    case_page = visit(app.test_client(), page.path)
    assert "could not replace your second factor by this case" in case_page.words
    assert "retired" not in case_page.text
    over = outbox(office.member.email)[-1]
    assert over.kind == "recovery/over"
    assert "retired" not in over.text
    again = moderator.send()
    assert again.status == 409


def test_deciding_asks_for_both_factors_again(app: Flask, at: Any) -> None:
    office = Office()
    case = a_called_case(office)
    client = at_work(app, office.second)
    page = visit(client, f"/moderation/recoveries/{case.id}").form("/approve")
    at(timedelta(minutes=11))

    assert "/confirm" in page.send(follow=False).response.headers["Location"]
    later = visit(client, f"/moderation/recoveries/{case.id}")

    assert "Confirm and decide" in later.words
    assert status_of(app, case) is RecoveryStatus.CALLED


def test_nothing_goes_on_for_whoever_left_the_authority(app: Flask, outbox: Outbox) -> None:
    office = Office()
    begin(app, outbox, office.member)
    case = case_of(app, office.member)
    with app.app_context():
        end_representation(office.member.id, office.authority.id)

    assert status_of(app, case) is RecoveryStatus.STOPPED
    assert confirm_is_refused(app, office, case)


def confirm_is_refused(app: Flask, office: Office, case: RecoveryCase) -> bool:
    page = visit(at_work(app, office.colleague), f"/recoveries/{case.id}")
    return "This case has ended." in page.words and "I spoke with them" not in page.words


def test_nothing_goes_on_for_an_account_that_was_suspended(app: Flask) -> None:
    office = Office()
    case = a_called_case(office)
    with app.app_context():
        limit_member(
            actor_of(office.first), office.member.id, LimitKind.SUSPENDED, LimitCause.SANCTION
        )

    assert status_of(app, case) is RecoveryStatus.STOPPED
    with app.app_context(), pytest.raises(Conflict):
        operations.approve(actor_of(office.second), case.id)


def test_a_representation_that_ends_by_its_date_stops_the_case(app: Flask, at: Any) -> None:
    office = Office()
    case = a_called_case(office)
    with app.app_context():
        today = at.moment.date()
        change = {"until_on": today}
        rows = db.session.query(Representation).filter_by(member_id=office.member.id)
        operation(lambda: rows.update(change))()
    at(timedelta(days=1))
    with app.app_context(), pytest.raises(Conflict, match="stands for this authority no more"):
        operations.approve(actor_of(office.second), case.id)

    with app.app_context():
        operations.expire_old()

    assert status_of(app, case) is RecoveryStatus.STOPPED


def test_words_are_compared_whatever_stands_between_them(app: Flask) -> None:
    office = Office()
    case = a_recovery(office.member, **CONFIRMED)

    call(app, office.first, case, words="AMBER, bridge - Candle")

    assert status_of(app, case) is RecoveryStatus.CALLED
