"""What people do when somebody lost the second factor, through the pages."""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from forum.core.mail import OutboxMail
from forum.directory.models import Authority
from forum.members.models import Member
from forum.policy import Role
from forum.recovery.models import RecoveryCase, RecoveryStatus
from forum.recovery.operations import answer_requests, go_on
from tests.factories import MLA, a_member, a_moderator, an_authority, sign_in
from tests.pages import Page, visit
from tests.signin.steps import browser
from tests.support import totp
from tests.support.rows import one_of

Outbox = Callable[..., list[OutboxMail]]

FORM = "/recover/second-factor"


class Office:
    """A member who lost the second factor, a colleague, and two moderators."""

    def __init__(self) -> None:
        self.authority: Authority = an_authority("QM", MLA)
        self.member = a_member(self.authority)
        self.colleague = a_member(self.authority)
        self.head = a_member(self.authority, Role.HEAD)
        self.first, self.second = a_moderator(), a_moderator()


def at_work(app: Flask, member: Member) -> FlaskClient:
    """A browser in which the member signed in a moment ago."""
    client = browser(app)
    sign_in(client, member)
    return client


def ask(client: FlaskClient, email: str, *, stolen: bool = False) -> Page:
    """Ask for a link; the answer itself."""
    page = visit(client, FORM).fill(email=email)
    return (page.fill(stolen="y") if stolen else page).send(follow=False)


def worker(app: Flask) -> None:
    """What the worker does within minutes."""
    with app.app_context():
        answer_requests()
        go_on()


def link_in(mail: OutboxMail) -> str:
    """The path of the first link of a mail."""
    found = re.search(r"https?://[^/]+(/\S+)", mail.text)
    assert found
    return found[1]


def mailed(outbox: Outbox, member: Member, kind: str) -> str:
    """The path in the newest mail of a kind to a member."""
    return link_in([mail for mail in outbox(member.email) if mail.kind == kind][-1])


def begin(app: Flask, outbox: Outbox, member: Member, client: FlaskClient | None = None) -> Page:
    """Ask, and press the button behind the mailed link; the page of the case."""
    client = client or browser(app)
    ask(client, member.email)
    worker(app)
    return visit(client, mailed(outbox, member, "recovery/begin")).send()


def words_on(page: Page) -> str:
    """The three words of the case's page."""
    found = next(node for node in page.root.iter() if node.get("id") == "words").text
    assert found
    return found


def confirm(app: Flask, colleague: Member, case: RecoveryCase, note: str = "She came in.") -> Page:
    """Say as a colleague that one spoke with the member."""
    page = visit(at_work(app, colleague), f"/recoveries/{case.id}")
    return page.form("/confirm").fill(note=note).send()


def call(app: Flask, moderator: Member, case: RecoveryCase, **typed: Any) -> Page:
    """Record a call, as a moderator."""
    page = visit(at_work(app, moderator), f"/moderation/recoveries/{case.id}")
    fields = {"outcome": "confirmed", "words": case.words, **typed}
    return page.form("/call-back").fill(**fields).send()


def approve(app: Flask, moderator: Member, case: RecoveryCase) -> Page:
    """Approve, as a moderator."""
    page = visit(at_work(app, moderator), f"/moderation/recoveries/{case.id}")
    return page.form("/approve").send()


def case_of(app: Flask, member: Member) -> RecoveryCase:
    """The member's only case, as it is now."""
    return one_of(app, RecoveryCase, RecoveryCase.member_id == member.id)


def status_of(app: Flask, case: RecoveryCase) -> RecoveryStatus:
    """How far a case is now."""
    return one_of(app, RecoveryCase, RecoveryCase.id == case.id).status


def key_on(page: Page) -> str:
    """The key that the page of a new app shows."""
    key = next(node for node in page.root.iter("samp"))
    return re.sub(r"\s", "", "".join(key.itertext()))


def code_of(key: str, at: Any) -> str:
    """What the app shows now."""
    return totp.code(key, at.moment)
