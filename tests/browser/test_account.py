"""A member changes all that protects the account, ends sessions, and stops a stranger."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.browser.people import WALKED_BESIDE_AT, WINDOWS, Person

pytestmark = pytest.mark.browser

NEW = "seven quiet herons wade"


def new_key(member: Person) -> str:
    """What an app would read from the drawing."""
    return re.sub(r"\s", "", member.main.locator("samp").inner_text())


@pytest.mark.parametrize("window", WALKED_BESIDE_AT)
def test_a_member_changes_what_protects_the_account(
    person: Callable[..., Person], window: str
) -> None:
    member, elsewhere = person(**WINDOWS[window]), person(**WINDOWS[window])
    account = member.demonstration.account("n.darwash")
    elsewhere.sign_in(account)
    member.sign_in(account)
    member.page.locator("details.cp-menu summary").click()
    member.follow("Settings", within="header").look()
    assert "sign-in from a new browser" in str(member.mail(account.email)[-1]["Subject"])

    member.follow("Change the password").look()
    member.fill(password="short", password_again="short").press("Change the password").look()
    member.fill(password=NEW, password_again=NEW).press("Change the password").look()
    assert elsewhere.go("/boards").path == "/sign-in"
    changed = replace(account, password=NEW)

    member.follow("Replace the app").look().press("Show a new key").look()
    member.fill(code="123456").press("Use this app from now on").look()
    key = new_key(member)
    member.fill(code=member.code(key)).press("Use this app from now on").look()
    changed = replace(changed, totp_secret=key)

    member.follow("Make new codes").look().press("Make new codes").look()
    assert member.main.locator(".cp-recovery li").count() == 10
    member.main.locator("[name=saved]").check()
    member.press("Done").look()
    assert "10 left" in member.main.inner_text()

    elsewhere.sign_in(changed, "/settings/sessions").look()
    elsewhere.follow("End").look().press("End the session").look()
    assert member.go("/boards").path == "/sign-in"
    elsewhere.go("/settings/security").follow("This was not me").look()
    elsewhere.press("End all sessions and tell the moderators").look()
    assert elsewhere.path == "/sign-in"


def test_a_browser_stays_known_after_signing_out(person: Callable[..., Person]) -> None:
    member = person()
    account = member.demonstration.account("c.desmarny")
    for _ in range(2):
        member.sign_in(account).sign_out()
        assert member.path == "/"

    told = [mail for mail in member.mail(account.email) if "new browser" in str(mail["Subject"])]
    assert len(told) == 1
