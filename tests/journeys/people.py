"""People who come to the site, each with a browser of their own."""

import re
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

from forum.core.delivery import deliver_due
from tests.pages import Page, visit
from tests.support.demonstration import Account, Demonstration
from tests.support.smtp import Mailbox


class Postman:
    """Carries what the site wrote to a real mail server, as the worker does."""

    def __init__(self, app: Flask, mailbox: Mailbox) -> None:
        self._app = app
        self._mailbox = mailbox

    def bring(self, address: str) -> list[EmailMessage]:
        """Everything that ever arrived for this address."""
        with self._app.app_context():
            deliver_due()
        return self._mailbox.to(address)

    def news(self, address: str) -> list[EmailMessage]:
        """What arrived but for mails about the account itself, such as a sign-in of a new browser."""
        return [mail for mail in self.bring(address) if "sign-in" not in str(mail["Subject"])]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(message: EmailMessage) -> str:
    """The path of the first link of a mail, whose text and page have the same links."""
    page = message.get_body(("html",))
    assert page is not None
    links = re.findall(r"https?://[^\s\"<>]+", text_of(message))
    assert set(links) == set(re.findall(r"href=\"(https?://[^\"]+)\"", page.get_content()))
    return urlsplit(links[0]).path


def begin_sign_in(client: FlaskClient, account: Account, path: str = "/sign-in") -> Page:
    """Address and password; the page that follows."""
    page = visit(client, path)
    return page.fill(email=account.email, password=account.password).send()


def sign_in(
    demonstration: Demonstration, client: FlaskClient, account: Account, path: str = "/sign-in"
) -> Page:
    """Both factors; the page one lands on."""
    page = begin_sign_in(client, account, path)
    return page.fill(code=demonstration.code(account.totp_secret)).send()


def sign_out(client: FlaskClient) -> None:
    """Press the button in the menu of the account."""
    page = visit(client, "/about")
    (form,) = [form for form in page.root.iter("form") if form.get("action") == "/sign-out"]
    token = next(form.iter("input")).get("value", "")
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303
