"""What counts once is spent once, however many come at the same moment (security.md H3, H5, R1, A8)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask
from sqlalchemy import select

from forum.core.db import db, operation
from forum.members import house_rules
from forum.members.models import MemberStatus
from forum.members.queries import member_with_mailbox
from forum.signin import operations, queries
from forum.signin.models import SecondFactor
from forum.signin.operations import Activated, Client, SignedIn, factors
from tests.factories import TOTP_SECRET, a_member
from tests.support import totp

HERE = Client("203.0.113.5")
AT_ONCE = 4


def _at_once(app: Flask, act: Callable[[int], object]) -> list[object]:
    """Do it in several threads that wait for each other at the door."""
    door = Barrier(AT_ONCE)

    def run(number: int) -> object:
        with app.app_context():
            door.wait(10)
            return act(number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def _successes(outcomes: list[object], kind: type) -> int:
    return sum(isinstance(outcome, kind) for outcome in outcomes)


def test_of_several_who_bring_the_same_code_at_once_one_is_let_in(app: Flask, at: Any) -> None:
    member, code = a_member(), totp.code(TOTP_SECRET, at.moment)

    found = _at_once(
        app, lambda n: operations.sign_in_with_code(member.id, code, HERE, f"browser {n}")
    )

    assert _successes(found, SignedIn) == 1


def test_the_step_is_spent_by_one_statement_and_never_goes_back(app: Flask) -> None:
    member = a_member()
    spend = operation(factors.spends_step)

    with app.app_context():
        assert spend(member.id, 100)
        assert not spend(member.id, 100)
        assert not spend(member.id, 99)
        assert spend(member.id, 101)
        assert db.session.get(SecondFactor, member.id).last_step == 101  # type: ignore[union-attr]


def test_of_several_who_bring_the_same_recovery_code_at_once_one_is_let_in(app: Flask) -> None:
    member = a_member()
    with app.app_context():
        code = operation(factors.new_recovery_codes)(member.id)[0]

    found = _at_once(
        app, lambda n: operations.sign_in_with_recovery_code(member.id, code, HERE, f"browser {n}")
    )

    assert _successes(found, SignedIn) == 1


def test_of_several_who_finish_an_activation_at_once_one_does(app: Flask, at: Any) -> None:
    member = a_member(status=MemberStatus.PENDING)
    with app.app_context():
        token = operations.invite(member)
        operations.begin_activation(
            token, "a browser", "seven quiet herons wade", "UTC", house_rules.in_force()
        )
        found = queries.enrolment_for(token, "a browser")
    assert found is not None
    code = totp.code(found.secret, at.moment)

    outcomes = _at_once(app, lambda _n: operations.finish_activation(token, "a browser", code))

    assert _successes(outcomes, Activated) == 1
    with app.app_context():
        codes = queries.new_codes_for(token, "a browser")
        assert len(codes) == 10
        active = member_with_mailbox(member.email)
        assert active is not None
        assert active.status is MemberStatus.ACTIVE
        steps = db.session.scalars(select(SecondFactor.last_step)).all()
    assert steps == [int(at.moment.timestamp()) // 30]


def test_of_several_invitations_at_once_the_last_link_alone_holds(app: Flask) -> None:
    member = a_member(status=MemberStatus.PENDING)

    tokens = _at_once(app, lambda _n: operations.invite(member))

    with app.app_context():
        holding = [token for token in tokens if queries.activation_for(str(token))]
    assert len(holding) == 1
