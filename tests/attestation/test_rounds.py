"""Rounds: when they begin, of whom they ask, what becomes of whoever nobody confirms."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.app import create_app
from forum.attestation import operations
from forum.attestation.models import Answer, Attestation, Notice, Round, RoundKind
from forum.attestation.operations import begin_rounds
from forum.attestation.schedule import begins_on, next_on
from forum.core.db import db
from forum.core.mail import OutboxMail
from forum.core.services import IN_FORCE, services
from forum.core.settings import Settings
from forum.directory.models import Authority, Representation
from forum.directory.operations import end_representation, represent
from forum.members.models import Member, MemberStatus
from forum.policy import Role
from tests.attestation.rounds import DAY, asked_about, standing, work
from tests.conftest import FrozenClock, close
from tests.factories import (
    MLA,
    a_member,
    a_moderator,
    actor_of,
    an_attestation,
    an_authority,
    made,
    sign_in,
    use,
)
from tests.pages import visit
from tests.signin.passkeys import with_passkey
from tests.support.at_once import at_once
from tests.support.authenticator import Authenticator

Outbox = Callable[..., list[OutboxMail]]


@pytest.mark.parametrize(
    ("today", "begins", "follows"),
    [
        (date(2027, 2, 28), None, date(2027, 3, 1)),
        (date(2027, 3, 1), date(2027, 3, 1), date(2027, 9, 1)),
        (date(2027, 3, 31), date(2027, 3, 1), date(2027, 9, 1)),
        (date(2027, 4, 1), None, date(2027, 9, 1)),
        (date(2027, 12, 31), None, date(2028, 3, 1)),
    ],
)
def test_a_round_begins_on_the_first_of_its_month_or_within_thirty_days_of_it(
    today: date, begins: date | None, follows: date
) -> None:
    assert begins_on((3, 9), today) == begins
    assert next_on((3, 9), today) == follows


def test_a_round_of_december_can_begin_in_january() -> None:
    assert begins_on((12,), date(2027, 1, 5)) is None
    assert begins_on((12,), date(2026, 12, 31)) == date(2026, 12, 1)
    assert begins_on((1, 12), date(2027, 1, 5)) == date(2027, 1, 1)


def confirmed_on(member: Member, at: datetime) -> Member:
    """The member, confirmed at that moment."""
    _confirm(member.id, at)
    return member


@made
def _confirm(member_id: int, at: datetime) -> Any:
    held = db.session.query(Representation).filter_by(member_id=member_id).one()
    held.confirmed_at = at
    return held


def test_everybody_is_asked_about_but_whoever_began_or_was_confirmed_a_short_while_ago(
    app: Flask, at: FrozenClock
) -> None:
    today = at("2027-03-01T06:00Z")
    office = an_authority("QM", MLA)
    asked = {a_member(office, role) for role in (Role.OFFICER, Role.HEAD, Role.FOCAL_POINT)}
    asked |= {a_member(office, status=MemberStatus.SUSPENDED)}
    asked |= {confirmed_on(a_member(office), today - 60 * DAY)}
    confirmed_on(a_member(office), today - 59 * DAY)
    a_member(office, since=today.date() - 59 * DAY)
    a_member(office, status=MemberStatus.PENDING)
    a_member(office, status=MemberStatus.CLOSED)
    a_member(office, until=today.date() - DAY)
    a_moderator()

    work(app)
    work(app)

    assert asked_about(app) == {member.id for member in asked}


def test_a_round_that_a_worker_was_killed_in_is_gone_on_with(
    app: Flask, at: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    at("2027-03-01T06:00Z")
    office = an_authority("QM", MLA)
    members = {a_member(office).id for _ in range(5)}
    monkeypatch.setattr("forum.attestation.operations.rounds._BATCH", 2)
    done = []

    def killed(*given: Any, **more: Any) -> None:
        done.append(given)
        if len(done) == 2:
            raise KeyboardInterrupt

    with app.app_context():
        with monkeypatch.context() as patch:
            patch.setattr("forum.attestation.operations.rounds.record_system", killed)
            with pytest.raises(KeyboardInterrupt):
                begin_rounds()
        assert db.session.query(Round).filter(Round.filled_at.is_not(None)).count() == 0

    work(app)

    assert asked_about(app) == members
    with app.app_context():
        assert db.session.query(Round).filter_by(kind=RoundKind.MEMBERS).count() == 1
        assert db.session.query(Attestation).count() == 5


def test_of_two_workers_at_once_each_asks_nobody_twice(app: Flask, at: FrozenClock) -> None:
    at("2027-03-01T06:00Z")
    office = an_authority("QM", MLA)
    for _ in range(3):
        a_member(office, Role.HEAD)

    refused = at_once(app, lambda _worker: work(app), [1, 2])

    assert refused == []
    with app.app_context():
        assert db.session.query(Round).count() == 1
        assert db.session.query(Attestation).count() == 3
        assert db.session.query(Notice).count() == 3


def test_day_by_day_whoever_nobody_confirms_reads_only_and_then_is_suspended(
    app: Flask, at: FrozenClock, outbox: Outbox, client: FlaskClient
) -> None:
    began = at("2027-03-01T06:00Z")
    office = an_authority("QM", MLA)
    member, head = a_member(office), a_member(office, Role.HEAD)
    confirmed_on(head, began)
    seen: dict[int, tuple[MemberStatus, set[str]]] = {}

    for day in range(62):
        at(began + day * DAY)
        work(app)
        now = standing(app, member)
        if now not in seen.values():
            seen[day] = now

    assert seen == {
        0: (MemberStatus.ACTIVE, set()),
        30: (MemberStatus.ACTIVE, {"read_only"}),
        60: (MemberStatus.SUSPENDED, {"read_only", "suspended"}),
    }
    kinds = [mail.kind for mail in outbox(member.email)]
    assert kinds == ["attestation/read_only", "attestation/suspended"]
    told = [(mail.kind, (mail.written_at - began).days) for mail in outbox(head.email)]
    assert told == [("attestation/asked", day) for day in (0, 14, 28, 58)]
    said = ("within 30 days", "within 16 days", "within 2 days", "The time is over")
    for mail, words in zip(outbox(head.email), said, strict=True):
        assert words in mail.text
    for mail in outbox():
        for word in (member.name, head.name, office.name, "Arvenia"):
            assert word not in mail.text + mail.subject
    sign_in(client, head)
    page = visit(client, "/desk/attest")
    assert "Suspended" in page.words

    page.form("/keep").send()

    assert standing(app, member) == (MemberStatus.ACTIVE, set())
    assert [mail.kind for mail in outbox(member.email)][2:] == ["attestation/restored"]


def test_who_is_confirmed_for_one_authority_is_not_limited_for_the_silence_of_another(
    app: Flask, at: FrozenClock
) -> None:
    member, other = a_member(an_authority("QM", MLA)), an_authority("QN", MLA)
    an_attestation(member)
    with app.app_context():
        represent(
            db.session.get_one(Member, member.id),
            db.session.get_one(Authority, other.id),
            Role.OFFICER,
            date(2025, 1, 1),
        )
    at(61 * DAY)

    work(app)
    with_both = standing(app, member)
    with app.app_context():
        end_representation(member.id, other.id)
    work(app)

    assert with_both == (MemberStatus.ACTIVE, set())
    assert standing(app, member) == (MemberStatus.SUSPENDED, {"suspended"})


def test_a_new_authority_frees_whoever_was_limited_for_the_silence_of_the_old(
    app: Flask, at: FrozenClock
) -> None:
    member, other = a_member(an_authority("QM", MLA)), an_authority("QN", MLA)
    an_attestation(member)
    at(31 * DAY)
    work(app)
    assert standing(app, member) == (MemberStatus.ACTIVE, {"read_only"})
    with app.app_context():
        represent(
            db.session.get_one(Member, member.id),
            db.session.get_one(Authority, other.id),
            Role.OFFICER,
            at.moment.date(),
        )

    work(app)

    assert standing(app, member) == (MemberStatus.ACTIVE, set())


def test_a_question_ends_with_what_it_is_about(app: Flask, at: FrozenClock) -> None:
    office = an_authority("QM", MLA)
    member = a_member(office)
    question = an_attestation(member)
    with app.app_context():
        end_representation(member.id, office.id)
    at(31 * DAY)

    work(app)

    assert standing(app, member) == (MemberStatus.ACTIVE, set())
    with app.app_context():
        assert db.session.get_one(Attestation, question.id).answer is Answer.LAPSED


def test_who_is_suspended_by_moderators_stays_so_when_confirmed(
    app: Flask, at: FrozenClock
) -> None:
    office = an_authority("QM", MLA)
    member, head = a_member(office, status=MemberStatus.SUSPENDED), a_member(office, Role.HEAD)
    question = an_attestation(member)
    at(31 * DAY)
    work(app)

    with app.app_context():
        operations.keep(actor_of(head), question.id)

    assert standing(app, member) == (MemberStatus.SUSPENDED, set())


def test_the_dates_are_settings(app: Flask, at: FrozenClock) -> None:
    began = at("2027-01-01T06:00Z")
    member = a_member(an_authority("QM", MLA))
    with app.app_context():
        changed = replace(
            services().settings,
            attestation_months=(1,),
            attestation_read_only_days=3,
            attestation_suspend_days=5,
        )
        IN_FORCE.set(replace(services(), settings=changed))
        seen = []
        for day in range(6):
            at(began + day * DAY)
            begin_rounds()
            operations.limit_overdue()
            seen.append(db.session.get_one(Member, member.id).has_limits)

    assert seen == [False, False, False, True, True, True]
    assert standing(app, member)[0] is MemberStatus.SUSPENDED


def test_a_moderator_without_the_passkey_it_takes_is_none_of_the_two_who_can_act(
    settings: Settings, at: FrozenClock
) -> None:
    app = create_app(replace(settings, moderators_need_passkey=True))
    use(app)
    moderators = [a_moderator() for _ in range(4)]
    for one in moderators:
        an_attestation(one)

    for has_passkey in ((), moderators[:2]):
        for one in has_passkey:
            with_passkey(app, one, Authenticator())
        at(31 * DAY)
        work(app)

        limited = [one for one in moderators if standing(app, one)[1]]
        assert limited == (moderators[2:] if has_passkey else [])
    close(app)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_two_moderators_who_can_act_are_always_left(
    app: Flask, at: FrozenClock, count: int
) -> None:
    moderators = [a_moderator() for _ in range(count)]
    for one in moderators:
        an_attestation(one)

    for _ in range(3):
        at(31 * DAY)
        work(app)

    limited = [one for one in moderators if standing(app, one)[1]]
    assert len(limited) == max(0, count - 2)
    with app.app_context():
        assert (db.session.query(Round).filter(Round.stalled_at.is_not(None)).count() == 1) is (
            count < 3
        )
