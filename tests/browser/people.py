"""What people do in a browser."""

import re
from collections.abc import Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page

from forum.core.delivery import deliver_due
from tests.support.browser import DESKTOP, IS_FIRST_RUN, PHONE, Visit
from tests.support.demonstration import Account, Demonstration

#: With and without scripts, at a desk and on a telephone.
WINDOWS: Mapping[str, dict[str, object]] = {
    "desk": {"javascript": True, "size": DESKTOP},
    "phone": {"javascript": True, "size": PHONE},
    "desk without scripts": {"javascript": False, "size": DESKTOP},
    "phone without scripts": {"javascript": False, "size": PHONE},
}


def _walked_at(*windows: str) -> list[Any]:
    """`make test` walks at these windows; `make soak` at all."""
    return [
        pytest.param(name, marks=() if name in windows else pytest.mark.soak) for name in WINDOWS
    ]


#: The main job is walked at the two windows that differ most, on the second database at one;
WALKED_AT = _walked_at("desk", *(["phone without scripts"] if IS_FIRST_RUN else []))
#: what comes beside it by `make soak`, on the second database at the one where most can go wrong.
WALKED_BESIDE_AT = _walked_at(*([] if IS_FIRST_RUN else ["phone without scripts"]))


class Person:
    """Somebody at one window."""

    def __init__(self, visit: Visit, demonstration: Demonstration, app: Flask) -> None:
        self.visit = visit
        self.demonstration = demonstration
        self.app = app

    @property
    def page(self) -> Page:
        return self.visit.page

    @property
    def path(self) -> str:
        """Where the window is."""
        return urlsplit(self.page.url).path

    @property
    def heading(self) -> str:
        return " ".join(self.page.locator("h1").inner_text().split())

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def go(self, path: str) -> "Person":
        self.visit.go(path)
        return self

    def look(self) -> "Person":
        """Take the page in: no barrier, no complaint, nothing that sticks out sideways."""
        self.visit.check()
        return self

    def fill(self, **fields: str) -> "Person":
        """Type into fields, by their names."""
        for name, value in fields.items():
            self.main.locator(f"[name={name}]").first.fill(value)
        return self

    def choose(self, name: str, value: str) -> "Person":
        """Choose from a list."""
        self.main.locator(f"select[name={name}]").select_option(value)
        return self

    def tick(self, name: str, value: str) -> "Person":
        """Tick a box or a circle; one in a folded list is unfolded first."""
        box = self.main.locator(f"input[name={name}][value='{value}']")
        fold = box.locator("xpath=ancestor::details[not(@open)]")
        if fold.count():
            fold.first.locator("summary").click()
        box.check()
        return self

    def press(self, words: str, *, within: str = "main") -> "Person":
        """Press the button that says so, and wait for what it brings."""
        return self.click(self.page.locator(within).get_by_role("button", name=words).first)

    def follow(self, words: str, *, within: str = "main") -> "Person":
        """Follow the link that says so."""
        return self.click(self.page.locator(within).get_by_role("link", name=words).first)

    def click(self, target: Locator) -> "Person":
        """Click on what leads to another page, and wait until that page is there."""
        # Not expect_navigation: htmx enters each page into the history, which counts as one.
        with self.page.expect_event("load"):
            target.click()
        return self

    def sign_in(self, account: Account, path: str = "/") -> "Person":
        """Both factors; then on to the page that was asked for."""
        self.go("/sign-in?next=" + quote(path))
        self.fill(email=account.email, password=account.password).press("Continue")
        self.fill(code=self.code(account.totp_secret)).press("Sign in")
        return self

    def confirm(self, account: Account) -> "Person":
        """Both factors again."""
        self.fill(password=account.password, code=self.code(account.totp_secret)).press("Confirm")
        return self

    def sign_out(self) -> "Person":
        self.page.locator("details.cp-menu summary").click()
        return self.press("Sign out", within="header")

    def code(self, secret: str) -> str:
        """What the authenticator app shows next."""
        return self.demonstration.code(secret)

    def mail(self, address: str) -> list[EmailMessage]:
        """What the worker delivered to an address so far, from the files it writes."""
        with self.app.app_context():
            deliver_due()
        folder = self.demonstration.settings.data_dir
        found = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(folder.rglob("*.eml"))
        ]
        return [message for message in found if address in str(message["To"])]


def link_in(message: EmailMessage) -> str:
    """The path of the link of a mail."""
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"https?://\S+", body.get_content())
    assert found is not None
    return urlsplit(found.group()).path
