"""What a member is told of cases in the copy of own data, and what is left when the name goes."""

from typing import Any

from flask import Flask

from forum.core.events import announce
from forum.members.erasing import erase_member
from forum.members.events import DataAsked
from forum.recovery.models import RecoveryCase, RecoveryStatus
from tests.factories import LONG_AGO, a_moderator, a_recovery, actor_of
from tests.pages import visit
from tests.recovery.steps import Office, case_of
from tests.signin.steps import browser
from tests.support.rows import one_of


def a_case_with_notes(office: Office, **more: Any) -> RecoveryCase:
    return a_recovery(
        office.member,
        RecoveryStatus.CONFIRMED,
        reference="a-reference-of-128-bits",
        confirmed_at=LONG_AGO,
        confirmed_by_id=office.colleague.id,
        confirm_note="Spoke with Ama in the canteen.",
        call_note="Her secretary answered.",
        **more,
    )


def test_the_copy_of_own_data_says_how_far_each_case_came_and_no_more(app: Flask) -> None:
    office = Office()
    case = a_case_with_notes(office)
    asked = DataAsked(office.member.id, {})

    with app.app_context():
        announce(asked)

    (told,) = asked.held["recoveries"]  # type: ignore[misc]
    assert (told["number"], told["status"]) == (case.number, "confirmed")
    assert "canteen" not in repr(told)
    assert case.words not in repr(told)
    assert str(office.colleague.id) not in map(str, told.values())


def test_when_the_name_goes_the_case_is_stopped_and_its_words_go(app: Flask) -> None:
    office = Office()
    a_case_with_notes(office)
    by = actor_of(a_moderator())
    with app.app_context():
        erase_member(by, office.member.id)

    left = case_of(app, office.member)

    assert left.status is RecoveryStatus.STOPPED
    assert (left.words, left.confirm_note, left.call_note) == ("", "", "")
    assert left.confirmed_by_id == office.colleague.id
    page = visit(browser(app), "/recover/second-factor/a-reference-of-128-bits")
    assert page.status == 404


def test_what_somebody_wrote_about_a_colleague_goes_with_their_name(app: Flask) -> None:
    office = Office()
    case = a_case_with_notes(office)
    by = actor_of(a_moderator())
    with app.app_context():
        erase_member(by, office.colleague.id)

    left = one_of(app, RecoveryCase, RecoveryCase.id == case.id)

    assert (left.status, left.confirm_note) == (RecoveryStatus.CONFIRMED, "")
