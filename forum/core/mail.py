"""Mail is a row first: written in the transaction that causes it, sent later by the worker.

A mail carries a reference, what happened and a link; never a title, a text, a name or a State.
"""

import functools
import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import make_msgid
from typing import Final
from urllib.parse import urlsplit

import jinja2
from sqlalchemy import Index, String, update
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock
from forum.core.db import Base, db
from forum.core.paths import TEMPLATES
from forum.core.sealed import SealedText
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
    #: Both may hold a link that works once: they lie encrypted, and empty once the mail has left.
    text: Mapped[str] = mapped_column(SealedText)
    html: Mapped[str] = mapped_column(SealedText)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    written_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(String(300))


def post_mail(
    kind: str, recipient: str, *, path: str, reference: str = "", about: str = "", **facts: object
) -> OutboxMail:
    """Put the mail `templates/mail/<kind>.jinja` into the outbox of this transaction.

    One template gives both forms, text and HTML, in the frame of each. It knows `link`, the full
    address of `path`, beside `site_name`, `reference` and the given `facts`. `about` names what
    must still be readable when the mail is sent (`forum.core.delivery`).
    """
    settings = services().settings
    facts |= {
        "site_name": settings.site_name,
        "link": settings.link(path),
        "reference": reference,
    }
    subject, _, text = _rendered(kind, "txt", facts).partition("\n")
    mail = OutboxMail(
        kind=kind,
        recipient=recipient,
        about=about,
        subject=subject.strip(),
        text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
        html=_rendered(kind, "html", facts),
        message_id=make_msgid(domain=urlsplit(settings.base_url).hostname),
        written_at=clock.now(),
        due_at=clock.now(),
    )
    db.session.add(mail)
    return mail


def forget_mail(address: str) -> None:
    """Take an address out of the outbox; what waits for it is given up. Inside the operation in hand."""
    to_address = OutboxMail.recipient == address
    waits = OutboxMail.sent_at.is_(None) & OutboxMail.given_up_at.is_(None)
    db.session.execute(update(OutboxMail).where(to_address, waits).values(given_up_at=clock.now()))
    db.session.execute(update(OutboxMail).where(to_address).values(recipient="", text="", html=""))


def _rendered(kind: str, form: str, facts: Mapping[str, object]) -> str:
    frame = {"frame": f"_frame.{form}", "parts": f"_parts.{form}"}
    return _environment(form).get_template(f"{kind}.jinja").render({**facts, **frame})


@functools.cache
def _environment(form: str) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES / "mail"),
        autoescape=form == "html",  # noqa: S701 - in the text there is nothing to escape
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # Mail is English until the site's words are translated; they are marked for the catalogues.
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    return environment
