"""Two years of rounds, walked day by day."""

from datetime import timedelta

import pytest
from flask import Flask

from forum.attestation import lists, operations
from forum.attestation.lists import overview_for
from forum.attestation.models import Attestation, Round
from forum.core import clock
from forum.core.db import db
from forum.directory.models import Representation
from forum.directory.moderators import moderators_able
from forum.members.models import Member, MemberStatus
from forum.policy import Role
from tests.attestation.rounds import DAY, standing, work
from tests.conftest import FrozenClock
from tests.factories import MLA, a_member, a_moderator, actor_of, an_authority


def press_all(app: Flask, member: Member) -> None:
    """Keep everybody that this member is asked about."""
    with app.app_context():
        actor = actor_of(member)
        if actor.is_read_only or not actor.is_member:
            return
        for office in lists.desk_list(actor).offices:
            for asked in office.asked:
                operations.keep(actor, asked.id)


def answer_as_moderator(app: Flask, member: Member) -> None:
    """Confirm every focal point, and every moderator that this one may confirm."""
    with app.app_context():
        actor = actor_of(member)
        if actor.is_read_only or not actor.is_member:
            return
        for peer in overview_for(actor).peers:
            if peer.may_confirm:
                operations.confirm_moderator(actor, peer.attestation.id)
        for row in overview_for(actor).authorities:
            if row.for_secretariat:
                for asked in lists.office_for(actor, row.authority.id).page.rows:
                    if asked.representation.role is Role.FOCAL_POINT:
                        operations.keep_for_authority(actor, asked.id, "Note verbale.")


@pytest.mark.soak
def test_for_two_years_each_is_as_far_limited_as_those_who_answer_let_it_come(
    app: Flask, at: FrozenClock
) -> None:
    prompt, late, silent = (an_authority(code, MLA) for code in ("QM", "QN", "QP"))
    members = {office.state_code: a_member(office) for office in (prompt, late, silent)}
    heads = {office.state_code: a_member(office, Role.HEAD) for office in (prompt, late, silent)}
    focals = {office.state_code: a_member(office, Role.FOCAL_POINT) for office in (prompt, late)}
    moderators = [a_moderator() for _ in range(4)]
    began = at("2027-01-10T06:00Z")
    worst = dict.fromkeys(members, MemberStatus.ACTIVE)
    read_only_days = dict.fromkeys(members, 0)

    for day in range(730):
        today = at(began + day * DAY)
        work(app)
        if day % 3 == 0:
            press_all(app, heads["QM"])
            press_all(app, focals["QM"])
        if today.day == 15 and today.month in {4, 10}:
            press_all(app, heads["QN"])
            press_all(app, focals["QN"])
        if day % 7 == 0:
            for moderator in moderators[:3]:
                answer_as_moderator(app, moderator)
        for code, member in members.items():
            status, kinds = standing(app, member)
            read_only_days[code] += bool(kinds)
            if status is MemberStatus.SUSPENDED:
                worst[code] = status
        with app.app_context():
            assert len(moderators_able(clock.now())) >= 2
            assert (
                not db.session.query(Attestation)
                .filter(
                    Attestation.answered_by_id == Representation.member_id,
                    Attestation.representation_id == Representation.id,
                )
                .count()
            )

    assert worst == {
        "QM": MemberStatus.ACTIVE,
        "QN": MemberStatus.ACTIVE,
        "QP": MemberStatus.SUSPENDED,
    }
    assert read_only_days["QM"] == 0
    assert (
        40 <= read_only_days["QN"] <= 80
    )  # from the thirty-first day to the fifteenth, four times
    assert read_only_days["QP"] > 600
    for moderator in moderators:
        assert standing(app, moderator) == (MemberStatus.ACTIVE, set())
    with app.app_context():
        assert db.session.query(Round).count() == 6
        assert clock.now() - began == timedelta(days=729)
