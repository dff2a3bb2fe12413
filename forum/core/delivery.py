"""Sending the outbox: each mail at least once, whatever ends the process in between.

A mail is leased in a transaction of its own, sent outside any, and marked in another. Who is
killed between sending and marking leaves a lease that lapses; the mail is then sent again under
the same Message-ID, so that the receiving side can see that it is one.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import defer
from sqlalchemy.orm.attributes import flag_modified

from forum.core import clock
from forum.core.cipher import Unreadable
from forum.core.db import db, operation
from forum.core.mail import MOST_TRIES, OutboxMail
from forum.core.mailbox import in_ascii
from forum.core.services import services
from forum.core.transport import Transport, Unreachable, open_transport

log = logging.getLogger(__name__)

#: Longer than the slowest mail server may take, so that nobody else takes up a mail in hand.
LEASE: Final = timedelta(minutes=10)
#: How long to wait after the first failure, the second, and so on.
WAITS: Final = (
    *(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 4, 8, 16, 24)),
)
_LONGEST_REASON: Final = 300

#: Whether whoever has that mailbox may still be told about that.
Check = Callable[[str, str], bool]
_checks: dict[str, Check] = {}


def recheck(kind: str, check: Check) -> None:
    """Ask `check(recipient, about)` once more before a mail of this kind leaves (security.md A3)."""
    _checks[kind] = check


#: The texts lie encrypted and are opened only to be sent.
_WITHOUT_TEXT: Final = (defer(OutboxMail.text), defer(OutboxMail.html))


@dataclass(frozen=True)
class Letter:
    """A leased mail, apart from its row."""

    id: int
    kind: str
    about: str
    recipient: str
    #: The message, or why there can be none.
    message: EmailMessage | str
    #: Names the file where there is no mail server; the same at every try.
    name: str


def deliver_due() -> int:
    """Send everything that is due, one after the other; the number of mails that left.

    A mail server that cannot be reached ends the round: the mail in hand is tried later, and the
    others keep their turn.
    """
    sent = 0
    with open_transport(services().settings) as transport:
        while (letter := lease_next()) is not None:
            try:
                sent += _deliver(transport, letter)
            except Unreachable as error:
                put_off(letter.id, str(error))
                break
    return sent


def _deliver(transport: Transport, letter: Letter) -> bool:
    if isinstance(letter.message, str):
        give_up(letter.id, letter.message)
        return False
    if not _may_leave(letter):
        give_up(letter.id, "the recipient may not be told any more")
        return False
    try:
        transport.send(letter.message, letter.name)
    except (OSError, MessageError, ValueError) as error:
        put_off(letter.id, f"{type(error).__name__}: {error}")
        return False
    mark_sent(letter.id)
    return True


def _may_leave(letter: Letter) -> bool:
    check = _checks.get(letter.kind)
    if check is None:
        return True
    may = check(letter.recipient, letter.about)
    db.session.rollback()  # nothing may be open while a mail server is spoken to
    return may


@operation
def lease_next() -> Letter | None:
    """Take the mail that has been due longest, so that nobody else takes it meanwhile."""
    now = clock.now()
    mail = db.session.scalar(
        select(OutboxMail)
        .where(
            OutboxMail.sent_at.is_(None),
            OutboxMail.given_up_at.is_(None),
            OutboxMail.due_at <= now,
            or_(OutboxMail.leased_until.is_(None), OutboxMail.leased_until <= now),
        )
        .order_by(OutboxMail.due_at, OutboxMail.id)
        .limit(1)
        .options(*_WITHOUT_TEXT)
        .with_for_update(skip_locked=True)
    )
    if mail is None:
        return None
    mail.leased_until = now + LEASE
    return Letter(
        id=mail.id,
        kind=mail.kind,
        about=mail.about,
        recipient=mail.recipient,
        message=message_of(mail),
        name=f"{mail.written_at:%Y%m%d-%H%M%S}-{mail.id:06}",
    )


@operation
def mark_sent(mail_id: int) -> None:
    """It was handed over."""
    mail = _mail(mail_id)
    mail.sent_at, mail.leased_until, mail.failure = clock.now(), None, None
    mail.text = mail.html = ""
    mail.tries += 1
    log.info("mail sent", extra={"mail": mail_id})


@operation
def put_off(mail_id: int, reason: str) -> None:
    """It could not be sent; try again later, but not for ever."""
    mail = _mail(mail_id)
    mail.tries += 1
    mail.leased_until, mail.failure = None, reason[:_LONGEST_REASON]
    if mail.tries >= MOST_TRIES:
        mail.given_up_at, mail.text, mail.html = clock.now(), "", ""
    else:
        mail.due_at = clock.now() + WAITS[min(mail.tries, len(WAITS)) - 1]
    log.warning("mail not sent", extra={"mail": mail_id, "count": mail.tries})


@operation
def give_up(mail_id: int, reason: str) -> None:
    """It will never be sent."""
    mail = _mail(mail_id)
    mail.leased_until, mail.failure = None, reason[:_LONGEST_REASON]
    mail.given_up_at = clock.now()
    mail.text = mail.html = ""
    log.warning("mail given up", extra={"mail": mail_id})


def _mail(mail_id: int) -> OutboxMail:
    return db.session.get_one(OutboxMail, mail_id, options=_WITHOUT_TEXT)


def reseal_outbox() -> int:
    """Encrypt the texts of mails that wait under the first of the field keys; their number.

    Inside the operation in hand, which has a line in the audit log.
    """
    waiting = db.session.scalars(
        select(OutboxMail)
        .where(OutboxMail.sent_at.is_(None), OutboxMail.given_up_at.is_(None))
        .with_for_update()
    ).all()
    for mail in waiting:
        flag_modified(mail, "text")
        flag_modified(mail, "html")
    db.session.flush()
    return 2 * len(waiting)


def message_of(mail: OutboxMail) -> EmailMessage | str:
    """The mail as it travels, or why there can be none."""
    settings = services().settings
    message = EmailMessage(policy=policy.SMTP)
    try:
        message["From"] = Address(display_name=settings.site_name, addr_spec=settings.mail_from)
        message["To"] = Address(addr_spec=in_ascii(mail.recipient))
        message["Subject"] = mail.subject
    except (MessageError, ValueError, IndexError):
        return "its address or subject cannot stand in a mail"
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    try:
        message.set_content(mail.text, cte="quoted-printable")
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    except Unreadable as error:
        return str(error)
    return message
