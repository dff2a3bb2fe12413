"""Where the authority cannot be called, or nobody there vouches, another one or the mission is."""

from typing import Any

import pytest
from flask import Flask

from forum.core import clock
from forum.core.db import db
from forum.core.errors import Invalid
from forum.directory.calls import CallBack, CallPlace, Mission
from forum.directory.models import Authority, ContactKind
from forum.policy import Role
from forum.vetting import operations
from forum.vetting.models import Answer, Application, ApplicationStatus
from tests.factories import (
    MLA,
    a_member,
    a_moderator,
    a_word,
    actor_of,
    an_application,
    an_authority,
    made,
    sign_in,
)
from tests.pages import visit

MISSION = Mission("Permanent Mission, Vienna", "+43 1 555 0100", "UN list of missions")


@made
def without_numbers(authority: Authority) -> Any:
    found = db.session.get(Authority, authority.id)
    assert found is not None
    found.contacts = [line for line in found.contacts if line.kind is not ContactKind.PHONE]
    return found


def waiting(authority: Authority) -> Application:
    return an_application(authority, status=ApplicationStatus.PROVED, mailbox_proved_at=clock.now())


def number_of(app: Flask, authority: Authority) -> int:
    with app.app_context():
        found = db.session.get(Authority, authority.id)
        assert found is not None
        return next(line.id for line in found.contacts if line.kind is ContactKind.PHONE)


def test_without_a_number_another_authority_of_the_state_is_called_and_recorded_as_such(
    app: Flask,
) -> None:
    office = without_numbers(an_authority("QM", MLA))
    sister, foreign = an_authority("QM", name="Ministry"), an_authority("QN", name="Foreign")
    application, client = waiting(office), app.test_client()
    sign_in(client, a_moderator())
    page = visit(client, f"/moderation/applications/{application.id}")
    assert "The directory knows no telephone number of this authority." in page.words
    assert foreign.name not in page.words

    page.form("/call-back").fill(
        number=number_of(app, sister), outcome="confirmed", words=application.words
    )
    page = page.send()

    assert "Call to Ministry, " in page.words
    assert "in place of the authority: applicant confirmed" in page.words
    with app.app_context():
        row = db.session.get_one(Application, application.id)
        assert (row.call_place, row.called_office) == (CallPlace.OTHER_AUTHORITY, "Ministry")


def test_a_mission_is_called_by_a_number_with_its_source(app: Flask) -> None:
    application, client = waiting(without_numbers(an_authority("QM", MLA))), app.test_client()
    sign_in(client, a_moderator())
    page = visit(client, f"/moderation/applications/{application.id}").form("/call-back")
    page.fill(number="mission", outcome="confirmed", words=application.words)

    nameless = page.send()
    assert nameless.status == 422
    assert "Name the office that you called." in nameless.words
    page = nameless.form("/call-back").fill(
        mission=MISSION.name, mission_number=MISSION.number, mission_source=MISSION.source
    )
    page = page.send()

    assert "Call to Permanent Mission, Vienna, +43 1 555 0100" in page.words
    assert "Number found: UN list of missions" in page.words


def test_nobody_else_is_called_while_somebody_can_vouch(app: Flask) -> None:
    office, sister = an_authority("QM", MLA), an_authority("QM", MLA)
    head, application = a_member(office, Role.HEAD), waiting(office)
    actor = actor_of(a_moderator())

    for how in ({"number": number_of(app, sister)}, {"mission": MISSION}):
        with app.app_context(), pytest.raises(Invalid):
            operations.record_call_back(
                actor, application.id, outcome="confirmed", words=application.words, **how
            )
    a_word(application, head, Answer.CANNOT_SAY)
    with app.app_context():
        assert operations.record_call_back(
            actor, application.id, outcome="confirmed", words=application.words, mission=MISSION
        )


def test_a_call_to_a_mission_outlasts_the_choice_of_an_entry(app: Flask) -> None:
    entry = an_authority("QM", MLA)
    application = an_application(
        entry,
        authority_id=None,
        unlisted_authority="The Office",
        status=ApplicationStatus.PROVED,
        mailbox_proved_at=clock.now(),
    )
    actor = actor_of(a_moderator())
    with app.app_context():
        operations.record_call_back(
            actor, application.id, outcome="confirmed", words=application.words, mission=MISSION
        )
        operations.assign_authority(actor, application.id, str(entry.id))

        row = db.session.get_one(Application, application.id)
        assert (row.authority_id, row.call_back) == (entry.id, CallBack.CONFIRMED)


@pytest.mark.parametrize("number", ["", "12", "ask them"])
def test_half_a_number_of_a_mission_is_refused(app: Flask, number: str) -> None:
    application = waiting(without_numbers(an_authority("QM", MLA)))
    with app.app_context(), pytest.raises(Invalid, match="whole number"):
        operations.record_call_back(
            actor_of(a_moderator()),
            application.id,
            outcome="no_answer",
            mission=Mission("Mission", number, "List"),
        )
