"""Saying at the desk that a member stands for an authority no more."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.audit.models import AuditEntry
from forum.core import clock
from forum.core.db import db
from forum.core.errors import Conflict, Invalid, NotFound
from forum.desk import operations
from forum.directory.models import Authority, Representation
from forum.directory.operations import end_representation, represent
from forum.directory.standing import representations_of
from forum.discussion.models import Thread
from forum.members.models import Member, MemberStatus
from forum.policy import Role
from tests.factories import MLA, a_member, a_thread, actor_of, an_authority, sign_in
from tests.pages import visit
from tests.support.rows import all_of


def number_of(app: Flask, member: Member) -> int:
    """The number of a member's only representation."""
    with app.app_context():
        return db.session.scalars(
            select(Representation.id).where(Representation.member_id == member.id)
        ).one()


def test_who_left_loses_every_session_and_all_access_the_same_moment(
    app: Flask, client: FlaskClient
) -> None:
    office = an_authority("QM", MLA)
    leaver = a_member(office, name="Ama Dzifanu")
    theirs = app.test_client()
    sign_in(theirs, leaver)
    assert visit(theirs, "/boards").status == 200
    sign_in(client, a_member(office, Role.HEAD))
    place = f"/desk/representations/{number_of(app, leaver)}/end"
    assert place in visit(client, "/desk").links()
    page = visit(client, place)

    empty = page.send()
    done = empty.fill(reason="Moved to the embassy.").send()
    again = page.fill(reason="Moved to the embassy.").send()

    assert empty.status == 422
    assert "stands for the authority no more, as of now" in done.words
    assert place not in done.links()
    assert again.status == 409
    assert "stands for the authority no more already" in again.words
    assert theirs.get("/boards").status_code == 303
    with app.app_context():
        assert actor_of(leaver).standings == ()
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "representation:end")
        ).one()
        assert entry.object == f"member:{leaver.id} authority:{office.id}"


def test_what_the_leaver_does_for_another_authority_goes_on(app: Flask) -> None:
    office, other = an_authority("QM", MLA), an_authority("QN", MLA)
    leaver, head = a_member(office), a_member(office, Role.HEAD)
    number = number_of(app, leaver)
    with app.app_context():
        represent(
            db.session.get_one(Member, leaver.id),
            db.session.get_one(Authority, other.id),
            Role.OFFICER,
            clock.now().date() - timedelta(days=1),
        )
        operations.let_leave(actor_of(head), number, "Seconded.")

        assert [held.authority_id for held in actor_of(leaver).standings] == [other.id]
        with pytest.raises(Conflict):
            operations.let_leave(actor_of(head), number, "Seconded.")


@pytest.mark.parametrize("who", ["foreign head", "colleague", "foreign focal point", "oneself"])
def test_nobody_else_ends_it(app: Flask, who: str) -> None:
    office = an_authority("QM", MLA)
    leaver = a_member(office, Role.HEAD)
    actor = {
        "foreign head": lambda: a_member(an_authority("QM", MLA), Role.HEAD),
        "colleague": lambda: a_member(office),
        "foreign focal point": lambda: a_member(an_authority("QN", MLA), Role.FOCAL_POINT),
        "oneself": lambda: leaver,
    }[who]()

    with app.app_context(), pytest.raises(NotFound):
        operations.let_leave(actor_of(actor), number_of(app, leaver), "Gone.")


@pytest.mark.parametrize("role", [Role.HEAD, Role.FOCAL_POINT])
def test_a_focal_point_is_not_let_go_at_the_desk(
    app: Flask, client: FlaskClient, role: Role
) -> None:
    office = an_authority("QM", MLA)
    named = a_member(office, Role.FOCAL_POINT)
    sign_in(client, a_member(office, role))
    place = f"/desk/representations/{number_of(app, named)}/end"

    assert place not in visit(client, "/desk").links()
    assert visit(client, place).status == 404
    with app.app_context():
        assert len(actor_of(named).standings) == 1


def test_open_threads_of_who_left_without_a_successor_wait_at_the_desk_for_one(
    app: Flask, client: FlaskClient
) -> None:
    office = an_authority("QM", MLA)
    gone, closed, heir = (
        a_member(office, name="Ama Gone", until=clock.now().date() - timedelta(days=9)),
        a_member(office, name="Clo Sed"),
        a_member(office, name="Bo Here"),
    )
    here_again, focal = a_member(office, name="Da Again"), a_member(office, Role.FOCAL_POINT)
    threads = [a_thread(a_member(office)) for _ in range(4)]
    with app.app_context():
        for thread, member in zip(threads, (gone, closed, here_again), strict=False):
            db.session.get_one(Thread, thread.id).asker_id = member.id
        db.session.get_one(Member, closed.id).status = MemberStatus.CLOSED
        db.session.commit()
        end_representation(here_again.id, office.id)
        represent(
            db.session.get_one(Member, here_again.id),
            db.session.get_one(Authority, office.id),
            Role.OFFICER,
            clock.now().date(),
        )
    sign_in(client, focal)
    desk = visit(client, "/desk")
    listed = desk.words.partition("Open threads without anybody")[2]
    place = f"/desk/representations/{number_of(app, gone)}/successor"

    empty = visit(client, place).send()
    done = visit(client, place).fill(successor=heir.id).send()

    assert "Ama Gone" in listed
    assert "Clo Sed" in listed
    assert "Da Again" not in listed
    with app.app_context():
        before, *_ = representations_of(here_again.id)
        with pytest.raises(Conflict):
            operations.name_successor(actor_of(focal), before.id, heir.id)
    assert place in desk.links()
    assert empty.status == 422
    assert "The successor has the open threads now." in done.words
    assert "Ama Gone" not in done.words
    assert all_of(app, Thread)[0].asker_id == heir.id


def test_a_successor_is_named_only_where_the_member_left_and_one_answers_for_it(
    app: Flask,
) -> None:
    office = an_authority("QM", MLA)
    still, gone = a_member(office), a_member(office, until=clock.now().date() - timedelta(days=1))
    head, stranger = a_member(office, Role.HEAD), a_member(an_authority("QN", MLA), Role.HEAD)
    numbers = {member.id: number_of(app, member) for member in (still, gone)}

    with app.app_context():
        for actor, member, heir, refusal in (
            (head, still, head, Conflict),
            (head, gone, stranger, Invalid),
            (head, gone, gone, Invalid),
            (stranger, gone, stranger, NotFound),
            (still, gone, still, NotFound),
        ):
            with pytest.raises(refusal):
                operations.name_successor(actor_of(actor), numbers[member.id], heir.id)
