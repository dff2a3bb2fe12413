"""Passkeys as members keep them: added after a step-up, named, removed, told about (security.md H4, S4)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core.mail import OutboxMail
from forum.core.settings import Settings
from forum.members.limits import limit_member
from forum.members.models import LimitCause, LimitKind
from forum.policy import ANONYMOUS
from forum.signin.ceremonies import Site
from tests.factories import a_member, actor_of, sign_in
from tests.pages import visit
from tests.signin.passkeys import NEW, PASSKEYS, add, asked, enter, hand_in, kept, with_passkey
from tests.signin.steps import browser, is_signed_in
from tests.support.authenticator import Authenticator

Outbox = Callable[..., list[OutboxMail]]


def kinds(outbox: Outbox, to: str) -> list[str]:
    return [mail.kind for mail in outbox(to)]


def test_a_passkey_is_listed_by_its_name_with_its_days(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member, device = a_member(), Authenticator()
    sign_in(client, member)
    assert "You have no passkey yet." in visit(client, PASSKEYS).words

    answer = add(client, device, "Key in the safe")

    assert (answer.status, answer.response.headers["Location"]) == (303, PASSKEYS)
    words = visit(client, PASSKEYS).words
    assert "The passkey is in use: Key in the safe. Your other sessions are ended." in words
    assert "Alone, or after the password 25 Nov 2026 Not yet" in words
    at(timedelta(days=2))
    assert enter(browser(app), device.get).status == 303
    sign_in(client, member)
    assert "25 Nov 2026 27 Nov 2026" in visit(client, PASSKEYS).words
    assert "Key in the safe Added on 25 Nov 2026. Last used on 27 Nov 2026." in (
        visit(client, "/settings/security").words
    )


def test_adding_and_removing_is_told_and_ends_the_other_sessions(
    app: Flask, client: FlaskClient, outbox: Outbox
) -> None:
    member, elsewhere = a_member(), browser(app)
    sign_in(client, member)
    sign_in(elsewhere, member)

    add(client, Authenticator())

    assert not is_signed_in(elsewhere)
    assert kinds(outbox, member.email) == ["signin/passkey_added"]
    sign_in(elsewhere, member)

    gone = visit(client, f"{PASSKEYS}/1/remove").form().send()

    assert "The passkey is removed: Laptop. Your other sessions are ended." in gone.words
    assert kept(app) == []
    assert not is_signed_in(elsewhere)
    assert kinds(outbox, member.email)[1:] == ["signin/passkey_removed"]
    words = visit(client, "/settings/security").words
    assert "A passkey was added" in words
    assert "A passkey was removed" in words


def test_a_passkey_is_renamed(app: Flask, client: FlaskClient) -> None:
    sign_in(client, a_member())
    add(client, Authenticator())
    page = visit(client, f"{PASSKEYS}/1/name")
    assert page.form().filled["name"] == "Laptop"

    assert page.fill(name=" ").send().status == 422
    page = visit(client, f"{PASSKEYS}/1/name").fill(name="Telephone").send()

    assert "The passkey is now called Telephone." in page.words
    assert [passkey.name for passkey in kept(app)] == ["Telephone"]


@pytest.mark.parametrize("path", [NEW, f"{PASSKEYS}/1/remove"])
def test_adding_and_removing_asks_for_a_recent_proof_and_comes_back(
    app: Flask, client: FlaskClient, at: Any, path: str
) -> None:
    sign_in(client, a_member())
    add(client, Authenticator())
    at(timedelta(minutes=10))

    for answer in (client.get(path), client.post(path, data=_token(client))):
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/confirm?next={path}")

    assert len(kept(app)) == 1
    answer = client.post(f"{PASSKEYS}/challenge", data=_token(client))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/confirm?next={NEW}")


def _token(client: FlaskClient) -> dict[str, str]:
    return {"csrf_token": visit(client, "/confirm").form().filled["csrf_token"]}


def test_the_name_typed_survives_the_step_up(app: Flask, client: FlaskClient, at: Any) -> None:
    sign_in(client, a_member())
    page = visit(client, NEW)
    at(timedelta(minutes=10))

    sent = hand_in(page, "", name="Key in the safe")
    assert sent.response.headers["Location"] == f"/confirm?next={NEW}"
    at(timedelta(minutes=-1))

    assert visit(client, NEW).form().filled["name"] == "Key in the safe"


@pytest.mark.parametrize("what", ["name", "remove"])
def test_the_passkey_of_somebody_else_is_not_there(
    app: Flask, client: FlaskClient, what: str
) -> None:
    with_passkey(app, a_member(), Authenticator())
    sign_in(client, a_member())

    assert client.get(f"{PASSKEYS}/1/{what}").status_code == 404
    assert client.get(f"{PASSKEYS}/2/{what}").get_data() == (
        client.get(f"{PASSKEYS}/1/{what}").get_data()
    )
    assert client.post(f"{PASSKEYS}/1/{what}", data=_token(client)).status_code == 404
    assert len(kept(app)) == 1


def test_what_is_made_is_asked_for_on_these_terms(app: Flask, client: FlaskClient) -> None:
    member, device = a_member(name="Ana Ruiz"), Authenticator()
    sign_in(client, member)
    add(client, device)

    options = asked(visit(client, NEW), f"{PASSKEYS}/challenge")

    assert options["rp"] == {"name": "Counterpart", "id": "localhost"}
    assert options["user"]["name"] == member.email
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    assert [one["transports"] for one in options["excludeCredentials"]] == [["internal"]]
    (passkey,) = kept(app)
    assert options["user"]["id"] == passkey.handle
    assert str(member.id) not in (passkey.handle, passkey.credential_id)


def test_a_challenge_makes_one_passkey(app: Flask, client: FlaskClient) -> None:
    sign_in(client, a_member())
    page, device = visit(client, NEW), Authenticator()
    options = asked(page, f"{PASSKEYS}/challenge")
    hand_in(page, device.create(options), name="One")

    again = hand_in(page, device.create(options), name="Two")

    assert again.status == 422
    assert "or was sent twice. Press the button once more." in again.words
    assert len(kept(app)) == 1


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("", "No passkey was asked for."),
        ("null", "This passkey was not accepted."),
        ("[" * 15_000, "This passkey was not accepted."),
        ("x" * 30_000, "This passkey was not accepted."),
        ('{"id": "é", "rawId": "é", "response": {}}', "This passkey was not accepted."),
    ],
)
def test_what_no_browser_makes_is_not_taken_and_the_name_stays(
    app: Flask, client: FlaskClient, answer: str, sentence: str
) -> None:
    sign_in(client, a_member())
    page = visit(client, NEW)
    asked(page, f"{PASSKEYS}/challenge")

    page = hand_in(page, answer, name="Laptop")

    assert page.status == 422
    assert sentence in page.words
    assert page.form().filled["name"] == "Laptop"
    assert kept(app) == []


def test_without_a_name_the_name_alone_is_asked_for(client: FlaskClient) -> None:
    sign_in(client, a_member())

    page = hand_in(visit(client, NEW), "", name=" ")

    assert page.status == 422
    assert "Give the passkey a name." in page.words
    assert "No passkey was asked for." not in page.words


def test_a_passkey_made_elsewhere_is_not_taken(app: Flask, client: FlaskClient) -> None:
    sign_in(client, a_member())

    answer = add(client, Authenticator(origin="http://localhost.evil.example"))

    assert answer.status == 422
    assert "Check that the address bar says localhost, and try again." in answer.words
    assert kept(app) == []


def test_the_same_passkey_is_not_added_twice_by_anybody(app: Flask, client: FlaskClient) -> None:
    device = Authenticator()
    with_passkey(app, a_member(), device)
    sign_in(client, a_member())
    page = visit(client, NEW)
    options = asked(page, f"{PASSKEYS}/challenge")

    page = hand_in(page, device.create(options, again=device.kept[0]), name="Laptop")

    assert page.status == 422
    assert "This passkey was added before." in page.words
    assert len(kept(app)) == 1


def test_nobody_has_more_than_ten(app: Flask, client: FlaskClient) -> None:
    sign_in(client, a_member())
    device = Authenticator()
    for number in range(10):
        assert add(client, device, f"Key {number}").status == 303

    page = visit(client, NEW)

    assert page.path == PASSKEYS
    assert "You have ten passkeys. Remove one before you add another." in page.words


def test_who_may_only_read_still_keeps_passkeys(app: Flask, client: FlaskClient) -> None:
    member, device = a_member(), Authenticator()
    with app.app_context():
        limit_member(ANONYMOUS, member.id, LimitKind.READ_ONLY, LimitCause.RECOVERY)
    sign_in(client, member)

    assert add(client, device).status == 303
    assert enter(browser(app), device.get).status == 303
    assert actor_of(member).is_read_only


@pytest.mark.parametrize(
    ("base", "others", "name", "origins"),
    [
        ("https://forum.example", "", "forum.example", ("https://forum.example",)),
        ("https://Forum.example:443/", "", "forum.example", ("https://forum.example",)),
        ("http://localhost:5000", "", "localhost", ("http://localhost:5000",)),
        (
            "https://forum.example",
            "www.forum.example,evilforum.example,other.example",
            "forum.example",
            ("https://forum.example", "https://www.forum.example"),
        ),
    ],
)
def test_the_site_is_known_by_its_settings(
    settings: Settings, base: str, others: str, name: str, origins: tuple[str, ...]
) -> None:
    hosts = tuple(filter(None, others.split(",")))
    site = Site.of(replace(settings, base_url=base, extra_hosts=hosts))

    assert (site.id, site.origins) == (name, origins)
