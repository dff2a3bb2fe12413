"""Who stands for whom: begun, ended, audited and announced."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from forum.audit.models import AuditEntry
from forum.core import clock, events
from forum.core.db import db
from forum.core.errors import Conflict, Invalid, NotFound
from forum.directory.competence import competent_authorities
from forum.directory.operations import end_representation, represent, secretariat
from forum.directory.queries import own_office
from forum.directory.standing import actor_for, members_of
from forum.members.events import RoleChanged
from forum.policy import ANONYMOUS, Role
from tests.factories import EXTRADITION, MLA, a_member, an_authority


@pytest.fixture
def told(app: Flask) -> Iterator[list[int]]:
    """Numbers of the members whose role was announced to have changed."""
    heard: list[int] = []

    def hear(event: RoleChanged) -> None:
        heard.append(event.member_id)

    events.subscribe(RoleChanged, hear)
    yield heard
    events._handlers[RoleChanged].remove(hear)


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_member_stands_for_an_authority_from_that_day(app: Flask, told: list[int]) -> None:
    member, office = a_member(), an_authority("QN", EXTRADITION)

    with app.app_context():
        represent(member, office, Role.HEAD, clock.now().date(), note_reference="Note 1")

        assert actor_for(member.id).states == {"QM", "QN"}
        assert actions()[-1] == "representation:begin"
    assert told == [member.id]


def test_a_representation_that_ends_ends_at_once_and_stays_on_record(
    app: Flask, told: list[int]
) -> None:
    office = an_authority("QN", MLA)
    member = a_member(office)

    with app.app_context():
        held = end_representation(member.id, office.id, reason="left the office")

        assert held.from_on == date(2024, 3, 1)
        assert not actor_for(member.id).is_member
        assert members_of([office.id], clock.now().date()) == {}
        assert actions()[-1] == "representation:end"
        with pytest.raises(NotFound):
            end_representation(member.id, office.id)
    assert told == [member.id]


def test_nobody_stands_for_one_authority_twice(app: Flask) -> None:
    office = an_authority("QN", MLA)
    member = a_member(office)

    with app.app_context(), pytest.raises(Conflict):
        represent(member, office, Role.HEAD, clock.now().date())


def test_whoever_left_can_come_back(app: Flask) -> None:
    office = an_authority("QN", MLA)
    member = a_member(office, until=date(2025, 1, 1))

    with app.app_context():
        represent(member, office, Role.OFFICER, clock.now().date())

        assert actor_for(member.id).is_member


def test_only_the_secretariat_has_moderators_and_nobody_else(app: Flask) -> None:
    member, office = a_member(), an_authority("QN", MLA)

    with app.app_context():
        with pytest.raises(Invalid):
            represent(member, office, Role.MODERATOR, clock.now().date())
        with pytest.raises(Invalid):
            represent(member, secretariat(), Role.OFFICER, clock.now().date())


def test_there_is_one_secretariat(app: Flask) -> None:
    with app.app_context():
        first, second = secretariat(), secretariat()

        assert first.id == second.id
        assert first.state_code is None


def test_competence_is_asked_for_by_state_and_function(app: Flask) -> None:
    right = an_authority("QN", MLA)
    an_authority("QN", EXTRADITION)
    an_authority("QO", EXTRADITION)

    with app.app_context():
        found = competent_authorities(["QN", "QO"], MLA, clock.now().date())

        assert {
            code: [each.authority.id for each in offices] for code, offices in found.items()
        } == {"QN": [right.id]}


def test_a_visitor_has_no_office(app: Flask) -> None:
    with app.app_context():
        assert own_office(ANONYMOUS) is None
