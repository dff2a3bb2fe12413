"""Who may speak for an authority: said at the desk, of a focal point by a moderator, kept by posts."""

import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.audit.models import AuditEntry
from forum.core.db import db, operation
from forum.core.errors import Conflict, NotFound
from forum.core.mail import OutboxMail
from forum.desk import operations
from forum.directory.models import Representation
from forum.discussion import operations as discussion
from forum.discussion.checks import NewReply
from forum.discussion.models import Post
from forum.members.models import Member
from forum.members.operations import note_approvals
from forum.policy import Role
from tests.conftest import NOON
from tests.factories import (
    MLA,
    a_member,
    a_moderator,
    a_thread,
    actor_of,
    an_authority,
    sign_in,
)
from tests.pages import visit
from tests.support.at_once import at_once
from tests.support.rows import all_of, one_of


def held_by(app: Flask, member: Member) -> Representation:
    return one_of(app, Representation, Representation.member_id == member.id)


def test_a_head_says_so_and_takes_it_back_and_the_profile_shows_who_and_since_when(
    app: Flask, client: FlaskClient, at: Any, outbox: Callable[..., list[OutboxMail]]
) -> None:
    office = an_authority("QM", MLA, name="Ministry")
    officer = a_member(office, name="Ama Dzifanu")
    sign_in(client, a_member(office, Role.HEAD, name="Hed Oradi"))
    place = f"/desk/representations/{held_by(app, officer).id}/speaker"
    assert place in visit(client, "/desk").links()
    assert "Nobody there has said so" in visit(client, f"/members/{officer.id}").words
    page = visit(client, place)

    done = page.send()
    page.send()
    profile = visit(client, f"/members/{officer.id}").words
    back = visit(client, place).send()

    assert "The member may speak for the authority." in done.words
    assert "May speak for itsince 25 Nov 2026" in done.words
    assert "May speak for the authority Since 25 Nov 2026, by word of Hed Oradi" in profile
    assert "may no longer speak" in back.words
    assert held_by(app, officer).may_speak_since is None
    lines = all_of(app, AuditEntry, AuditEntry.action.startswith("speaker:"))
    assert [line.action for line in lines] == ["speaker:name", "speaker:unname"]
    told = outbox(officer.email)
    assert [mail.kind for mail in told] == ["directory/speaker"] * 2
    assert not any(word in told[0].text + told[0].html for word in ("Ama", "Ministry", "Hed"))


@pytest.mark.parametrize(
    ("of", "by", "may"),
    [
        (Role.OFFICER, "head", True),
        (Role.OFFICER, "focal point", True),
        (Role.OFFICER, "colleague", False),
        (Role.OFFICER, "head elsewhere", False),
        (Role.OFFICER, "foreign focal point", False),
        (Role.HEAD, "focal point", True),
        (Role.HEAD, "head", False),
        (Role.FOCAL_POINT, "focal point", False),
        (Role.FOCAL_POINT, "head", False),
    ],
)
def test_only_who_answers_for_a_member_says_so(app: Flask, of: Role, by: str, may: bool) -> None:
    office = an_authority("QM", MLA)
    member = a_member(office, of)
    actor = {
        "head": lambda: a_member(office, Role.HEAD),
        "focal point": lambda: a_member(an_authority("QM", MLA), Role.FOCAL_POINT),
        "colleague": lambda: a_member(office),
        "head elsewhere": lambda: a_member(an_authority("QM", MLA), Role.HEAD),
        "foreign focal point": lambda: a_member(an_authority("QN", MLA), Role.FOCAL_POINT),
    }[by]()
    number = held_by(app, member).id

    with app.app_context(), contextlib.suppress(NotFound):
        operations.name_speaker(actor_of(actor), number, may_speak=True)

    assert (held_by(app, member).may_speak_since is not None) is may


def test_nobody_says_so_of_themselves(app: Flask) -> None:
    head = a_member(an_authority("QM", MLA), Role.HEAD)

    with app.app_context(), pytest.raises(NotFound):
        operations.name_speaker(actor_of(head), held_by(app, head).id, may_speak=True)


def test_of_who_left_it_is_not_said(app: Flask, at: Any) -> None:
    office = an_authority("QM", MLA)
    gone = a_member(office, until=(NOON - timedelta(days=1)).date())

    with app.app_context(), pytest.raises(Conflict):
        operations.name_speaker(
            actor_of(a_member(office, Role.HEAD)), held_by(app, gone).id, may_speak=True
        )


def test_said_by_two_at_once_it_is_said_once(
    app: Flask, outbox: Callable[..., list[OutboxMail]]
) -> None:
    office = an_authority("QM", MLA)
    officer = a_member(office)
    actors = [actor_of(a_member(office, Role.HEAD)), actor_of(a_member(office, Role.FOCAL_POINT))]
    number = held_by(app, officer).id

    refused = at_once(
        app, lambda actor: operations.name_speaker(actor, number, may_speak=True), actors
    )

    assert refused == []
    assert len(all_of(app, AuditEntry, AuditEntry.action == "speaker:name")) == 1
    assert len(outbox(officer.email)) == 1


def test_of_focal_points_alone_a_moderator_says_so(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    office = an_authority("QM", MLA)
    focal, officer, approver = (
        a_member(office, role) for role in (Role.FOCAL_POINT, Role.OFFICER, Role.FOCAL_POINT)
    )
    moderator = a_moderator()
    with app.app_context():
        operation(note_approvals)(moderator.id, [approver.id])
    sign_in(client, moderator)

    page = visit(client, f"/moderation/members/{focal.id}").form("/speaker")
    done = page.send()

    assert "The member may speak for the authority." in done.words
    assert held_by(app, focal).may_speak_by_id == moderator.id
    token = page.filled["csrf_token"]
    for member in (officer, approver):
        path = f"/moderation/members/{member.id}"
        place = f"{path}/representations/{held_by(app, member).id}/speaker"
        answer = client.post(place, data={"csrf_token": token, "may_speak": "yes"})
        assert "/speaker" not in visit(client, path).text
        assert answer.status_code == 403
        assert held_by(app, member).may_speak_since is None


def test_a_post_keeps_the_facts_of_its_day(app: Flask, client: FlaskClient, at: Any) -> None:
    office = an_authority("QM", MLA)
    officer, head = a_member(office), a_member(office, Role.HEAD)
    thread, number = a_thread(to=["QN"]), held_by(app, officer).id

    def write(words: str) -> None:
        with app.app_context():
            reply = NewReply(words, words[0].lower() * 40)
            discussion.post_reply(actor_of(officer), thread.id, reply)

    write("Before.")
    with app.app_context():
        operations.name_speaker(actor_of(head), number, may_speak=True)
        operation(_confirm)(number)
    at(timedelta(days=1))
    write("Meanwhile.")
    with app.app_context():
        operations.name_speaker(actor_of(head), number, may_speak=False)
    at(timedelta(days=1))
    write("Zeroed.")
    sign_in(client, officer)

    page = visit(client, f"/threads/{thread.id}")

    posts = all_of(app, Post, Post.author_id == officer.id)
    assert [post.author_may_speak_since for post in posts] == [None, NOON, None]
    assert [post.author_confirmed_at for post in posts] == [None, NOON, NOON]
    assert page.words.count("May speak for the authority, since 25 Nov 2026") == 1
    assert page.words.count("Confirmed by the authority 25 Nov 2026") == 2


def _confirm(number: int) -> None:
    db.session.get_one(Representation, number).confirmed_at = NOON
