"""The desk: who sees whom, and what is said of them."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.members.models import MemberStatus
from forum.policy import Role
from tests.factories import MLA, a_member, a_moderator, an_authority, sign_in
from tests.pages import visit


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MODERATOR])
def test_the_desk_is_there_for_heads_and_focal_points_alone(
    client: FlaskClient, app: Flask, role: Role
) -> None:
    member = a_moderator() if role is Role.MODERATOR else a_member()
    sign_in(client, member)

    assert client.get("/desk").status_code == 404
    assert "/desk" not in visit(client, "/").links()


def test_a_head_sees_the_own_authority_and_no_other(client: FlaskClient, app: Flask) -> None:
    office, sister = an_authority("QM", MLA), an_authority("QM", MLA)
    colleague, neighbour = a_member(office), a_member(sister)
    sign_in(client, a_member(office, Role.HEAD))

    page = visit(client, "/desk")

    assert colleague.name in page.words
    assert neighbour.name not in page.words
    assert sister.name not in page.words
    assert "/desk" in visit(client, "/").links()


def test_a_focal_point_sees_all_authorities_of_the_own_state_and_no_other(
    client: FlaskClient, app: Flask
) -> None:
    office, sister, foreign = an_authority("QM"), an_authority("QM"), an_authority("QN", MLA)
    colleague, stranger = a_member(sister), a_member(foreign)
    sign_in(client, a_member(office, Role.FOCAL_POINT))

    page = visit(client, "/desk")

    assert colleague.name in page.words
    assert stranger.name not in page.words
    assert foreign.name not in page.words


def test_a_head_who_is_no_longer_one_has_no_desk(client: FlaskClient, app: Flask, at: Any) -> None:
    today = at.moment.date()
    sign_in(client, a_member(an_authority("QM"), Role.HEAD, until=today))

    assert client.get("/desk").status_code == 200
    at(timedelta(days=1))
    sign_in(client, a_member(an_authority("QM"), Role.HEAD, until=today))
    assert client.get("/desk").status_code in {303, 404}


def test_the_desk_says_how_each_account_is_and_when_it_was_used_last(
    client: FlaskClient, app: Flask, at: Any
) -> None:
    at("2026-03-02T10:00Z")
    office = an_authority("QM", MLA)
    waiting = a_member(office, status=MemberStatus.PENDING)
    a_member(office, status=MemberStatus.SUSPENDED)
    gone = a_member(office, status=MemberStatus.CLOSED)
    sign_in(app.test_client(), a_member(office))
    at("2026-11-25T10:00Z")
    sign_in(client, a_member(office, Role.HEAD))

    page = visit(client, "/desk")

    assert "Not activated yet" in page.words
    assert "Suspended" in page.words
    assert "March 2026" in page.words
    assert "Never" in page.words
    assert "(you)" in page.words
    assert f"/members/{waiting.id}" not in page.links()
    assert gone.name not in page.words
