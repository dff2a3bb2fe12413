"""What limits a member: kinds, causes, ends, and what a person sees of it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.audit.models import AuditEntry
from forum.core import clock
from forum.core.db import db
from forum.core.errors import Conflict, Invalid, NotFound
from forum.directory.standing import actor_for
from forum.members.limits import end_expired, lift_limits, limit_member
from forum.members.models import LimitCause, LimitKind, Member, MemberStatus
from forum.policy import ANONYMOUS
from tests.factories import (
    TOTP_SECRET,
    a_member,
    a_moderator,
    a_post,
    a_thread,
    actor_of,
    an_application,
    an_authority,
    sign_in,
)
from tests.pages import visit
from tests.signin.steps import WRONG, change, give_code, give_password, is_signed_in
from tests.support import totp

READ_ONLY, SUSPENDED, CLOSED = LimitKind.READ_ONLY, LimitKind.SUSPENDED, LimitKind.CLOSED
SANCTION, RECOVERY = LimitCause.SANCTION, LimitCause.RECOVERY
DAY = timedelta(days=1)


def limit(
    app: Flask, member: Member, kind: LimitKind = READ_ONLY, days: float | None = None, **more: Any
) -> None:
    cause = more.pop("cause", SANCTION)
    until = None if days is None else clock.now() + timedelta(days=days)
    with app.app_context():
        limit_member(ANONYMOUS, member.id, kind, cause, until=until, **more)


def lift(app: Flask, member: Member, cause: LimitCause = SANCTION, **more: Any) -> int:
    with app.app_context():
        return lift_limits(ANONYMOUS, member.id, cause, **more)


def status(app: Flask, member: Member) -> MemberStatus:
    with app.app_context():
        return db.session.get_one(Member, member.id).status


def is_read_only(app: Flask, member: Member) -> bool:
    with app.app_context():
        return actor_for(member.id).is_read_only


def test_a_limit_stands_in_the_log_with_its_reason_and_is_set_once(app: Flask) -> None:
    member, moderator = a_member(), actor_of(a_moderator())

    with app.app_context():
        for _ in range(2):
            limit_member(moderator, member.id, SUSPENDED, SANCTION, reason="left the office")

        (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "member:limit"))
        assert (entry.object, entry.actor_id) == (f"member:{member.id}", moderator.id)
        assert entry.reason == "left the office"
        assert '"kind": "suspended"' in entry.details


def test_nobody_is_limited_who_is_not_there_or_whose_account_is_closed(app: Flask) -> None:
    closed = a_member(status=MemberStatus.CLOSED)

    with app.app_context():
        with pytest.raises(NotFound):
            limit_member(ANONYMOUS, 999, READ_ONLY, SANCTION)
        with pytest.raises(Conflict):
            limit_member(ANONYMOUS, closed.id, READ_ONLY, SANCTION)


def test_an_end_lies_ahead_and_a_closed_account_has_none(app: Flask) -> None:
    member = a_member()

    for kind, days in ((READ_ONLY, -1), (SUSPENDED, 0), (CLOSED, 1)):
        with pytest.raises(Invalid):
            limit(app, member, kind, days)
    assert status(app, member) is MemberStatus.ACTIVE


def test_reading_only_ends_by_itself_at_its_moment(app: Flask, at: Any) -> None:
    member = a_member()

    limit(app, member, days=1)

    at(DAY - timedelta(seconds=1))
    assert is_read_only(app, member)
    at(timedelta(seconds=1))
    assert not is_read_only(app, member)


def test_one_cause_lifted_leaves_the_other(app: Flask) -> None:
    member = a_member()
    limit(app, member)
    limit(app, member, cause=RECOVERY)

    assert lift(app, member, RECOVERY) == 1
    assert is_read_only(app, member)
    assert lift(app, member) == 1
    assert not is_read_only(app, member)
    assert lift(app, member) == 0


def test_a_newer_limit_of_the_same_cause_takes_the_place_of_the_older(app: Flask, at: Any) -> None:
    member = a_member()
    limit(app, member, SUSPENDED)

    limit(app, member, SUSPENDED, days=1)

    at(DAY)
    with app.app_context():
        assert actor_for(member.id).is_member


def test_a_suspension_is_over_at_its_moment_though_no_worker_ran(app: Flask, at: Any) -> None:
    member, client = a_member(), app.test_client()
    limit(app, member, SUSPENDED, days=1)

    at(DAY)
    answer = give_code(give_password(client, member.email), totp.code(TOTP_SECRET, at.moment))

    assert answer.status_code == 303
    assert is_signed_in(client)
    with app.app_context():
        assert end_expired() == 1
        assert end_expired() == 0
    assert status(app, member) is MemberStatus.ACTIVE
    assert is_signed_in(client)


def test_what_comes_after_a_suspension_that_is_over_does_not_suspend_again(
    app: Flask, at: Any
) -> None:
    member = a_member()
    limit(app, member, SUSPENDED, days=1)
    at(DAY)

    limit(app, member, READ_ONLY)

    assert status(app, member) is MemberStatus.ACTIVE
    assert is_read_only(app, member)


def test_a_worker_ends_no_suspension_before_its_time(app: Flask, at: Any) -> None:
    endless, longer = a_member(), a_member()
    limit(app, endless, SUSPENDED)
    limit(app, longer, SUSPENDED, days=1)
    limit(app, longer, SUSPENDED, days=2, cause=LimitCause.UNSEEN)

    at(DAY)
    with app.app_context():
        end_expired()

    assert status(app, endless) is status(app, longer) is MemberStatus.SUSPENDED


def test_lifting_a_suspension_gives_the_account_back_as_it_was(app: Flask) -> None:
    member, pending = a_member(), a_member(status=MemberStatus.PENDING)
    for each in (member, pending):
        limit(app, each, SUSPENDED)

        lift(app, each)

    assert status(app, member) is MemberStatus.ACTIVE
    assert status(app, pending) is MemberStatus.PENDING


def test_lifting_something_else_opens_no_account_that_is_closed(app: Flask) -> None:
    left, closed = a_member(), a_member()
    limit(app, left, cause=RECOVERY)
    change(app, left, status="closed")
    limit(app, closed, cause=RECOVERY)
    limit(app, closed, CLOSED)

    for member in (left, closed):
        lift(app, member, RECOVERY)
        assert status(app, member) is MemberStatus.CLOSED
    lift(app, closed)
    assert status(app, closed) is MemberStatus.ACTIVE


def test_why_somebody_is_suspended_is_said_after_both_factors_alone(app: Flask, at: Any) -> None:
    member, client = a_member(), app.test_client()
    limit(app, member, SUSPENDED, days=3, reason="Posted a passport number.")

    stranger = give_password(app.test_client(), member.email, WRONG)
    first = give_password(client, member.email)
    wrong = give_code(first, "000000")
    right = give_code(first, totp.code(TOTP_SECRET, at.moment))

    for text in (stranger.text, first.text, wrong.get_data(as_text=True)):
        assert "suspended" not in text
        assert "passport" not in text
    assert (stranger.status, wrong.status_code, right.status_code) == (422, 422, 403)
    told = right.get_data(as_text=True)
    assert "Posted a passport number." in told
    assert "28 Nov 2026" in told
    assert "mailto:" in told
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "path", ["/threads/new", "/posts/2/edit"], ids=["a new thread", "an own post"]
)
def test_a_page_for_writing_says_why_not_and_until_when(app: Flask, at: Any, path: str) -> None:
    member, client = a_member(), app.test_client()
    a_post(a_thread(), member)
    sign_in(client, member)
    assert visit(client, path).status == 200

    limit(app, member, days=2, reason="Cool down.")
    page = visit(client, path)

    assert page.status == 403
    for words in ("restricted your account to reading", "27 Nov 2026", "Cool down."):
        assert words in page.words


def test_who_reads_only_is_refused_whatever_writes_or_decides(app: Flask, at: Any) -> None:
    member, other = a_member(), a_member()
    thread = a_thread(member)
    theirs, own = a_post(thread, other), a_post(thread, member)
    client = app.test_client()
    sign_in(client, member)
    token = visit(client, f"/threads/{thread.id}").form("/replies").filled["csrf_token"]
    limit(app, member)

    for path in (
        "/threads/new",
        f"/threads/{thread.id}/replies",
        f"/posts/{own.id}/edit",
        f"/posts/{own.id}/withdraw",
        f"/posts/{theirs.id}/accept",
        f"/posts/{theirs.id}/unaccept",
    ):
        answer = client.post(path, data={"csrf_token": token, "body": "Our text."})
        assert answer.status_code == 403, path
        assert "restricted your account to reading" in answer.get_data(as_text=True), path
    assert client.post(f"/threads/{thread.id}/seen", data={"csrf_token": token}).status_code == 303
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303


def test_what_was_written_before_a_restriction_is_given_back(app: Flask, at: Any) -> None:
    member = a_member()
    thread = a_thread(member)
    client = app.test_client()
    sign_in(client, member)
    form = visit(client, f"/threads/{thread.id}").form("/replies")
    limit(app, member)
    reply = {**form.filled, "body": "Two pages <b>on</b>\nhow we do it."}

    page = client.post(f"/threads/{thread.id}/replies", data=reply).get_data(as_text=True)
    foreign = client.post(f"/threads/{thread.id}/replies", data={**reply, "csrf_token": "made up"})

    assert "Two pages &lt;b&gt;on&lt;/b&gt;\nhow we do it.</textarea>" in page
    assert form.filled["csrf_token"] not in page.split("What you wrote")[1].split("<footer")[0]
    assert "Two pages" not in foreign.get_data(as_text=True)


def test_a_moderator_who_reads_only_decides_nothing(app: Flask, client: FlaskClient) -> None:
    moderator, application = a_moderator(), an_application()
    sign_in(client, moderator)
    path = f"/moderation/applications/{application.id}"
    token = visit(client, path).form("/decline").filled["csrf_token"]

    limit(app, moderator)

    assert client.post(f"{path}/decline", data={"csrf_token": token}).status_code == 403
    page = visit(client, path)
    assert page.status == 200
    assert "Your decision" not in page.words


def test_who_reads_only_sees_a_banner_everywhere_and_nothing_to_write_with(
    app: Flask, client: FlaskClient
) -> None:
    office = an_authority("QM")
    member = a_member(office)
    thread = a_thread(member)
    a_post(thread, a_member())
    sign_in(client, member)
    limit(app, member)

    for path in ("/", "/boards", "/threads", f"/threads/{thread.id}", "/directory", "/about"):
        page = visit(client, path)
        assert "restricted your account to reading" in page.words, path
        assert "Ask a question" not in page.words, path
        assert not [link for link in page.links() if "/threads/new" in link or "/edit" in link]
        for button in ("Post reply", "Accept this answer", "Withdraw"):
            assert button not in page.words, (path, button)
