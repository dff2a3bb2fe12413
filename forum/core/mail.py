"""Mail is a row first: written in the transaction that causes it, sent later by the worker.

A mail carries a reference, what happened and a link; never a title, a text, a name or a State.
"""

import functools
from datetime import datetime
from email.utils import make_msgid
from typing import Final
from urllib.parse import urlsplit

import jinja2
from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock
from forum.core.db import Base, db
from forum.core.paths import TEMPLATES
from forum.core.services import services

#: After so many failures a mail is given up and listed with the reason.
MOST_TRIES: Final = 12


class OutboxMail(Base):
    """A mail to be sent, or that was sent or given up."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "sent_at", "given_up_at", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    recipient: Mapped[str] = mapped_column(String(320))
    #: What it is about, such as `thread:41`, so that permission can be looked at again when it is
    #: sent; empty: it depends on nothing.
    about: Mapped[str] = mapped_column(String(64), default="")
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    written_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(String(300))


def post_mail(
    kind: str, recipient: str, *, path: str, about: str = "", **facts: object
) -> OutboxMail:
    """Put the mail `templates/mail/<kind>.{txt,html}` into the outbox of this transaction.

    The first line of the text template is the subject. `path` is where its link leads;
    templates know it as the full address `link`, beside `site_name` and the given `facts`.
    `about` names what must still be readable when the mail is sent (`forum.core.delivery`).
    """
    settings = services().settings
    environment = _environment()
    facts |= {"site_name": settings.site_name, "link": settings.link(path)}
    subject, _, text = environment.get_template(f"{kind}.txt").render(facts).partition("\n")
    mail = OutboxMail(
        kind=kind,
        recipient=recipient,
        about=about,
        subject=subject.strip(),
        text=text.strip() + "\n",
        html=environment.get_template(f"{kind}.html").render(facts),
        message_id=make_msgid(domain=urlsplit(settings.base_url).hostname),
        written_at=clock.now(),
        due_at=clock.now(),
    )
    db.session.add(mail)
    return mail


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES / "mail"),
        autoescape=jinja2.select_autoescape(["html"], default_for_string=False, default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
