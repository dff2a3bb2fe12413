"""Signing in and confirming with a passkey (security.md H3, H4): what it opens, and what it does not."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.audit.models import AuditEntry
from forum.core.db import db, operation
from forum.core.mail import OutboxMail
from forum.members.models import Member, MemberStatus
from forum.signin import operations
from forum.signin.models import OpenSession
from forum.signin.operations import Client, Declined, SignedIn, factors
from forum.signin.operations.challenges import Purpose, make_challenge
from tests.factories import PASSWORD, TOTP_SECRET, a_member, actor_of
from tests.factories import sign_in as with_session
from tests.pages import Page, visit
from tests.signin.passkeys import (
    PASSKEYS,
    asked,
    confirm,
    enter,
    hand_in,
    kept,
    second,
    with_passkey,
)
from tests.signin.steps import (
    WRONG,
    browser,
    change,
    close_account,
    give_code,
    give_password,
    is_signed_in,
    sessions,
    token_in,
)
from tests.support import totp
from tests.support.at_once import at_once
from tests.support.authenticator import Authenticator, text

UNKNOWN = "This passkey opens nothing here."
WRONG_ONE = "This passkey was not accepted. Check that the address bar says localhost"
STALE = "That took longer than five minutes, or was sent twice."


@pytest.fixture
def member(app: Flask, device: Authenticator) -> Member:
    """Somebody whose device holds a passkey."""
    found = a_member()
    with_passkey(app, found, device)
    return found


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


def events(app: Flask) -> list[tuple[str, str, str]]:
    """What the log says of sign-ins: act, outcome, why."""
    with app.app_context():
        rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [
            (row.action, row.outcome, json.loads(row.details).get("why", ""))
            for row in rows
            if row.action in {"session:open", "session:confirm", "passkey:suspect"}
        ]


def test_a_passkey_alone_signs_in_and_counts_as_a_recent_proof(
    app: Flask, client: FlaskClient, member: Member, device: Authenticator
) -> None:
    answer = enter(client, device.get, "/sign-in?next=/settings/security/password")

    assert answer.response.headers["Location"] == "/settings/security/password"
    assert visit(client, "/settings/security/password", follow=False).status == 200
    assert token_in(client, "device")
    assert "Signed in with a passkey" in visit(client, "/settings/security").words
    (passkey,) = kept(app)
    assert passkey.used_at is not None
    assert events(app)[-1] == ("session:open", "done", "")


def test_without_a_password_the_browser_is_asked_for_any_passkey_whoever_comes(
    app: Flask, client: FlaskClient, member: Member
) -> None:
    options = asked(visit(client, "/sign-in"), "/sign-in/challenge")

    assert options["allowCredentials"] == []
    assert options["rpId"] == "localhost"
    assert options["userVerification"] == "required"
    strange = browser(app)
    strange.environ_base["HTTP_HOST"] = "127.0.0.1"
    assert asked(visit(strange, "/sign-in"), "/sign-in/challenge")["rpId"] == "localhost"


def test_after_the_password_a_passkey_is_the_second_factor(
    app: Flask, client: FlaskClient, member: Member, device: Authenticator
) -> None:
    page = give_password(client, member.email)
    options = asked(page, "/sign-in/code/challenge")
    assert [one["id"] for one in options["allowCredentials"]] == [text(device.kept[0].id)]
    device.verifies = False

    answer = second(page, device.get)

    assert answer.status == 303
    assert is_signed_in(client)


def test_before_the_password_no_passkey_of_an_account_is_named(
    client: FlaskClient, member: Member
) -> None:
    page = visit(client, "/sign-in")
    answer = client.post("/sign-in/code/challenge", data=page.form().filled)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    page = give_password(client, a_member().email)
    assert "Use a passkey instead" not in page.words
    assert asked(page, "/sign-in/code/challenge")["allowCredentials"] == []


def test_a_passkey_whose_device_knows_nobody_does_not_sign_in_alone(
    app: Flask, client: FlaskClient, member: Member, device: Authenticator
) -> None:
    device.verifies = False

    page = enter(client, device.get)

    assert page.status == 422
    assert "This passkey did not ask who is using it." in page.words
    assert page.root.find(".//title").text.startswith("Error:")  # type: ignore[union-attr]
    assert not is_signed_in(client)


def test_an_answer_opens_one_session(
    app: Flask, client: FlaskClient, member: Member, device: Authenticator
) -> None:
    page = visit(client, "/sign-in")
    answer = device.get(asked(page, "/sign-in/challenge"))
    stranger = visit(browser(app), "/sign-in")
    asked(stranger, "/sign-in/challenge")
    assert hand_in(page, answer).status == 303

    again = hand_in(stranger, answer)
    assert (again.status, WRONG_ONE in again.words) == (422, True)
    again = hand_in(stranger, answer)
    assert (again.status, STALE in again.words) == (422, True)


def test_a_double_press_opens_one_session(app: Flask) -> None:
    device, token = Authenticator(count=None), "a browser"
    got: list[object] = []
    with_passkey(app, a_member(), device)
    with app.app_context():
        challenge = operation(make_challenge)(token, Purpose.SIGN_IN)
    answer = device.get({"challenge": challenge, "rpId": "localhost", "allowCredentials": []})

    def press(_: int) -> None:
        got.append(operations.sign_in_with_passkey(answer, Client("10.0.0.1"), token))

    assert at_once(app, press, range(3)) == []
    assert sorted(type(one).__name__ for one in got) == ["Declined", "Declined", "SignedIn"]
    assert any(isinstance(one, SignedIn) for one in got)
    assert all(one.why == "stale" for one in got if isinstance(one, Declined))


def test_a_challenge_holds_five_minutes(
    app: Flask, client: FlaskClient, member: Member, device: Authenticator, at: Any
) -> None:
    page = visit(client, "/sign-in")
    answer = device.get(asked(page, "/sign-in/challenge"))
    at(timedelta(minutes=5))

    page = hand_in(page, answer)

    assert (page.status, STALE in page.words) == (422, True)
    assert enter(client, device.get).status == 303


def test_an_answer_for_one_purpose_serves_no_other(
    app: Flask, client: FlaskClient, member: Member, device: Authenticator
) -> None:
    page = give_password(client, member.email)
    answer = device.get(asked(visit(client, "/sign-in"), "/sign-in/challenge"))

    page = hand_in(page, answer)

    assert (page.status, STALE in page.words) == (422, True)


def test_the_passkey_of_somebody_else_is_no_second_factor(
    app: Flask, client: FlaskClient, member: Member, device: Authenticator
) -> None:
    page = give_password(client, a_member().email)

    page = second(page, lambda options: device.sign(device.kept[0], options))

    assert (page.status, UNKNOWN in page.words) == (422, True)
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "origin", ["https://localhost", "http://localhost:1", "http://evil.example"]
)
def test_what_was_signed_at_another_address_opens_nothing(
    client: FlaskClient, member: Member, device: Authenticator, origin: str
) -> None:
    device.origin = origin

    page = enter(client, device.get)

    assert (page.status, WRONG_ONE in page.words) == (422, True)


@pytest.mark.parametrize(
    "changed",
    [
        {"signature": text(b"nonsense")},
        {"userHandle": text(b"somebody else")},
        {"userHandle": None},
        {"userHandle": "é"},
        {"authenticatorData": text(bytes(36))},
        {"clientDataJSON": text(b"{}")},
    ],
)
def test_what_is_not_signed_as_asked_opens_nothing(
    client: FlaskClient, member: Member, device: Authenticator, changed: dict[str, Any]
) -> None:
    page = enter(client, lambda options: device.get(options, **changed))

    assert (page.status, WRONG_ONE in page.words) == (422, True)
    assert not is_signed_in(client)


def test_a_passkey_that_counts_back_is_refused_and_its_owner_told(
    app: Flask,
    client: FlaskClient,
    member: Member,
    device: Authenticator,
    outbox: Callable[..., list[OutboxMail]],
) -> None:
    assert enter(browser(app), device.get).status == 303
    copy = replace(device, count=1)

    page = enter(client, copy.get)

    assert page.status == 422
    assert "as a copy of it would be." in page.words
    assert [mail.kind for mail in outbox(member.email)][-1] == "signin/passkey_copied"
    assert events(app)[-2:] == [
        ("passkey:suspect", "done", ""),
        ("session:open", "refused", "copy"),
    ]
    device.count = 9
    assert enter(client, device.get).status == 303
    assert "A passkey may have been copied" in visit(client, "/settings/security").words


def test_a_device_that_does_not_count_is_taken_each_time(app: Flask, device: Authenticator) -> None:
    device.count = None
    with_passkey(app, a_member(), device)

    for _ in range(2):
        assert enter(browser(app), device.get).status == 303


def test_a_passkey_that_was_removed_or_never_added_opens_nothing(
    app: Flask, client: FlaskClient, member: Member, device: Authenticator
) -> None:
    enter(client, device.get)
    visit(client, f"{PASSKEYS}/1/remove").form().send()
    stranger = Authenticator()
    stranger.create({"user": {"id": "AAAA"}, "rp": {"id": "localhost"}, "challenge": ""})

    pages = [enter(browser(app), one.get) for one in (device, stranger)]

    assert [(page.status, UNKNOWN in page.words) for page in pages] == [(422, True)] * 2


def test_an_account_that_is_closed_answers_like_none(
    app: Flask, member: Member, device: Authenticator
) -> None:
    close_account(app, member)

    page = enter(browser(app), device.get)

    assert (page.status, UNKNOWN in page.words) == (422, True)
    assert sessions(app)[-1].member_id is None


def test_who_is_suspended_is_told_so_after_the_proof_and_not_before(
    app: Flask, member: Member, device: Authenticator
) -> None:
    change(app, member, status=MemberStatus.SUSPENDED)
    client = browser(app)

    page = enter(client, lambda options: device.get(options, signature=text(b"nonsense")))
    assert (page.status, WRONG_ONE in page.words) == (422, True)
    page = enter(client, device.get)

    assert page.status == 403
    assert "suspended" in page.words
    assert not is_signed_in(client)


def _fail(app: Flask, email: str, times: int, address: str = "") -> None:
    client = browser(app, address)
    form = {**visit(client, "/sign-in").form().filled, "email": email, "password": WRONG}
    for _ in range(times):
        client.post("/sign-in", data=form)


def test_whom_others_locked_out_of_the_password_still_gets_in(
    app: Flask, member: Member, device: Authenticator
) -> None:
    _fail(app, member.email, 10, "10.9.9.9")
    client = browser(app, "10.9.9.9")
    assert give_password(client, member.email).status == 429

    assert enter(client, device.get).status == 303
    assert is_signed_in(client)


def test_who_used_up_the_tries_for_codes_still_gets_in(
    app: Flask, member: Member, device: Authenticator, at: Any
) -> None:
    page = give_password(browser(app), member.email)
    for _ in range(5):
        give_code(page, "12345x")
    right = totp.code(TOTP_SECRET, at.moment)
    assert give_code(give_password(browser(app), member.email), right).status_code == 429

    assert second(give_password(browser(app), member.email), device.get).status == 303
    assert enter(browser(app), device.get).status == 303


def test_where_a_mailed_link_is_needed_a_passkey_still_gets_in(
    app: Flask, member: Member, device: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        key = operations.strangers._streak(member.email)

        @operation
        def fail_often() -> None:
            from forum.signin.models import FailureStreak

            db.session.add(
                FailureStreak(key=key, failures=100, failed_at=sessions(app)[0].opened_at)
            )

        fail_often()
    assert "Look into your mailbox" in give_password(browser(app), member.email).words

    assert enter(browser(app), device.get).status == 303
    assert "Look into your mailbox" not in give_password(browser(app), member.email).words


def test_a_passkey_confirms_and_leads_back_under_a_new_name(
    app: Flask, client: FlaskClient, member: Member, device: Authenticator, at: Any
) -> None:
    with_session(client, member)
    at(timedelta(minutes=10))
    old = token_in(client)

    answer = confirm(client, device.get)

    assert answer.response.headers["Location"] == "/threads"
    assert token_in(client) != old
    assert visit(client, "/settings/security/password", follow=False).status == 200
    assert "Confirmed with a passkey" in visit(client, "/settings/security").words


def test_a_form_comes_back_filled_after_a_passkey_confirmed(
    app: Flask, client: FlaskClient, member: Member, device: Authenticator, at: Any
) -> None:
    with_session(client, member)
    page = visit(client, f"{PASSKEYS}/new")
    at(timedelta(minutes=10))

    sent = hand_in(page, "", name="Key in the safe")
    confirm(client, device.get, sent.response.headers["Location"])

    page = visit(client, f"{PASSKEYS}/new")
    assert page.form().filled["name"] == "Key in the safe"
    assert "What you had typed was kept." in page.words


@pytest.mark.parametrize("verifies", [True, False])
def test_only_ones_own_passkey_confirms_and_only_with_its_user_known(
    app: Flask, client: FlaskClient, member: Member, device: Authenticator, at: Any, verifies: bool
) -> None:
    with_session(client, a_member() if verifies else member)
    at(timedelta(minutes=10))
    device.verifies = verifies

    page = confirm(client, lambda options: device.sign(device.kept[0], options))

    assert page.status == 422
    assert (UNKNOWN if verifies else "This passkey did not ask who is using it.") in page.words
    assert visit(client, "/settings/security/password", follow=False).status == 303


def test_an_account_with_passkeys_still_takes_password_and_code(
    app: Flask, client: FlaskClient, member: Member, at: Any
) -> None:
    page = give_password(client, member.email, PASSWORD)
    assert give_code(page, totp.code(TOTP_SECRET, at.moment)).status_code == 303
    with app.app_context():
        codes = operation(factors.new_recovery_codes)(member.id)
    page = give_password(browser(app), member.email)
    page = visit(page.client, "/sign-in/recovery-code").fill(code=codes[0])

    assert page.send(follow=False).status == 303


def test_a_page_that_stood_too_long_says_so(
    app: Flask, client: FlaskClient, member: Member, device: Authenticator
) -> None:
    page = visit(client, "/sign-in")
    answer = device.get(asked(page, "/sign-in/challenge"))

    data = {"csrf_token": "another", "passkey": answer}
    page = Page(client, client.post("/sign-in", data=data), "/sign-in")

    assert page.status == 422
    assert "This page had been open too long." in page.words
    assert client.post("/sign-in/challenge", data={"csrf_token": "another"}).status_code == 400


def test_the_challenge_of_an_ended_session_is_worth_nothing(
    app: Flask, client: FlaskClient, member: Member, device: Authenticator
) -> None:
    with_session(client, member)
    page = visit(client, "/confirm")
    answer = device.get(asked(page, "/confirm/challenge"))
    with app.app_context():
        operations.end_sessions_of(member.id)

    assert hand_in(page, answer).response.headers["Location"].startswith("/sign-in")
    with app.app_context():
        row = db.session.scalars(
            select(OpenSession).where(OpenSession.challenge.is_not(None))
        ).one()
        found = operations.confirm_with_passkey(row.id, "", answer)
    assert isinstance(found, Declined)
    assert actor_of(member).id == member.id
