"""What an admission says of when the authority confirmed the member first."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.core import clock
from forum.core.db import db
from forum.directory.models import Representation
from forum.policy import Role
from forum.vetting import operations
from forum.vetting.models import Answer, Application, ApplicationStatus, CallBack
from tests.conftest import NOON, FrozenClock
from tests.factories import (
    MLA,
    a_member,
    a_moderator,
    a_word,
    actor_of,
    an_application,
    an_authority,
)


def admitted(app: Flask, application: Application) -> Representation:
    """What the account stands for that came of the application."""
    with app.app_context():
        operations.approve(actor_of(a_moderator()), application.id)
        member_id = db.session.get_one(Application, application.id).member_id
        found = select(Representation).where(Representation.member_id == member_id)
        return db.session.scalars(found).one()


def proposed(**more: Any) -> dict[str, Any]:
    return {
        "status": ApplicationStatus.PROPOSED,
        "mailbox_proved_at": clock.now(),
        "call_back": CallBack.CONFIRMED,
        "called_at": clock.now(),
        "proposed_at": clock.now(),
        "proposed_by_id": a_moderator().id,
        **more,
    }


def test_whoever_nominated_confirmed_the_member_on_that_day(app: Flask, at: FrozenClock) -> None:
    office = an_authority("QM", MLA)
    head = a_member(office, Role.HEAD)
    nomination = an_application(
        office,
        status=ApplicationStatus.PROVED,
        mailbox_proved_at=clock.now(),
        nominated_by_id=head.id,
        nominated_as=Role.HEAD,
    )
    at(timedelta(days=3))

    held = admitted(app, nomination)

    assert (held.confirmed_at, held.confirmed_by_id) == (NOON, head.id)


def test_whoever_knows_the_applicant_confirmed_the_member_on_that_day(
    app: Flask, at: FrozenClock
) -> None:
    office = an_authority("QM", MLA)
    head = a_member(office, Role.HEAD)
    application = an_application(office, **proposed())
    a_word(application, head, Answer.NOT_KNOWN, replaced_at=clock.now())
    at(timedelta(days=1))
    a_word(application, head)
    at(timedelta(days=3))

    held = admitted(app, application)

    assert (held.confirmed_at, held.confirmed_by_id) == (NOON + timedelta(days=1), head.id)


@pytest.mark.parametrize("answer", [None, Answer.CANNOT_SAY])
def test_without_such_a_word_nobody_confirmed_the_member_yet(
    app: Flask, answer: Answer | None
) -> None:
    office = an_authority("QM", MLA)
    application = an_application(office, **proposed())
    if answer is not None:
        a_word(application, a_member(office, Role.HEAD), answer)

    held = admitted(app, application)

    assert (held.confirmed_at, held.confirmed_by_id) == (None, None)
