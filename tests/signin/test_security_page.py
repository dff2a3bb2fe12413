"""What protects one's account is told to its owner, with dates, and can be changed (security.md H4, H5)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.core.db import db, operation
from forum.core.mail import OutboxMail
from forum.core.services import services
from forum.drafts.models import KeptForm
from forum.signin import history, protection
from forum.signin.models import ShownSecret
from forum.signin.operations import factors
from tests.factories import PASSWORD, TOTP_SECRET, a_member, a_moderator, actor_of, sign_in
from tests.pages import Page, visit
from tests.signin import steps
from tests.signin.steps import WRONG, browser, give_code, give_password, is_signed_in, sessions
from tests.support import totp

NEW = "seven quiet herons wade"
CHANGES = (
    "/settings/security/password",
    "/settings/security/authenticator",
    "/settings/security/authenticator/new",
    "/settings/security/recovery-codes",
    "/settings/security/recovery-codes/new",
    "/settings/sessions/1/end",
    "/settings/sessions/end-others",
)


def test_the_settings_begin_with_what_protects_the_account(client: FlaskClient) -> None:
    sign_in(client, a_member())

    answer = client.get("/settings")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/security")
    assert "/settings/security" in visit(client, "/").links()


def test_each_factor_is_shown_with_the_day_since_which_it_holds(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    at("2026-10-03T12:00Z")
    member = a_member()
    at("2026-10-05T12:00Z")
    with app.app_context():
        codes = operation(factors.new_recovery_codes)(member.id)
        operation(factors.uses_recovery_code)(member.id, codes[0])
    at(timedelta(days=40))
    sign_in(client, member)

    words = visit(client, "/settings/security").words

    assert "Chosen on 3 Oct 2026." in words
    assert "Set up on 3 Oct 2026." in words
    assert "9 left" in words
    assert "Made on 5 Oct 2026." in words


@pytest.mark.parametrize("path", CHANGES)
def test_every_change_asks_for_both_factors_again_and_comes_back(
    app: Flask, client: FlaskClient, at: Any, path: str
) -> None:
    member = a_member()
    sign_in(client, member)
    at(timedelta(minutes=10))
    token = visit(client, "/confirm").form().filled["csrf_token"]

    for answer in (client.get(path), client.post(path, data={"csrf_token": token})):
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/confirm?next={path}")

    with app.app_context():
        assert db.session.scalars(select(ShownSecret)).all() == []


def test_a_password_typed_before_a_step_up_is_kept_nowhere(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    sign_in(client, a_member())
    page = visit(client, "/settings/security/password").fill(password=NEW, password_again=NEW)
    at(timedelta(minutes=10))

    page = page.send()
    page = page.fill(password=PASSWORD, code=totp.code(TOTP_SECRET, at.moment)).send()

    assert page.heading == "Change your password"
    assert "A password is never kept. Type the new one again." in page.words
    with app.app_context():
        (kept,) = db.session.scalars(select(KeptForm.sealed_fields))
        assert NEW not in services().cipher.open(kept)


def test_a_new_password_is_in_use_at_once_and_ends_the_other_sessions(
    app: Flask, client: FlaskClient, at: Any, outbox: Callable[..., list[OutboxMail]]
) -> None:
    member, elsewhere = a_member(), browser(app)
    sign_in(client, member)
    sign_in(elsewhere, member)

    page = visit(client, "/settings/security/password")
    page = page.fill(password=NEW, password_again=NEW).send()

    assert "Your password is changed" in page.words
    assert not is_signed_in(elsewhere)
    assert is_signed_in(client)
    assert [mail.kind for mail in outbox(member.email)] == ["signin/password_changed"]
    assert give_password(browser(app), member.email).status == 422
    assert give_password(browser(app), member.email, NEW).heading == "Enter your code"


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "short", "Use at least 15 characters."),
        (NEW, NEW + "s", "This is not the same password."),
        (PASSWORD, PASSWORD, "This is the password you have now."),
        ("qwertyuiopasdfghjkl", "qwertyuiopasdfghjkl", "Choose something else."),
    ],
)
def test_a_password_that_is_not_taken_changes_nothing_and_comes_back_empty(
    app: Flask, client: FlaskClient, password: str, again: str, said: str
) -> None:
    member, elsewhere = a_member(), browser(app)
    sign_in(client, member)
    sign_in(elsewhere, member)

    page = visit(client, "/settings/security/password")
    page = page.fill(password=password, password_again=again).send()

    assert page.status == 422
    assert said in page.words
    assert password not in page.text
    assert is_signed_in(elsewhere)
    assert give_password(browser(app), member.email).heading == "Enter your code"


def _begin(client: FlaskClient) -> tuple[Page, str]:
    """The page of a new app, and the key it shows."""
    page = visit(client, "/settings/security/authenticator").form("/authenticator").send()
    (key,) = [
        "".join("".join(node.itertext()).split()) for node in page.root.iter() if node.tag == "samp"
    ]
    return page, key


def test_a_new_authenticator_takes_over_once_its_code_was_typed(
    app: Flask, client: FlaskClient, at: Any, outbox: Callable[..., list[OutboxMail]]
) -> None:
    member, elsewhere = a_member(), browser(app)
    sign_in(client, member)
    sign_in(elsewhere, member)
    page, key = _begin(client)
    assert give_code(
        give_password(browser(app), member.email), totp.code(TOTP_SECRET, at.moment)
    ).headers["Location"], "the app in use works until then"

    page = page.fill(code=totp.code(key, at.moment)).send()

    assert "Your new authenticator app is in use" in page.words
    assert not is_signed_in(elsewhere)
    assert is_signed_in(client)
    assert "signin/authenticator_replaced" in [mail.kind for mail in outbox(member.email)]
    at(timedelta(seconds=30))
    page = give_password(browser(app), member.email)
    assert give_code(page, totp.code(TOTP_SECRET, at.moment)).status_code == 422
    assert give_code(page, totp.code(key, at.moment)).status_code == 303


def test_the_code_that_proved_the_new_app_is_spent(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member = a_member()
    sign_in(client, member)
    page, key = _begin(client)
    code = totp.code(key, at.moment)

    page.fill(code=code).send()

    assert give_code(give_password(browser(app), member.email), code).status_code == 422


def test_a_wrong_code_keeps_the_old_app_and_the_key_that_was_shown(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member = a_member()
    sign_in(client, member)
    page, key = _begin(client)

    page = page.fill(code=totp.code(TOTP_SECRET, at.moment)).send()

    assert page.status == 422
    assert "4 tries are left" in page.words
    assert _begin(client)[1] == key
    steps.sign_in(browser(app), member, at.moment)


def test_sending_the_first_code_twice_replaces_the_app_once(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member = a_member()
    sign_in(client, member)
    page, key = _begin(client)
    page.fill(code=totp.code(key, at.moment)).send()

    again = page.send()

    assert "No new authenticator app is being set up." in again.words
    assert again.heading == "Replace your authenticator app"


def test_the_key_of_a_new_app_is_shown_to_one_session_for_half_an_hour(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member, elsewhere = a_member(), browser(app)
    sign_in(client, member)
    sign_in(elsewhere, member)
    _, key = _begin(client)

    assert key not in visit(elsewhere, "/settings/security/authenticator/new").text.replace(" ", "")
    with app.app_context():
        (kept,) = db.session.scalars(select(ShownSecret))
        assert key not in kept.sealed
        at(timedelta(minutes=30))
        assert protection.new_authenticator_of(actor_of(member), kept.session_id) is None


def test_new_recovery_codes_kill_the_old_ones_and_are_shown_until_they_are_saved(
    app: Flask, client: FlaskClient, at: Any, outbox: Callable[..., list[OutboxMail]]
) -> None:
    member = a_member()
    with app.app_context():
        old = operation(factors.new_recovery_codes)(member.id)
    sign_in(client, member)

    page = visit(client, "/settings/security/recovery-codes").form("/recovery-codes").send()

    codes = ["".join(node.itertext()) for node in page.root.iter("li")]
    codes = [code for code in codes if code.count("-") == 5]
    assert len(set(codes)) == 10
    assert [mail.kind for mail in outbox(member.email)] == ["signin/recovery_codes_renewed"]
    again = visit(client, "/settings/security/recovery-codes").form("/recovery-codes").send()
    assert codes[0] in again.text, "pressing twice makes no others"
    assert again.send().status == 422
    done = again.fill(saved="y").send()
    assert "Your new recovery codes are in use" in done.words
    assert "10 left" in done.words
    later = visit(client, "/settings/security/recovery-codes/new")
    assert later.path == "/settings/security"
    with app.app_context():
        assert not operation(factors.uses_recovery_code)(member.id, old[0])
        assert operation(factors.uses_recovery_code)(member.id, codes[0])


def test_what_happened_to_an_account_is_told_in_words_with_device_and_address(
    app: Flask, at: Any
) -> None:
    member = a_member()
    attacker, owner = browser(app, "203.0.113.9"), browser(app, "198.51.100.4")
    owner.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
    for _ in range(3):
        give_password(attacker, member.email, WRONG)
    give_password(attacker, member.email)
    at(timedelta(minutes=6))
    steps.sign_in(owner, member, at.moment)

    words = visit(owner, "/settings/security").words

    signed_in = words.index("Signed in with password and code")
    typed = words.index("Your password was typed, but no code followed")
    failed = words.index("A wrong password was typed, 3 times")
    assert signed_in < typed < failed
    assert "Firefox on Linux · 198.51.100.4" in words
    assert "Unknown browser · 203.0.113.9" in words


def test_from_where_somebody_else_ended_the_sessions_is_not_told(
    app: Flask, client: FlaskClient
) -> None:
    member, moderator = a_member(), browser(app, "203.0.113.9")
    sign_in(moderator, a_moderator())
    sign_in(client, member)

    visit(moderator, f"/moderation/members/{member.id}").form("/sessions/end").send()

    sign_in(client, member)
    words = visit(client, "/settings/security").words
    assert "Sessions were ended" in words
    assert "203.0.113.9" not in words


def test_no_more_than_fifteen_events_and_only_one_s_own_are_told(app: Flask, at: Any) -> None:
    member, other = a_member(), a_member()
    for _ in range(9):
        client = browser(app)
        steps.sign_in(client, member, at.moment)
        token = visit(client, "/confirm").form().filled["csrf_token"]
        client.post("/sign-out", data={"csrf_token": token})
        at(timedelta(seconds=30))

    with app.app_context():
        assert len(history.security_events_of(actor_of(member))) == 15
        assert history.security_events_of(actor_of(other)) == []
    assert sessions(app) == []
