"""How a mail leaves: through the site's mail server, or as a file where there is none."""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from forum.core.paths import private_folder
from forum.core.settings import Misconfigured, Settings

_PORTS: Final = {"smtp": 25, "smtps": 465}
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_DEFAULT_TIMEOUT: Final = 30.0
_LONGEST_TIMEOUT: Final = 60.0


class Unreachable(Exception):
    """The mail server does not answer, or does not let us in."""


class Transport(Protocol):
    """Where mails go."""

    def send(self, message: EmailMessage, name: str) -> None:
        """Hand one over.

        Raises Unreachable if none can be handed over now, OSError if this one is refused.
        """


@contextmanager
def open_transport(settings: Settings) -> Iterator[Transport]:
    """The transport that the settings name; a connection is made when it is first needed."""
    if not settings.smtp_url:
        yield MailFolder(settings.data_dir / "mail")
        return
    server = MailServer(settings.smtp_url)
    try:
        yield server
    finally:
        server.close()


class MailFolder:
    """Mails as files that any mail program opens, readable by their owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage, name: str) -> None:
        """Write it whole, or not at all; a second time takes the place of the first."""
        path = private_folder(self._folder) / f"{name}.eml"
        part = path.with_suffix(f".{os.getpid()}.part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(message.as_bytes())
        part.replace(path)


class MailServer:
    """An SMTP server, named as smtp://user:password@host:587?starttls=1 or smtps://host:465."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        options = parse_qs(parts.query)
        self._connection: smtplib.SMTP | None = None
        self._host = parts.hostname or ""
        self._is_tls = parts.scheme == "smtps"
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._starttls = options.get("starttls", ["0"])[-1].lower() in {"1", "true", "yes", "on"}
        try:
            self._port = parts.port or _PORTS[parts.scheme]
            self._timeout = float(options.get("timeout", [_DEFAULT_TIMEOUT])[-1])
        except (KeyError, ValueError):
            self._host = ""
        if not self._host or not 0 < self._timeout <= _LONGEST_TIMEOUT:
            raise Misconfigured(
                "Set FORUM_SMTP_URL to smtp://user:password@host:587?starttls=1 or "
                f"smtps://host:465; timeout= takes up to {_LONGEST_TIMEOUT:.0f} seconds."
            )
        if self._user and not (self._is_tls or self._starttls or self._host in _LOOPBACK):
            raise Misconfigured(
                "FORUM_SMTP_URL would send its password in the clear: add ?starttls=1 or use smtps://."
            )

    def send(self, message: EmailMessage, name: str) -> None:
        """Hand it over; after any failure the next mail gets a connection of its own."""
        connection = self._connected()
        try:
            connection.send_message(message)
        except (smtplib.SMTPServerDisconnected, TimeoutError) as error:
            self.close()
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Take leave of the server."""
        if self._connection is not None:
            with suppress(OSError):
                self._connection.quit()
        self._connection = None

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            try:
                self._connection = self._connect()
            except OSError as error:
                raise Unreachable(f"{type(error).__name__}: {error}") from error
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        trusted = ssl.create_default_context()
        connection: smtplib.SMTP
        if self._is_tls:
            connection = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=trusted
            )
        else:
            connection = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            if self._starttls:
                connection.starttls(context=trusted)
            if self._user:
                connection.login(self._user, self._password)
        except OSError:
            connection.close()
            raise
        return connection
