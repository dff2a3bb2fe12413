"""What moderators answer: for whoever has nobody else, and for each other."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.attestation import operations
from forum.attestation.models import Answer, Attestation
from forum.attestation.queries import secretariat_count
from forum.audit.models import AuditEntry
from forum.core.errors import Conflict, Forbidden, NotFound
from forum.core.mail import OutboxMail
from forum.directory.models import Representation
from forum.members.limits import limit_member
from forum.members.models import LimitCause, LimitKind, Member
from forum.policy import ANONYMOUS, Role
from tests.attestation.rounds import DAY, standing, work
from tests.conftest import FrozenClock
from tests.factories import (
    MLA,
    a_member,
    a_moderator,
    actor_of,
    an_attestation,
    an_authority,
    sign_in,
)
from tests.pages import visit
from tests.support.at_once import at_once
from tests.support.rows import one_of

Outbox = Callable[..., list[OutboxMail]]


def test_who_has_nobody_else_is_confirmed_by_the_secretariat_with_how_it_checked(
    app: Flask, client: FlaskClient, at: FrozenClock
) -> None:
    office = an_authority("QM", MLA, name="Lonely office")
    member = a_member(office)
    question = an_attestation(member)
    moderator = a_moderator()
    sign_in(client, moderator)
    assert "1 member waits to be confirmed by the Secretariat" in visit(client, "/").words
    overview = visit(client, "/moderation/attestation")
    assert "Lonely office" in overview.words
    assert "None who could answer" in overview.words
    assert member.name in visit(client, f"/moderation/attestation/authorities/{office.id}").words
    page = visit(client, f"/moderation/attestation/{question.id}")

    empty = page.fill(answer="keep").send()
    done = empty.fill(how="Called +000 555 0001, spoke to the secretary.").send()
    again = page.fill(answer="remove", how="Called.").send()

    assert empty.status == 422
    assert "It is recorded" in done.words
    assert again.status == 409
    assert "Somebody else was faster" in again.words
    answered = one_of(app, Attestation, Attestation.id == question.id)
    assert (answered.answer, answered.answered_by_id) == (Answer.KEPT, moderator.id)
    assert answered.how.startswith("Called +000")
    held = one_of(app, Representation, Representation.member_id == member.id)
    assert (held.confirmed_at, held.confirmed_by_id) == (at.moment, moderator.id)
    entry = one_of(app, AuditEntry, AuditEntry.action == "member:keep")
    assert "Called" not in entry.reason + entry.details
    page = visit(client, f"/moderation/attestation/authorities/{office.id}")
    assert "Called +000 555 0001" in page.words


def test_the_secretariat_removes_whoever_left(app: Flask, client: FlaskClient) -> None:
    member = a_member(an_authority("QM", MLA))
    question = an_attestation(member)
    sign_in(client, a_moderator())
    page = visit(client, f"/moderation/attestation/{question.id}")

    page.fill(answer="remove", how="Note 12 of the ministry.").send()

    with app.app_context():
        assert actor_of(member).standings == ()


@pytest.mark.parametrize(
    ("others", "falls"),
    [
        ([], True),
        ([(Role.OFFICER, True)], True),
        ([(Role.HEAD, True)], False),
        ([(Role.FOCAL_POINT, False)], False),
        ([(Role.HEAD, False)], True),
    ],
)
def test_it_falls_to_the_secretariat_if_nobody_answers_at_a_desk(
    app: Flask, others: list[tuple[Role, bool]], falls: bool
) -> None:
    office, sister = an_authority("QM", MLA), an_authority("QM", MLA)
    member = a_member(office, Role.HEAD)
    question = an_attestation(member)
    moderator = actor_of(a_moderator())
    for role, is_colleague in others:
        a_member(office if is_colleague else sister, role)

    with app.app_context():
        assert secretariat_count(moderator) == int(falls)
        if not falls:
            with pytest.raises(Forbidden):
                operations.keep_for_authority(moderator, question.id, "Called.")
        else:
            operations.keep_for_authority(moderator, question.id, "Called.")
            assert secretariat_count(moderator) == 0


def test_it_falls_to_the_secretariat_if_whoever_could_answer_can_only_read(
    app: Flask,
) -> None:
    office = an_authority("QM", MLA)
    an_attestation(a_member(office))
    head, moderator = a_member(office, Role.HEAD), actor_of(a_moderator())
    with app.app_context():
        before = secretariat_count(moderator)
        limit_member(ANONYMOUS, head.id, LimitKind.READ_ONLY, LimitCause.ATTESTATION)

        assert (before, secretariat_count(moderator)) == (0, 1)


def test_who_is_overdue_can_be_confirmed_by_the_secretariat_too(
    app: Flask, client: FlaskClient, at: FrozenClock
) -> None:
    office = an_authority("QM", MLA)
    member, head = a_member(office), a_member(office, Role.HEAD)
    question = an_attestation(member)
    moderator = a_moderator()
    sign_in(client, moderator)
    in_time = visit(client, f"/moderation/attestation/{question.id}")
    at(31 * DAY)
    work(app)
    sign_in(client, moderator)
    overview = visit(client, "/moderation/attestation")

    assert "still have time" in in_time.words
    assert office.name in overview.words
    assert head.name in overview.words
    with app.app_context():
        operations.keep_for_authority(actor_of(moderator), question.id, "Called.")
    assert standing(app, member)[1] == set()


def test_a_focal_point_is_kept_by_the_secretariat_and_let_go_with_the_note(
    app: Flask, client: FlaskClient
) -> None:
    office = an_authority("QM", MLA)
    focal = a_member(office, Role.FOCAL_POINT)
    a_member(office, Role.HEAD)
    a_member(office, Role.FOCAL_POINT)
    question = an_attestation(focal)
    moderator = a_moderator()
    sign_in(client, moderator)
    page = visit(client, f"/moderation/attestation/{question.id}")

    assert "/moderation/focal-points" in page.links()
    assert "stands for it no more" not in page.words
    with app.app_context():
        with pytest.raises(Conflict, match="where the note is kept"):
            operations.remove_for_authority(actor_of(moderator), question.id, "Note 3.")
        operations.keep_for_authority(actor_of(moderator), question.id, "Note 4.")


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.FOCAL_POINT])
def test_the_pages_of_the_secretariat_are_not_there_for_others(
    app: Flask, client: FlaskClient, role: Role
) -> None:
    office = an_authority("QM", MLA)
    question = an_attestation(a_member(an_authority("QN", MLA)))
    reader = a_member(office, role)
    sign_in(client, reader)

    for path in ("", f"/{question.id}", f"/authorities/{office.id}", "/moderators/1"):
        assert client.get("/moderation/attestation" + path).status_code in {404, 405}
    with app.app_context(), pytest.raises(NotFound):
        operations.keep_for_authority(actor_of(reader), question.id, "Called.")


def test_two_other_moderators_confirm_one(app: Flask, client: FlaskClient) -> None:
    member, first, second = a_moderator(), a_moderator(), a_moderator()
    question = an_attestation(member)
    windows = [app.test_client() for _ in range(3)]
    for window, who in zip(windows, (member, first, second), strict=True):
        sign_in(window, who)
    button = f"/moderation/attestation/moderators/{question.id}"
    own, theirs, others = (visit(window, "/moderation/attestation") for window in windows)

    assert "Others confirm you" in own.words
    once = theirs.form(button).send()
    assert "Another moderator does so too" in once.words
    assert theirs.form(button).send().status == 403
    assert one_of(app, Attestation, Attestation.id == question.id).answered_at is None
    twice = others.form(button).send()

    assert "The moderator is confirmed" in twice.words
    answered = one_of(app, Attestation, Attestation.id == question.id)
    assert (answered.first_by_id, answered.answered_by_id) == (first.id, second.id)
    held = one_of(app, Representation, Representation.member_id == member.id)
    assert held.confirmed_by_id == second.id


def test_no_moderator_confirms_oneself_or_twice(app: Flask) -> None:
    member, other = a_moderator(), a_moderator()
    question = an_attestation(member)

    with app.app_context():
        with pytest.raises(Forbidden):
            operations.confirm_moderator(actor_of(member), question.id)
        operations.confirm_moderator(actor_of(other), question.id)
        with pytest.raises(Forbidden):
            operations.confirm_moderator(actor_of(other), question.id)
        with pytest.raises(NotFound):
            operations.confirm_moderator(actor_of(a_member()), question.id)


def test_of_two_moderators_at_once_each_counts_once(app: Flask) -> None:
    member, actors = a_moderator(), [actor_of(a_moderator()) for _ in range(2)]
    question = an_attestation(member)

    refused = at_once(app, lambda actor: operations.confirm_moderator(actor, question.id), actors)

    answered = one_of(app, Attestation, Attestation.id == question.id)
    assert {type(error) for error in refused} <= {Conflict}
    assert (answered.answered_at is None) is bool(refused)
    assert answered.first_by_id != answered.answered_by_id


def test_moderators_are_asked_once_a_year_and_told(
    app: Flask, at: FrozenClock, outbox: Outbox
) -> None:
    at("2027-06-01T06:00Z")
    moderators = [a_moderator() for _ in range(3)]

    work(app)
    at(30 * DAY)
    work(app)

    for one in moderators:
        assert {mail.kind for mail in outbox(one.email)} <= {
            "attestation/secretariat_asked",
            "attestation/read_only",
        }
        assert outbox(one.email)
    assert sorted(len(standing(app, one)[1]) for one in moderators) == [0, 0, 1]


def test_with_fewer_than_three_moderators_the_page_says_so(app: Flask, client: FlaskClient) -> None:
    moderator: Member = a_moderator()
    sign_in(client, moderator)
    few = visit(client, "/moderation/attestation")
    a_moderator()
    a_moderator()

    enough = visit(client, "/moderation/attestation")

    assert "fewer than three who can act" in few.words
    assert "fewer than three" not in enough.words


def test_the_desk_of_the_secretariat_needs_a_fresh_proof(
    app: Flask, client: FlaskClient, at: FrozenClock
) -> None:
    sign_in(client, a_moderator())
    at(timedelta(minutes=11))

    answer = client.get("/moderation/attestation")

    assert answer.headers["Location"].startswith("/confirm?next=/moderation/attestation")
