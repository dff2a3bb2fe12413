"""What people do about a mailbox."""

import re
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from forum.core.mail import OutboxMail
from forum.directory.models import Authority
from forum.mailboxes.models import MailboxChange
from forum.mailboxes.operations import complete_changes
from forum.members.models import Member
from forum.policy import Role
from tests.factories import MLA, a_member, an_authority, sign_in
from tests.pages import Page, visit
from tests.support.rows import all_of, one_of

Outbox = Callable[..., list[OutboxMail]]

DAY = timedelta(days=1)
OLD, NEW = "ana@justice.qm.example", "ana.b@justice.qm.example"
FOREIGN = "ana@elsewhere.example"


def an_office() -> Authority:
    """One whose mailbox the directory knows."""
    return an_authority("QM", MLA, email="office@justice.qm.example")


def an_officer(office: Authority | None = None, role: Role = Role.OFFICER) -> Member:
    return a_member(office or an_office(), role, email=OLD)


def browser(app: Flask, member: Member | None = None) -> FlaskClient:
    """A fresh browser, of that member if there is one."""
    client = app.test_client()
    if member is not None:
        sign_in(client, member)
    return client


def ask(client: FlaskClient, address: str = NEW) -> Page:
    """Fill the form in; where it leads."""
    return visit(client, "/settings/email/change").fill(email=address).send()


def link(outbox: Outbox, recipient: str, what: str) -> str:
    """The path in the newest mail with such a link."""
    found = [re.search(rf"/mailbox/{what}/\S+", mail.text) for mail in outbox(recipient)]
    paths = [match[0] for match in found if match]
    assert paths, [mail.kind for mail in outbox(recipient)]
    return paths[-1]


def press(app: Flask, path: str) -> Page:
    """Open a link in a browser that nobody is signed in at, and press the button."""
    return visit(browser(app), path).send()


def proved(app: Flask, outbox: Outbox, member: Member, address: str = NEW) -> MailboxChange:
    """Asked for, and the new mailbox proved."""
    assert ask(browser(app, member), address).status == 200
    assert "is proved" in press(app, link(outbox, address, "prove")).heading
    return latest(app, member)


def decide(client: FlaskClient, path: str, decision: str = "approve", reason: str = "") -> Page:
    return visit(client, path).fill(decision=decision, reason=reason).send()


def work(app: Flask) -> None:
    """What the worker does."""
    with app.app_context():
        complete_changes()


def latest(app: Flask, member: Member) -> MailboxChange:
    return all_of(app, MailboxChange, MailboxChange.member_id == member.id)[-1]


def email_of(app: Flask, member: Member) -> str:
    return one_of(app, Member, Member.id == member.id).email
