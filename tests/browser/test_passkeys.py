"""Passkeys with a real browser and a device that it makes up: added, used in each place, removed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.people import WINDOWS, Person
from tests.support.browser import IS_FIRST_RUN

pytestmark = pytest.mark.browser

PASSKEYS = "/settings/security/passkeys"


class Device:
    """A telephone or key that the browser believes to be at hand."""

    def __init__(self, person: Person) -> None:
        self._page: CDPSession = person.page.context.new_cdp_session(person.page)
        self._page.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
        }
        added = self._page.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = added["authenticatorId"]

    def knows_its_user(self, yes: bool) -> None:
        """Whether the finger on it is the right one."""
        told = {"authenticatorId": self._id, "isUserVerified": yes}
        self._page.send("WebAuthn.setUserVerified", told)


@pytest.mark.parametrize(
    "window",
    [
        pytest.param("desk", marks=() if IS_FIRST_RUN else pytest.mark.soak),
        pytest.param("phone", marks=pytest.mark.soak),
    ],
)
def test_a_member_adds_a_passkey_and_uses_it_everywhere(
    person: Callable[..., Person], window: str, at: Any
) -> None:
    member = person(**WINDOWS[window])
    account, device = member.demonstration.account("n.darwash"), Device(member)
    member.sign_in(account, "/settings/security").look()

    member.follow("See to your passkeys").look().follow("Add a passkey").look()
    member.press("Add the passkey").look()
    assert "Give the passkey a name." in member.main.inner_text()
    member.fill(name="Office telephone").press("Add the passkey").look()
    assert member.path == PASSKEYS
    assert "The passkey is in use: Office telephone." in member.main.inner_text()
    assert "a passkey was added" in str(member.mail(account.email)[-1]["Subject"])

    member.follow("Add a passkey").fill(name="The same again")
    member.main.get_by_role("button", name="Add the passkey").click()
    expect(member.main.get_by_role("alert")).to_contain_text("There is a passkey for your account")
    member.look()

    member.sign_out().go(f"/sign-in?next={PASSKEYS}").look()
    device.knows_its_user(False)
    member.main.get_by_role("button", name="Sign in with a passkey").click()
    expect(member.main.get_by_role("alert")).to_contain_text("No passkey was used")
    member.look()
    device.knows_its_user(True)
    member.press("Sign in with a passkey").look()
    assert member.path == PASSKEYS

    at(timedelta(minutes=11))
    member.follow("Remove").look()
    assert member.path == "/confirm"
    member.press("Confirm with a passkey").look()
    assert member.path == f"{PASSKEYS}/1/remove"

    member.sign_out().go("/sign-in")
    member.fill(email=account.email, password=account.password).press("Continue").look()
    member.press("Use a passkey instead").look()
    member.go(PASSKEYS).follow("Rename").look()
    member.fill(name="Telephone").press("Save the name").look()
    member.follow("Remove").press("Remove the passkey").look()
    assert "You have no passkey yet." in member.main.inner_text()
    member.sign_out().go("/sign-in").press("Sign in with a passkey").look()
    assert "This passkey opens nothing here." in member.main.inner_text()


def test_without_scripts_no_passkey_is_offered_and_the_code_works(
    person: Callable[..., Person],
) -> None:
    member = person(**WINDOWS["phone without scripts"])
    account = member.demonstration.account("n.darwash")

    assert not member.go("/sign-in").main.get_by_text("passkey").is_visible()
    member.look().sign_in(account, PASSKEYS).look()

    assert member.path == PASSKEYS
    assert not member.main.get_by_role("link", name="Add a passkey").is_visible()
    assert "in a browser that can make one" in member.main.inner_text()


def test_a_browser_that_knows_no_passkeys_offers_none(person: Callable[..., Person]) -> None:
    member = person()
    member.page.add_init_script("delete window.PublicKeyCredential")
    member.go("/sign-in").look()

    assert not member.main.get_by_role("button", name="Sign in with a passkey").is_visible()
    member.page.add_init_script(
        "Object.defineProperty(navigator, 'credentials', {value: undefined})"
    )
    account = member.demonstration.account("n.darwash")
    assert member.sign_in(account, PASSKEYS).look().path == PASSKEYS
