"""Threads of a member who left pass to the successor, who then has what the leaver had."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core.db import db, operation
from forum.core.errors import Forbidden, Invalid
from forum.core.mail import OutboxMail
from forum.directory.models import Authority, Representation
from forum.directory.operations import end_representation, represent, settle_ended
from forum.discussion import operations
from forum.discussion.checks import NewReply
from forum.discussion.models import Audience, Handover, Thread
from forum.discussion.waiting import replies_to
from forum.members.models import Member, MemberStatus
from forum.members.operations import note_approvals
from forum.policy import Role
from tests.factories import (
    LONG_AGO,
    MLA,
    a_member,
    a_moderator,
    a_post,
    a_thread,
    actor_of,
    an_authority,
    sign_in,
)
from tests.pages import visit
from tests.support.at_once import at_once
from tests.support.rows import all_of, one_of


@pytest.fixture
def office(app: Flask, at: Any) -> Any:
    return an_authority("QM", MLA, name="Ministry")


def askers(app: Flask) -> dict[int, int]:
    return {thread.id: thread.asker_id for thread in all_of(app, Thread)}


def test_the_successor_is_told_of_answers_and_accepts_them_while_posts_keep_their_author(
    app: Flask, client: FlaskClient, office: Any, outbox: Callable[..., list[OutboxMail]]
) -> None:
    leaver, heir = a_member(office, name="Ama Dzifanu"), a_member(office, name="Bo Ketera")
    helper = a_member(an_authority("QN", MLA))
    thread = a_thread(leaver, to=["QN"], title="How is it served?")
    early = a_post(thread, helper)
    with app.app_context():
        end_representation(leaver.id, office.id, successor_id=heir.id)
        late = operations.post_reply(
            actor_of(helper), thread.id, NewReply("By post.", "o" * 40, "en")
        ).id
        assert [found.count for found in replies_to(actor_of(heir))] == [2]
        with pytest.raises(Forbidden):
            operations.accept_answer(actor_of(helper), early.id)
        operations.accept_answer(actor_of(heir), late)

    sign_in(client, heir)
    page = visit(client, f"/threads/{thread.id}")

    assert [mail.kind for mail in outbox(heir.email)] == [
        "notifications/handed_over",
        "notifications/reply_waits",
    ]
    assert outbox(leaver.email) == []
    told = outbox(heir.email)[0]
    assert not any(word in told.text + told.html for word in ("Ama", "served", "QM", "Ministry"))
    assert "Bo Ketera took this over from Ama Dzifanu on 25 Nov 2026." in page.words
    assert "Former officer of Ministry" in page.words
    assert "How is it served?" in visit(client, "/threads?view=mine").words
    row = one_of(app, Thread)
    assert (row.author_id, row.asker_id) == (leaver.id, heir.id)
    assert row.solved_at is not None


def test_what_is_new_to_the_successor_waits_on_today_until_it_is_marked_as_read(
    app: Flask, client: FlaskClient, office: Any
) -> None:
    leaver, heir = a_member(office), a_member(office)
    thread = a_thread(leaver, to=["QN"], title="How is it served?")
    a_post(thread, a_member(an_authority("QN", MLA)))
    with app.app_context():
        end_representation(leaver.id, office.id, successor_id=heir.id)
    sign_in(client, heir)

    today = visit(client, "/")
    visit(client, f"/threads/{thread.id}").form("/seen").send()

    assert "Replies to you" in today.words
    assert "How is it served?" in today.words
    assert "Replies to you" not in visit(client, "/").words


def test_only_what_takes_posts_still_and_belongs_to_that_authority_passes(
    app: Flask, office: Any
) -> None:
    leaver, heir = a_member(office), a_member(office)
    open_one = a_thread(leaver)
    for facts in ({"closed_at": LONG_AGO}, {"withdrawn_at": LONG_AGO, "closed_at": LONG_AGO}):
        a_thread(leaver, **facts)
    a_thread(a_member(office))
    elsewhere = a_thread(leaver)
    other = an_authority("QN", MLA)
    with app.app_context():
        db.session.get_one(Thread, elsewhere.id).authority_id = other.id
        db.session.commit()
        end_representation(leaver.id, office.id, successor_id=heir.id)

    assert [number for number, asker in askers(app).items() if asker == heir.id] == [open_one.id]


def test_a_thread_that_the_successor_may_not_read_stays_and_nobody_learns_of_it(
    app: Flask, client: FlaskClient, at: Any, outbox: Callable[..., list[OutboxMail]]
) -> None:
    leaver, heir = a_moderator(), a_moderator()
    held = one_of(app, Representation, Representation.member_id == leaver.id)
    thread = a_thread(leaver, to=["QN"], audience=Audience.ADDRESSED)
    with app.app_context():
        end_representation(leaver.id, held.authority_id, successor_id=heir.id)
    sign_in(client, heir)

    assert askers(app) == {thread.id: leaver.id}
    assert all_of(app, Handover) == []
    assert outbox(heir.email) == []
    assert client.get(f"/threads/{thread.id}").status_code == 404


@pytest.mark.parametrize(
    "who", ["of another authority", "of another State", "who left", "suspended", "the leaver"]
)
def test_nobody_succeeds_who_does_not_stand_for_the_authority_today(
    app: Flask, office: Any, at: Any, who: str
) -> None:
    leaver = a_member(office)
    heir = {
        "of another authority": lambda: a_member(an_authority("QM", MLA)),
        "of another State": lambda: a_member(an_authority("QN", MLA)),
        "who left": lambda: a_member(office, until=(at.moment - timedelta(days=1)).date()),
        "suspended": lambda: a_member(office, status=MemberStatus.SUSPENDED),
        "the leaver": lambda: leaver,
    }[who]()
    thread = a_thread(leaver)

    with app.app_context(), pytest.raises(Invalid, match="stand for the authority today"):
        end_representation(leaver.id, office.id, successor_id=heir.id)

    assert askers(app) == {thread.id: leaver.id}
    with app.app_context():
        assert actor_of(leaver).is_member


def test_a_second_successor_takes_over_from_the_first(
    app: Flask, client: FlaskClient, office: Any, at: Any
) -> None:
    first, second, third = (a_member(office, name=name) for name in ("One", "Two", "Three"))
    thread = a_thread(first)
    with app.app_context():
        end_representation(first.id, office.id, successor_id=second.id)
    at(timedelta(days=1))
    with app.app_context():
        end_representation(second.id, office.id, successor_id=third.id)
    sign_in(client, third)

    page = visit(client, f"/threads/{thread.id}")

    assert "Two took this over from One on 25 Nov 2026." in page.words
    assert "Three took this over from Two on 26 Nov 2026." in page.words
    assert askers(app) == {thread.id: third.id}


def test_who_is_let_go_twice_at_once_leaves_once(app: Flask, office: Any) -> None:
    leaver, heir = a_member(office), a_member(office)
    a_thread(leaver)

    refused = at_once(
        app,
        lambda successor: end_representation(leaver.id, office.id, successor_id=successor),
        [heir.id, None],
    )

    assert len(refused) == 1
    assert len(all_of(app, Handover)) <= 1


def test_who_takes_over_while_leaving_too_passes_it_on_or_gets_nothing(
    app: Flask, office: Any
) -> None:
    first, second, third = (a_member(office) for _ in range(3))
    thread = a_thread(first)

    at_once(
        app,
        lambda pair: end_representation(pair[0], office.id, successor_id=pair[1]),
        [(first.id, second.id), (second.id, third.id)],
    )

    assert askers(app)[thread.id] in {first.id, third.id}


def test_a_last_day_ends_sessions_and_passes_threads_on_once_it_is_over(
    app: Flask, office: Any, at: Any
) -> None:
    leaver, heir = a_member(office, until=at.moment.date()), a_member(office)
    thread = a_thread(leaver)
    with app.app_context():
        held = db.session.query(Representation).filter_by(member_id=leaver.id).one()
        held.successor_id = heir.id
        db.session.commit()
    theirs = app.test_client()
    sign_in(theirs, leaver)
    with app.app_context():
        assert settle_ended() == 0
    at("2026-11-26T00:00Z")
    with app.app_context():
        assert not actor_of(leaver).is_member
        assert settle_ended() == 1
        assert settle_ended() == 0

    assert askers(app) == {thread.id: heir.id}
    assert theirs.get("/boards").headers["Location"].startswith("/sign-in")


def test_who_stands_for_the_authority_again_keeps_the_threads(
    app: Flask, office: Any, at: Any
) -> None:
    back, heir = a_member(office, until=at.moment.date()), a_member(office)
    thread = a_thread(back)
    tomorrow = at(timedelta(days=1)).date()
    with app.app_context():
        db.session.query(Representation).filter_by(member_id=back.id).one().successor_id = heir.id
        db.session.commit()
        represent(
            db.session.get_one(Member, back.id),
            db.session.get_one(Authority, office.id),
            Role.HEAD,
            tomorrow,
        )

        assert settle_ended() == 1

    assert askers(app) == {thread.id: back.id}


def test_a_successor_who_left_before_the_last_day_gets_nothing(
    app: Flask, office: Any, at: Any, outbox: Callable[..., list[OutboxMail]]
) -> None:
    leaver, heir = a_member(office, until=at.moment.date()), a_member(office)
    thread = a_thread(leaver)
    with app.app_context():
        held = db.session.query(Representation).filter_by(member_id=leaver.id).one()
        held.successor_id = heir.id
        db.session.commit()
        end_representation(heir.id, office.id)
    at(timedelta(days=1))

    with app.app_context():
        assert settle_ended() == 1

    assert askers(app) == {thread.id: leaver.id}
    assert outbox(heir.email) == []


def test_a_head_names_the_successor_when_letting_somebody_go(
    app: Flask, client: FlaskClient, office: Any
) -> None:
    leaver, heir = a_member(office), a_member(office, name="Bo Ketera")
    stranger = a_member(an_authority("QN", MLA), name="Cy Stranger")
    thread = a_thread(leaver)
    number = one_of(app, Representation, Representation.member_id == leaver.id).id
    sign_in(client, a_member(office, Role.HEAD))
    page = visit(client, f"/desk/representations/{number}/end")

    wrong = page.fill(reason="Moved.", successor=stranger.id).send()
    done = page.fill(reason="Moved.", successor=heir.id).send()

    assert "Bo Ketera" in page.words
    assert "Cy Stranger" not in page.words
    assert wrong.status == 422
    assert "Choose one of those who stand for the authority today" in wrong.words
    assert "Moved." in wrong.text
    assert done.status == 200
    assert askers(app) == {thread.id: heir.id}


def moderated(app: Flask, leaver: Member) -> str:
    number = one_of(app, Representation, Representation.member_id == leaver.id).id
    return f"/moderation/members/{leaver.id}/representations/{number}/end"


def test_a_moderator_ends_what_a_member_is_for_an_authority(
    app: Flask, client: FlaskClient, office: Any, outbox: Callable[..., list[OutboxMail]]
) -> None:
    leaver, heir = a_member(office), a_member(office)
    thread = a_thread(leaver)
    place = moderated(app, leaver)
    sign_in(client, a_moderator())
    page = visit(client, f"/moderation/members/{leaver.id}").form(place)

    empty = page.send()
    done = page.fill(reason="Retired.", successor=heir.id).send()
    again = page.send()

    assert empty.status == 422
    assert "stands for the authority no more, as of now" in done.words
    assert "Stands for an authority no more" in done.words
    assert "Retired." in done.words
    assert again.status == 409
    assert askers(app) == {thread.id: heir.id}
    assert [mail.kind for mail in outbox(leaver.email)] == ["directory/ended"]


def test_a_moderator_ends_neither_the_own_standing_nor_a_focal_points_nor_an_approvers(
    app: Flask, client: FlaskClient, office: Any
) -> None:
    moderator, approver, focal = a_moderator(), a_moderator(), a_member(office, Role.FOCAL_POINT)
    with app.app_context():
        operation(note_approvals)(moderator.id, [approver.id])
    sign_in(client, moderator)

    for member, status in ((moderator, 403), (approver, 403), (focal, 404)):
        page = visit(client, f"/moderation/members/{member.id}")
        token = next(
            node.get("value")
            for node in page.root.iter("input")
            if node.get("name") == "csrf_token"
        )
        answer = client.post(moderated(app, member), data={"csrf_token": token, "reason": "Out."})
        assert "End access now" not in page.words
        assert answer.status_code == status, member.name
        with app.app_context():
            assert actor_of(member).is_member


def test_posts_are_the_askers_from_the_moment_of_the_takeover_on(
    app: Flask, client: FlaskClient, office: Any, at: Any
) -> None:
    leaver, heir = a_member(office, name="One"), a_member(office, name="Two")
    thread = a_thread(leaver, to=["QN"])
    a_post(thread, heir, source="Said as a colleague.")
    a_post(thread, leaver, source="Said as who asked.")
    at(timedelta(days=1))
    with app.app_context():
        end_representation(leaver.id, office.id, successor_id=heir.id)
    at(timedelta(days=1))
    a_post(thread, heir, source="Said having taken over.")
    sign_in(client, a_member(an_authority("QN", MLA)))

    words = visit(client, f"/threads/{thread.id}").words

    before, _, after = words.partition("3 replies")
    colleague, asker, successor = (
        after.partition(said)[0][-400:] for said in ("Said as a c", "Said as who", "Said having")
    )
    assert "One Asked" in before
    assert "Two Asker" not in colleague
    assert "One Asker" in asker
    assert "Two Asker" in successor
