"""Where the site asks moderators for passkeys: without one they moderate nothing, with one nothing
else opens their account."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.app import create_app
from forum.core.db import operation
from forum.core.errors import Conflict, Forbidden
from forum.core.settings import Settings
from forum.members.models import Member
from forum.policy import Permission, allows, require
from forum.signin import operations
from forum.signin.operations import factors
from tests import factories
from tests.conftest import close
from tests.factories import PASSWORD, TOTP_SECRET, a_member, a_moderator, actor_of
from tests.factories import sign_in as with_session
from tests.pages import visit
from tests.signin.passkeys import (
    NEW,
    PASSKEYS,
    add,
    asked,
    confirm,
    enter,
    kept,
    second,
    with_passkey,
)
from tests.signin.steps import give_code, give_password, is_signed_in, sessions, sign_in
from tests.support import totp
from tests.support.at_once import at_once
from tests.support.authenticator import Authenticator

NEW_PASSWORD = "seven quiet herons wade"
ONLY = "Moderators sign in and confirm with a passkey that asks who is using it."


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """A site that asks moderators for passkeys."""
    made = create_app(replace(settings, moderators_need_passkey=True))
    factories.use(made)
    yield made
    close(made)


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


@pytest.fixture
def moderator(app: Flask, device: Authenticator) -> Member:
    """One who has a passkey."""
    found = a_moderator()
    with_passkey(app, found, device)
    return found


def test_a_moderator_without_one_is_led_to_it_and_moderates_nothing(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member = a_moderator()

    answer = sign_in(client, member, at.moment, path="/sign-in?next=/moderation/queue")

    assert answer.headers["Location"] == PASSKEYS
    assert "Add one, and you can moderate." in visit(client, PASSKEYS).words
    for path in ("/moderation/queue", "/moderation/members", "/moderation/applications/1"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, PASSKEYS)
    words = visit(client, "/threads").words
    assert "You can moderate once your account has a passkey." in words
    assert "/moderation/queue" not in visit(client, "/threads").links()
    assert not allows(actor_of(member), Permission.APPLICATION_DECIDE)
    with pytest.raises(Forbidden):
        require(actor_of(member), Permission.MEMBER_LIMIT)
    assert sessions(app)[-1].is_staff


def test_once_it_is_added_everything_opens(app: Flask, client: FlaskClient, at: Any) -> None:
    member = a_moderator()
    sign_in(client, member, at.moment)
    page = visit(client, NEW)
    options = asked(page, f"{PASSKEYS}/challenge")
    assert options["authenticatorSelection"]["userVerification"] == "required"

    assert add(client, Authenticator()).status == 303

    assert client.get("/moderation/queue").status_code == 200
    assert allows(actor_of(member), Permission.APPLICATION_DECIDE)


def test_the_first_moderator_is_named_by_the_operator_and_brings_a_passkey(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    said = app.test_cli_runner().invoke(args=["create-moderator", "first@secretariat.example"])
    page = visit(client, urlsplit(said.output.split()[-1]).path)
    page = page.fill(password=NEW_PASSWORD, password_again=NEW_PASSWORD, rules="y").send()
    (key,) = page.root.iter("samp")
    secret = (key.text or "").replace(" ", "")
    page.fill(code=totp.code(secret, at.moment)).send()
    at(timedelta(seconds=30))

    page = give_password(client, "first@secretariat.example", NEW_PASSWORD)
    assert give_code(page, totp.code(secret, at.moment)).headers["Location"] == PASSKEYS

    assert add(client, Authenticator()).status == 303
    assert client.get("/moderation/queue").status_code == 200


def test_a_passkey_that_knows_nobody_is_none(app: Flask, client: FlaskClient) -> None:
    with_session(client, a_moderator())

    assert add(client, Authenticator(verifies=False)).status == 422
    assert client.get("/moderation/queue").status_code == 303


def test_with_one_no_code_opens_anything_is_spent_or_is_told_to_be_right(
    app: Flask, client: FlaskClient, moderator: Member, device: Authenticator, at: Any
) -> None:
    with app.app_context():
        codes = operation(factors.new_recovery_codes)(moderator.id)
    page = give_password(client, moderator.email)
    assert ONLY in page.words
    wrong = page.fill(code="123456").send()

    right = page.fill(code=totp.code(TOTP_SECRET, at.moment)).send()
    assert (wrong.status, right.status) == (422, 422)
    assert "mistyped. 4 tries are left" in wrong.words
    assert right.words == wrong.words.replace("4 tries", "3 tries")
    listed = visit(client, "/sign-in/recovery-code")
    none, one = (listed.fill(code=code).send() for code in ("no such code", codes[0]))
    assert (none.status, one.status) == (422, 422)
    assert one.words == none.words.replace("2 tries are", "1 try is")

    assert not is_signed_in(client)
    with app.app_context():
        assert factors.recovery_codes_left(moderator.id) == 10
    page = visit(client, "/sign-in/code")
    assert second(page, device.get).status == 303
    assert client.get("/moderation/queue").status_code == 200
    words = visit(client, "/settings/security").words
    assert "Right password, but the account opens by a passkey" in words


def test_a_wrong_code_tells_nobody_that_the_account_is_a_moderators(
    app: Flask, client: FlaskClient, moderator: Member
) -> None:
    member = a_member()
    with_passkey(app, member, Authenticator())

    said = [
        give_password(client, whose.email).fill(code="123456").send().words
        for whose in (moderator, member)
    ]

    assert said[0] == said[1]


def test_a_key_that_knows_nobody_is_no_second_factor_of_theirs(
    app: Flask, client: FlaskClient, moderator: Member, device: Authenticator
) -> None:
    device.verifies = False

    page = second(give_password(client, moderator.email), device.get)

    assert (page.status, ONLY in page.words) == (422, True)
    assert not is_signed_in(client)
    device.verifies = True
    assert enter(client, device.get).status == 303


def test_they_confirm_with_it_and_with_nothing_else(
    app: Flask, client: FlaskClient, moderator: Member, device: Authenticator, at: Any
) -> None:
    enter(client, device.get)
    at(timedelta(minutes=10))
    page = visit(client, "/confirm")
    assert "Moderators confirm with their passkey" in page.words
    token = page.form().filled["csrf_token"]
    code = totp.code(TOTP_SECRET, at.moment)

    answer = client.post("/confirm", data={"csrf_token": token, "password": PASSWORD, "code": code})
    assert answer.status_code == 422
    assert ONLY in answer.get_data(as_text=True)
    assert client.get(NEW).status_code == 303
    assert confirm(client, device.get).status == 303
    assert client.get(NEW).status_code == 200


def test_the_last_one_stays(
    app: Flask, client: FlaskClient, moderator: Member, device: Authenticator
) -> None:
    enter(client, device.get)
    page = visit(client, PASSKEYS)
    assert "Add another one before you remove your last." in page.words
    assert f"{PASSKEYS}/1/remove" not in page.links()

    page = visit(client, f"{PASSKEYS}/1/remove").form().send()

    assert "Moderators need a passkey, and this is your last. Add another one first." in page.words
    assert len(kept(app)) == 1
    add(client, device, "Another")
    assert "The passkey is removed: Laptop." in (
        visit(client, f"{PASSKEYS}/1/remove").form().send().words
    )


def test_lost_passkeys_are_removed_by_others_and_it_begins_anew(
    app: Flask, client: FlaskClient, moderator: Member, at: Any
) -> None:
    with app.app_context():
        assert operations.remove_all_passkeys(actor_of(a_moderator()), moderator.id) == 1

    assert sign_in(client, moderator, at.moment).headers["Location"] == PASSKEYS
    assert kept(app) == []


def test_nobody_else_needs_one(app: Flask, client: FlaskClient, at: Any) -> None:
    member, device = a_member(), Authenticator()
    with_passkey(app, member, device)

    assert sign_in(client, member, at.moment).headers["Location"] == "/"
    assert visit(client, f"{PASSKEYS}/1/remove").form().send().status == 200
    assert kept(app) == []


def test_of_the_last_two_removed_at_once_one_stays(app: Flask, client: FlaskClient) -> None:
    member, device = a_moderator(), Authenticator()
    with_session(client, member)
    add(client, device, "One")
    add(client, device, "Two")
    actor, here = actor_of(member), sessions(app)[-1].id

    refused = at_once(app, lambda number: operations.remove_passkey(actor, here, number), [1, 2])

    assert [type(error) for error in refused] == [Conflict]
    assert len(kept(app)) == 1
