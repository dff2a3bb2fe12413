"""A member says when the last day is, and who takes over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.audit.models import AuditEntry
from forum.core.db import db
from forum.core.errors import Conflict, Invalid, NotFound
from forum.core.mail import OutboxMail
from forum.desk.operations import let_leave
from forum.directory.leaving import announce_leaving, let_go, take_back_leaving
from forum.directory.models import Representation
from forum.directory.operations import settle_ended
from forum.discussion.models import Thread
from forum.members.models import Member
from forum.policy import ANONYMOUS, Role
from tests.conftest import NOON
from tests.factories import (
    MLA,
    TOTP_SECRET,
    a_member,
    a_moderator,
    a_thread,
    actor_of,
    an_authority,
    sign_in,
)
from tests.pages import visit
from tests.signin.steps import browser, give_code, give_password, is_signed_in
from tests.signin.steps import sign_in as type_both_factors
from tests.support import totp
from tests.support.at_once import at_once
from tests.support.rows import all_of, one_of

TODAY = NOON.date()


@pytest.fixture
def office(app: Flask, at: Any) -> Any:
    return an_authority("QM", MLA, name="Ministry")


def held_by(app: Flask, member: Member) -> Representation:
    return one_of(app, Representation, Representation.member_id == member.id)


def test_an_announced_last_day_comes_by_itself_and_threads_pass_to_the_successor(
    app: Flask, client: FlaskClient, office: Any, at: Any, outbox: Callable[..., list[OutboxMail]]
) -> None:
    leaver, heir = a_member(office, name="Ama Dzifanu"), a_member(office, name="Bo Ketera")
    head, focal = a_member(office, Role.HEAD), a_member(office, Role.FOCAL_POINT)
    elsewhere = a_member(an_authority("QM", MLA), Role.HEAD)
    thread = a_thread(leaver)
    sign_in(client, leaver)
    place = f"/settings/leaving/{held_by(app, leaver).id}"
    assert place in visit(client, "/settings/leaving").links()
    page = visit(client, place)

    empty = page.send()
    done = page.fill(last_on="2026-11-27", successor=heir.id).send()

    assert empty.status == 422
    assert "Your last day is announced." in done.words
    assert "Last day 27 Nov 2026 Successor Bo Ketera" in done.words
    for told in (head, focal):
        (mail,) = outbox(told.email)
        assert mail.kind == "directory/leaving"
        assert not any(word in mail.text + mail.html for word in ("Ama", "Bo ", "Ministry"))
    assert outbox(elsewhere.email) == outbox(heir.email) == []
    sign_in(client, head)
    assert (
        "until 27 Nov 2026Announced by the member; successor Bo Ketera"
        in visit(client, "/desk").words
    )
    at("2026-11-27T23:59Z")
    sign_in(client, leaver)
    assert visit(client, "/boards").status == 200
    at("2026-11-28T00:00Z")
    assert visit(client, "/boards").status == 404
    with app.app_context():
        assert settle_ended() == 1
    assert one_of(app, Thread).asker_id == heir.id
    assert client.get("/boards").status_code == 303
    sign_in(client, heir)
    assert (
        "Bo Ketera took this over from Ama Dzifanu" in visit(client, f"/threads/{thread.id}").words
    )


@pytest.mark.parametrize("day", ["2026-11-24", "2028-01-01", "tomorrow", "2026-02-30"])
def test_a_day_that_cannot_be_comes_back_with_what_was_typed(
    app: Flask, client: FlaskClient, office: Any, day: str
) -> None:
    leaver, heir = a_member(office), a_member(office)
    sign_in(client, leaver)

    page = visit(client, f"/settings/leaving/{held_by(app, leaver).id}")
    refused = page.fill(last_on=day, successor=heir.id).send()

    assert refused.status == 422
    assert f'value="{day}"' in refused.text
    assert refused.form().filled["successor"] == str(heir.id)
    assert held_by(app, leaver).announced_at is None


def test_nobody_puts_off_an_end_that_was_set_already(app: Flask, office: Any) -> None:
    leaver = a_member(office, until=TODAY + timedelta(days=5))
    number = held_by(app, leaver).id

    with app.app_context():
        announce_leaving(actor_of(leaver), number, TODAY + timedelta(days=2))
        with pytest.raises(Invalid):
            announce_leaving(actor_of(leaver), number, TODAY + timedelta(days=6))
        take_back_leaving(actor_of(leaver), number)

    held = held_by(app, leaver)
    assert (held.until_on, held.announced_at) == (TODAY + timedelta(days=5), None)


@pytest.mark.parametrize("who", ["of another State", "who left", "oneself"])
def test_only_who_stands_for_the_authority_is_proposed(app: Flask, office: Any, who: str) -> None:
    leaver = a_member(office)
    heir = {
        "of another State": lambda: a_member(an_authority("QN", MLA)),
        "who left": lambda: a_member(office, until=TODAY - timedelta(days=1)),
        "oneself": lambda: leaver,
    }[who]()

    with app.app_context(), pytest.raises(Invalid, match="stand for the authority today"):
        announce_leaving(actor_of(leaver), held_by(app, leaver).id, TODAY, heir.id)


def test_one_announces_only_for_oneself_and_only_what_holds(app: Flask, office: Any) -> None:
    leaver, gone = a_member(office), a_member(office, until=TODAY - timedelta(days=1))

    with app.app_context():
        for actor, held in ((a_member(office, Role.HEAD), leaver), (gone, gone)):
            with pytest.raises(NotFound):
                announce_leaving(actor_of(actor), held_by(app, held).id, TODAY)


def test_a_focal_point_is_told_that_the_secretariat_ends_it(
    app: Flask, client: FlaskClient, office: Any
) -> None:
    focal = a_member(office, Role.FOCAL_POINT)
    sign_in(client, focal)

    page = visit(client, f"/settings/leaving/{held_by(app, focal).id}")

    assert "The Secretariat ends that" in page.words
    assert "Announce it" not in page.words
    with app.app_context(), pytest.raises(Conflict):
        announce_leaving(actor_of(focal), held_by(app, focal).id, TODAY)


def test_the_same_announcement_twice_is_one_and_another_day_is_told_again(
    app: Flask, office: Any, outbox: Callable[..., list[OutboxMail]]
) -> None:
    leaver, head = a_member(office), a_member(office, Role.HEAD)
    number, days = held_by(app, leaver).id, (3, 3, 1)

    with app.app_context():
        for ahead in days:
            announce_leaving(actor_of(leaver), number, TODAY + timedelta(days=ahead))

    assert len(outbox(head.email)) == 2
    lines = all_of(app, AuditEntry, AuditEntry.action == "representation:announce")
    assert len(lines) == 2


def test_what_was_announced_is_taken_back_until_the_day_is_over(
    app: Flask, client: FlaskClient, office: Any, at: Any
) -> None:
    leaver, heir = a_member(office), a_member(office)
    sign_in(client, leaver)
    place = f"/settings/leaving/{held_by(app, leaver).id}"
    done = visit(client, place).fill(last_on="2026-11-26", successor=heir.id).send()

    stayed = done.form("/stay").send()

    assert "You stay." in stayed.words
    held = held_by(app, leaver)
    assert (held.until_on, held.successor_id, held.announced_at) == (None, None, None)
    at(timedelta(days=3))
    with app.app_context():
        assert settle_ended() == 0
        assert actor_of(leaver).is_member


def test_who_is_let_go_while_announcing_is_gone(app: Flask, office: Any) -> None:
    leaver, head = a_member(office), a_member(office, Role.HEAD)
    number, actor, boss = held_by(app, leaver).id, actor_of(leaver), actor_of(head)

    def end() -> None:
        let_leave(boss, number, "Gone.")

    refused = at_once(app, lambda act: act(), [end, lambda: announce_leaving(actor, number, TODAY)])

    assert len(refused) <= 1
    assert held_by(app, leaver).until_on == TODAY - timedelta(days=1)


def test_the_head_sees_who_is_proposed_and_can_name_another_one(
    app: Flask, client: FlaskClient, office: Any
) -> None:
    leaver, proposed, named = (a_member(office) for _ in range(3))
    thread = a_thread(leaver)
    number = held_by(app, leaver).id
    with app.app_context():
        announce_leaving(actor_of(leaver), number, TODAY + timedelta(days=9), proposed.id)
    sign_in(client, a_member(office, Role.HEAD))

    page = visit(client, f"/desk/representations/{number}/end")
    assert page.form().filled["successor"] == str(proposed.id)
    page.fill(reason="Sooner.", successor=named.id).send()

    assert one_of(app, Thread).id == thread.id
    assert one_of(app, Thread).asker_id == named.id


def test_a_session_that_is_open_opens_nothing_to_whoever_stands_for_nobody(
    app: Flask, client: FlaskClient, office: Any
) -> None:
    leaver = a_member(office)
    thread = a_thread(leaver)
    with app.app_context():
        let_go(
            _with_member(held_by(app, leaver).id),
            by=ANONYMOUS,
            reason="Moved.",
        )
    sign_in(client, leaver)

    home = visit(client, "/")

    assert home.heading == "You represent no authority at present"
    for path in ("/boards", "/threads", f"/threads/{thread.id}", "/settings/security"):
        assert client.get(path).status_code == 404, path
    for path in ("/settings/leaving", "/drafts", f"/members/{leaver.id}", "/desk"):
        assert client.get(path).status_code == 404, path


def _with_member(number: int) -> Representation:
    return db.session.get_one(Representation, number)


def test_a_moderator_can_leave_too(app: Flask, at: Any, outbox: Any) -> None:
    leaver, other = a_moderator(), a_moderator()

    with app.app_context():
        announce_leaving(actor_of(leaver), held_by(app, leaver).id, TODAY, other.id)
        assert actor_of(leaver).is_moderator
        at(timedelta(days=1))
        assert not actor_of(leaver).is_moderator

    (mail,) = outbox(other.email)
    assert f"/moderation/members/{leaver.id}" in mail.text


def test_who_stands_for_nobody_proves_both_factors_and_stays_outside(
    app: Flask, office: Any, at: Any
) -> None:
    leaver = a_member(office, until=TODAY)
    last_day, day_after = browser(app), browser(app)
    type_both_factors(last_day, leaver, at.moment)
    assert is_signed_in(last_day)
    at("2026-11-26T00:00Z")

    page = give_password(day_after, leaver.email)
    answer = give_code(page, totp.code(TOTP_SECRET, at.moment))

    assert answer.status_code == 403
    assert "You represent no authority at present" in answer.get_data(as_text=True)
    assert not is_signed_in(day_after)
    line = all_of(app, AuditEntry, AuditEntry.action == "session:open")[-1]
    assert (line.object, line.outcome) == (f"member:{leaver.id}", "stands for nobody")


def test_whoever_leaves_and_stays_again_and_again_fills_no_mailbox(
    app: Flask, client: FlaskClient, office: Any, outbox: Callable[..., list[OutboxMail]]
) -> None:
    leaver, head = a_member(office), a_member(office, Role.HEAD)
    sign_in(client, leaver)
    place = f"/settings/leaving/{held_by(app, leaver).id}"
    page = visit(client, place).fill(last_on=TODAY.isoformat())

    answers = []
    for _ in range(11):
        announced = page.send()
        answers.append(announced.status)
        if announced.status == 200:
            answers.append(announced.form("/stay").send().status)

    assert answers == [200] * 20 + [429]
    assert len(outbox(head.email)) == 20
