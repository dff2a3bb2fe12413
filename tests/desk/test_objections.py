"""Objecting to an admission, and what moderators make of it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core import clock
from forum.core.db import db
from forum.core.errors import Conflict, Forbidden, NotFound
from forum.members.models import Member, MemberStatus
from forum.policy import Role
from forum.vetting import operations
from forum.vetting.models import Objection
from tests.factories import (
    MLA,
    a_member,
    a_moderator,
    actor_of,
    an_authority,
    an_objection,
    sign_in,
)
from tests.pages import visit
from tests.support.at_once import at_once


def newly_admitted(office: Any, **more: Any) -> Member:
    return a_member(office, created_at=clock.now() - timedelta(days=2), **more)


def test_a_head_objects_the_account_goes_on_and_moderators_settle_it(
    app: Flask, client: FlaskClient
) -> None:
    office = an_authority("QM", MLA)
    member, moderator = newly_admitted(office, name="Ama Dzifanu"), a_moderator()
    sign_in(client, a_member(office, Role.HEAD))
    page = visit(client, "/desk")
    page = visit(client, next(link for link in page.links() if "/objection" in link))

    empty = page.send()
    done = empty.fill(reason="Left us in spring.").send()

    assert empty.status == 422
    assert "Your objection waits for the Secretariat." in done.words
    assert "Objection of" in done.words
    assert not [link for link in done.links() if f"/members/{member.id}/objection" in link]
    with app.app_context():
        assert db.session.get_one(Member, member.id).status is MemberStatus.ACTIVE
    moderating = app.test_client()
    sign_in(moderating, moderator)
    assert "1 objection waits." in visit(moderating, "/moderation/queue").words
    listed = visit(moderating, "/moderation/objections")
    one = visit(moderating, next(link for link in listed.links() if "/objections/" in link))
    assert "Left us in spring." in one.words
    settled = one.fill(settlement="Suspended until the head answers.").send()
    assert "The objection is settled." in settled.words
    with app.app_context():
        assert db.session.get_one(Member, member.id).objected_at is None


@pytest.mark.parametrize(("days", "is_offered"), [(13, True), (14, False)])
def test_an_objection_can_be_made_for_fourteen_days(
    app: Flask, client: FlaskClient, at: Any, days: int, is_offered: bool
) -> None:
    office = an_authority("QM", MLA)
    member = a_member(office, created_at=clock.now())
    at(timedelta(days=days, minutes=1))
    head = a_member(office, Role.HEAD)
    sign_in(client, head)

    links = visit(client, "/desk").links()

    assert (f"/desk/members/{member.id}/objection" in links) is is_offered
    if not is_offered:
        with app.app_context(), pytest.raises(Conflict):
            operations.object_to(actor_of(head), member.id, "Late.")


def test_only_those_who_answer_for_the_authority_object_and_never_to_themselves(
    app: Flask,
) -> None:
    office, sister, foreign = an_authority("QM"), an_authority("QM"), an_authority("QN")
    member = newly_admitted(office)
    head = newly_admitted(office, role=Role.HEAD)
    others = [
        a_member(sister, Role.HEAD),
        a_member(foreign, Role.FOCAL_POINT),
        a_member(office),
        a_moderator(),
    ]
    with app.app_context():
        for other in others:
            with pytest.raises(NotFound):
                operations.object_to(actor_of(other), member.id, "No.")
        with pytest.raises(NotFound):
            operations.object_to(actor_of(head), head.id, "Me.")
        operations.object_to(actor_of(a_member(sister, Role.FOCAL_POINT)), member.id, "No.")


def test_of_two_who_object_at_once_one_does(app: Flask) -> None:
    office = an_authority("QM", MLA)
    member = newly_admitted(office)
    actors = [actor_of(a_member(office, Role.HEAD)), actor_of(a_member(office, Role.FOCAL_POINT))]

    refused = at_once(app, lambda actor: operations.object_to(actor, member.id, "No."), actors)

    assert [type(error) for error in refused] == [Conflict]
    with app.app_context():
        assert db.session.query(Objection).count() == 1


def test_an_objection_is_settled_once_and_not_by_whom_it_is_about(app: Flask) -> None:
    office = an_authority("QM", MLA)
    first, second = a_moderator(), a_moderator()
    objection = an_objection(newly_admitted(office), a_member(office, Role.HEAD))
    own = an_objection(first, a_member(office, Role.HEAD))

    with app.app_context():
        with pytest.raises(Forbidden):
            operations.settle_objection(actor_of(first), own.id, "Mine.")
        operations.settle_objection(actor_of(first), objection.id, "Kept.")
        with pytest.raises(Conflict):
            operations.settle_objection(actor_of(second), objection.id, "Kept too.")


def test_objections_are_there_for_moderators_alone(app: Flask, client: FlaskClient) -> None:
    office = an_authority("QM", MLA)
    head = a_member(office, Role.HEAD)
    objection = an_objection(newly_admitted(office), head)
    sign_in(client, head)

    assert client.get("/moderation/objections").status_code == 404
    assert client.get(f"/moderation/objections/{objection.id}").status_code == 404
