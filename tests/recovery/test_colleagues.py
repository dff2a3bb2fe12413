"""Who may say that a member asks, and who learns of it at all."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from forum.core.errors import Conflict
from forum.members.limits import limit_member
from forum.members.models import LimitCause, LimitKind
from forum.policy import ANONYMOUS, Role
from forum.recovery import operations, queries
from forum.recovery.models import RecoveryStatus, Witness
from tests.factories import (
    MLA,
    PASSWORD,
    TOTP_SECRET,
    a_member,
    a_moderator,
    a_recovery,
    actor_of,
    an_authority,
    sign_in,
)
from tests.pages import visit
from tests.recovery.steps import Office, Outbox, at_work, begin, case_of, confirm, status_of
from tests.signin.steps import browser
from tests.support import totp
from tests.support.at_once import at_once


def test_a_colleague_the_head_and_a_focal_point_see_it_and_nobody_else_does(app: Flask) -> None:
    office = Office()
    case = a_recovery(office.member)
    focal_point = a_member(an_authority("QM", MLA), Role.FOCAL_POINT)
    others = [
        office.member,
        office.first,
        a_member(an_authority("QM", MLA)),
        a_member(an_authority("QM", MLA), Role.HEAD),
        a_member(an_authority("QN", MLA), Role.FOCAL_POINT),
        a_member(office.authority, until=date(2026, 11, 24)),
    ]

    for member in (office.colleague, office.head, focal_point):
        client = at_work(app, member)
        assert f"/recoveries/{case.id}" in visit(client, "/recoveries").links()
        assert client.get(f"/recoveries/{case.id}").status_code == 200
    for member in others:
        client = at_work(app, member)
        assert case.number not in client.get("/recoveries").get_data(as_text=True)
        assert client.get(f"/recoveries/{case.id}").status_code == 404, member.id


def test_confirming_asks_for_both_factors_again_and_keeps_what_was_typed(
    app: Flask, at: Any
) -> None:
    office = Office()
    case = a_recovery(office.member)
    client = at_work(app, office.colleague)
    page = visit(client, f"/recoveries/{case.id}").form("/confirm").fill(note="She came in.")
    at(timedelta(minutes=11))

    asked = page.send()
    assert asked.path.startswith("/confirm")
    assert status_of(app, case) is RecoveryStatus.BEGUN
    code = totp.code(TOTP_SECRET, at.moment)
    back = asked.fill(password=PASSWORD, code=code).send()

    assert back.form("/confirm").filled["note"] == "She came in."
    back.send()
    assert status_of(app, case) is RecoveryStatus.CONFIRMED


def test_how_they_spoke_must_be_said(app: Flask) -> None:
    office = Office()
    case = a_recovery(office.member)

    page = confirm(app, office.colleague, case, note=" ")

    assert page.status == 422
    assert "Say how you spoke with them." in page.words
    assert status_of(app, case) is RecoveryStatus.BEGUN


def test_a_second_press_says_that_the_case_has_moved_on(app: Flask) -> None:
    office = Office()
    case = a_recovery(office.member)
    page = visit(at_work(app, office.colleague), f"/recoveries/{case.id}").form("/confirm")
    page.fill(note="She came in.").send()

    again = page.send()

    assert again.status == 409
    assert "this case has moved on" in again.words


def test_of_two_who_confirm_at_once_one_does(app: Flask) -> None:
    office = Office()
    case = a_recovery(office.member)
    actors = [actor_of(office.colleague), actor_of(office.head)]

    refused = at_once(app, lambda actor: operations.confirm(actor, case.id, "Yes."), actors)

    assert [type(error) for error in refused] == [Conflict]
    assert status_of(app, case) is RecoveryStatus.CONFIRMED


def test_who_is_restricted_to_reading_stops_it_but_cannot_confirm_it(app: Flask) -> None:
    office = Office()
    case = a_recovery(office.member)
    with app.app_context():
        sanction = LimitCause.SANCTION
        limit_member(ANONYMOUS, office.colleague.id, LimitKind.READ_ONLY, sanction)
    client = at_work(app, office.colleague)

    page = visit(client, f"/recoveries/{case.id}")
    assert "I spoke with them" not in page.words
    page.form("/stop").send()

    assert status_of(app, case) is RecoveryStatus.STOPPED


def test_where_there_is_no_colleague_heads_of_the_state_are_asked(
    app: Flask, outbox: Outbox
) -> None:
    authority = an_authority("QM", MLA)
    member = a_member(authority, Role.HEAD)
    elsewhere = a_member(an_authority("QM", MLA), Role.HEAD)
    abroad = a_member(an_authority("QN", MLA), Role.HEAD)

    begin(app, outbox, member)
    case = case_of(app, member)

    assert case.witness is Witness.STATE
    assert [mail.kind for mail in outbox(elsewhere.email)] == ["recovery/word_asked"]
    assert not outbox(abroad.email)
    assert at_work(app, abroad).get(f"/recoveries/{case.id}").status_code == 404
    assert "Lost second factors" in visit(at_work(app, elsewhere), "/").words
    confirm(app, elsewhere, case)
    found = case_of(app, member)
    assert (found.status, found.confirmed_as) == (RecoveryStatus.CONFIRMED, Role.HEAD)


def test_where_there_is_nobody_at_all_the_call_stands_in_for_the_word(
    app: Flask, outbox: Outbox
) -> None:
    member = a_member(an_authority("QM", MLA))
    a_member(an_authority("QN", MLA), Role.HEAD)

    page = begin(app, outbox, member)
    case = case_of(app, member)

    assert (case.witness, case.status) == (Witness.NOBODY, RecoveryStatus.CONFIRMED)
    assert "We call another office of your State" in page.words
    assert not [mail for mail in outbox() if mail.kind == "recovery/word_asked"]


def test_the_list_and_the_page_agree(app: Flask) -> None:
    office = Office()
    lone = a_member(an_authority("QM", MLA))
    cases = [
        a_recovery(office.member),
        a_recovery(lone, witness=Witness.STATE),
        a_recovery(a_moderator(), RecoveryStatus.CONFIRMED, witness=Witness.NOBODY),
    ]
    readers = [office.colleague, office.head, lone, office.first, a_member(role=Role.FOCAL_POINT)]

    for reader in readers:
        client = browser(app)
        sign_in(client, reader)
        with app.app_context():
            listed = {case.id for case in queries.cases_beside(actor_of(reader))}
        opened = {
            case.id for case in cases if client.get(f"/recoveries/{case.id}").status_code == 200
        }
        assert listed == opened, reader.id


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD])
def test_a_page_without_cases_says_so(app: Flask, role: Role) -> None:
    page = visit(at_work(app, a_member(role=role)), "/recoveries")

    assert "Nobody beside you lost the second factor" in page.words
