"""A real mail server on loopback, which keeps what it is given."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TypeVar

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """Everything that arrived, in order; `refusal` is answered instead while it is set."""

    port: int = 0
    refusal: str | None = None
    messages: list[EmailMessage] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        """What arrived for this address."""
        return [message for message in self.messages if address in str(message["X-Envelope-To"])]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refusal is not None:
            return self.refusal
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(
            envelope.content.replace(b"\r\n", b"\n"), policy=policy.default
        )
        assert isinstance(message, EmailMessage)
        message["X-Envelope-From"] = envelope.mail_from or ""
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        self.messages.append(message)
        return "250 kept"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


M = TypeVar("M", bound=Mailbox)


@contextmanager
def running(kind: type[M] = Mailbox) -> Iterator[M]:  # type: ignore[assignment]
    mailbox = kind(port=free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
