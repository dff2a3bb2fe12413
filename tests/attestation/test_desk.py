"""Keeping and removing members at the desk: by whom, and what comes of it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.attestation import lists, operations
from forum.attestation.models import Answer, Attestation
from forum.audit.models import AuditEntry
from forum.core.db import db
from forum.core.errors import Conflict, NotFound
from forum.directory.models import Representation
from forum.members.limits import limit_member
from forum.members.models import LimitCause, LimitKind, Member
from forum.policy import ANONYMOUS, Actor, Role
from tests.attestation.rounds import DAY, standing, work
from tests.conftest import FrozenClock
from tests.factories import (
    MLA,
    TOTP_SECRET,
    a_member,
    actor_of,
    an_attestation,
    an_authority,
    sign_in,
)
from tests.pages import visit
from tests.signin.steps import browser, give_code, give_password
from tests.support import totp
from tests.support.at_once import at_once
from tests.support.rows import one_of


def test_a_press_keeps_a_member_and_the_item_is_gone_for_everybody(
    app: Flask, client: FlaskClient, at: FrozenClock
) -> None:
    office = an_authority("QM", MLA)
    member = a_member(office, signed_in_at=at("2026-10-14T09:00Z"))
    at("2026-11-25T12:00Z")
    question = an_attestation(member)
    head, focal = a_member(office, Role.HEAD), a_member(an_authority("QM"), Role.FOCAL_POINT)
    theirs = app.test_client()
    sign_in(client, head)
    sign_in(theirs, focal)
    assert "1 member you answer for waits to be confirmed" in visit(client, "/").words
    assert "Confirm members 1" in visit(theirs, "/desk").words
    page = visit(client, "/desk/attest")
    for words in (member.name, "Officer", "1 Mar 2024", "October 2026", "25 Dec 2026"):
        assert words in page.words
    assert "14 Oct" not in page.words

    done = page.form(f"/desk/attest/{question.id}/keep").send()
    again = page.form(f"/desk/attest/{question.id}/keep").send()

    assert "Confirmed." in done.words
    assert "Nobody waits to be confirmed" in done.words
    assert "Somebody else was faster" in again.words
    assert "waits to be confirmed" not in visit(theirs, "/").words
    held = one_of(app, Representation, Representation.member_id == member.id)
    assert (held.confirmed_at, held.confirmed_by_id) == (at.moment, head.id)
    entry = one_of(app, AuditEntry, AuditEntry.action == "member:keep")
    assert (entry.actor_id, entry.object) == (head.id, f"member:{member.id} authority:{office.id}")


def test_a_press_removes_a_member_with_all_sessions_the_same_moment(
    app: Flask, client: FlaskClient
) -> None:
    office = an_authority("QM", MLA)
    member = a_member(office)
    question = an_attestation(member)
    theirs = app.test_client()
    sign_in(theirs, member)
    assert visit(theirs, "/boards").status == 200
    sign_in(client, a_member(office, Role.HEAD))
    page = visit(client, "/desk/attest")

    done = page.form("/remove").send()
    too_late = page.form("/keep").send()

    assert "Removed" in done.words
    assert "Somebody else was faster" in too_late.words
    assert theirs.get("/boards").status_code == 303
    with app.app_context():
        assert actor_of(member).standings == ()
        assert db.session.get_one(Attestation, question.id).answer is Answer.REMOVED
    assert one_of(app, AuditEntry, AuditEntry.action == "member:remove").actor_id


WHO: dict[str, Callable[[Any, Member], Member]] = {
    "officer": lambda office, _: a_member(office),
    "oneself": lambda _, member: member,
    "head of a sister authority": lambda *_: a_member(an_authority("QM", MLA), Role.HEAD),
    "head of a foreign authority": lambda *_: a_member(an_authority("QN", MLA), Role.HEAD),
    "foreign focal point": lambda *_: a_member(an_authority("QN", MLA), Role.FOCAL_POINT),
    "moderator": lambda *_: a_member(role=Role.MODERATOR),
    "former head": lambda office, _: a_member(office, Role.HEAD, until=date(2026, 11, 24)),
}


@pytest.mark.parametrize("who", WHO)
def test_nobody_else_answers_and_the_question_is_not_there_for_them(
    app: Flask, client: FlaskClient, at: FrozenClock, who: str
) -> None:
    office = an_authority("QM", MLA)
    member = a_member(office, Role.HEAD)
    question = an_attestation(member)
    other = WHO[who](office, member)

    with app.app_context():
        for act in (operations.keep, operations.remove):
            with pytest.raises(NotFound):
                act(actor_of(other), question.id)
        assert lists.desk_list(actor_of(other)).count == 0


def test_the_same_question_is_there_for_another_head_and_for_the_focal_point(app: Flask) -> None:
    office = an_authority("QM", MLA)
    an_attestation(a_member(office, Role.HEAD))
    an_attestation(a_member(office, Role.FOCAL_POINT))

    with app.app_context():
        for other in (
            a_member(office, Role.HEAD),
            a_member(an_authority("QM", MLA), Role.FOCAL_POINT),
        ):
            assert lists.desk_list(actor_of(other)).count == 1


def test_a_head_who_can_only_read_confirms_nobody(app: Flask, client: FlaskClient) -> None:
    office = an_authority("QM", MLA)
    member, head = a_member(office), a_member(office, Role.HEAD)
    question = an_attestation(member)
    sign_in(client, head)
    page = visit(client, "/desk/attest")
    with app.app_context():
        limit_member(ANONYMOUS, head.id, LimitKind.READ_ONLY, LimitCause.ATTESTATION)

    refused = page.form("/keep").send()

    assert refused.status == 403
    assert "one press, and you can write again" in refused.words
    assert one_of(app, Attestation, Attestation.id == question.id).answered_at is None
    assert "Confirm members" not in visit(client, "/desk").words


def test_a_press_asks_for_a_fresh_proof(app: Flask, client: FlaskClient, at: FrozenClock) -> None:
    office = an_authority("QM", MLA)
    question = an_attestation(a_member(office))
    sign_in(client, a_member(office, Role.HEAD))
    page = visit(client, "/desk/attest")
    at(timedelta(minutes=11))

    asked = page.form("/keep").send(follow=False)

    assert asked.response.headers["Location"].startswith("/confirm?next=/desk/attest")
    assert client.get("/desk/attest").headers["Location"].startswith("/confirm?next=/desk/attest")
    assert one_of(app, Attestation, Attestation.id == question.id).answered_at is None


def test_of_two_who_answer_at_once_one_does(app: Flask) -> None:
    office = an_authority("QM", MLA)
    member = a_member(office)
    question = an_attestation(member)
    actors = [actor_of(a_member(office, Role.HEAD)) for _ in range(2)]
    acts = dict(
        zip((actor.id for actor in actors), (operations.keep, operations.remove), strict=True)
    )

    def answer(actor: Actor) -> None:
        acts[actor.id](actor, question.id)

    refused = at_once(app, answer, actors)

    assert [type(error) for error in refused] == [Conflict]
    with app.app_context():
        kept = db.session.get_one(Attestation, question.id).answer is Answer.KEPT
        assert bool(actor_of(member).standings) is kept


def test_of_the_worker_and_a_press_at_once_the_press_wins(app: Flask, at: FrozenClock) -> None:
    office = an_authority("QM", MLA)
    member, head = a_member(office), actor_of(a_member(office, Role.HEAD))
    question = an_attestation(member)
    at(31 * DAY)

    def act(who: str) -> None:
        if who == "worker":
            work(app)
        else:
            operations.keep(head, question.id)

    assert at_once(app, act, ["worker", "head"]) == []

    assert standing(app, member)[1] == set()


def test_a_very_long_list_shows_a_hundred_and_says_how_many_follow(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forum.attestation.lists._SHOWN", 2)
    office = an_authority("QM", MLA)
    for _ in range(3):
        an_attestation(a_member(office))
    sign_in(client, a_member(office, Role.HEAD))

    page = visit(client, "/desk/attest")

    assert "2 to confirm" in page.words
    assert "1 more follows when these are answered" in page.words


def test_who_is_suspended_reads_what_to_do_and_gets_in_after_one_press(
    app: Flask, at: FrozenClock
) -> None:
    office = an_authority("QM", MLA)
    member, head = a_member(office), a_member(office, Role.HEAD)
    question = an_attestation(member)
    at(61 * DAY)
    work(app)
    theirs = browser(app)

    kept_out = give_password(theirs, member.email).fill(code=totp.code(TOTP_SECRET, at.moment))
    said = kept_out.send()
    with app.app_context():
        operations.keep(actor_of(head), question.id)
    at(timedelta(minutes=1))
    answer = give_code(give_password(theirs, member.email), totp.code(TOTP_SECRET, at.moment))

    assert "one press, and you can sign in again" in said.words
    assert answer.status_code == 303
    assert theirs.get("/boards").status_code == 200


def test_a_press_on_a_page_that_was_open_too_long_does_nothing_and_says_so(
    app: Flask, client: FlaskClient
) -> None:
    office = an_authority("QM", MLA)
    question = an_attestation(a_member(office))
    sign_in(client, a_member(office, Role.HEAD))

    for act in ("keep", "remove"):
        client.post(f"/desk/attest/{question.id}/{act}", data={"csrf_token": "stale"})

        assert "had been open too long" in visit(client, "/desk/attest").words
    assert one_of(app, Attestation, Attestation.id == question.id).answered_at is None
