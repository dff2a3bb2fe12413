"""Saying at the desk that a member stands for an authority no more."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.audit.models import AuditEntry
from forum.core import clock
from forum.core.db import db
from forum.core.errors import Conflict, NotFound
from forum.desk import operations
from forum.directory.models import Authority, Representation
from forum.directory.operations import represent
from forum.members.models import Member
from forum.policy import Role
from tests.factories import MLA, a_member, actor_of, an_authority, sign_in
from tests.pages import visit


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
