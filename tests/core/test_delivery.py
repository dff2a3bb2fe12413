"""Mail leaves the outbox at least once, whatever happens on the way."""

import os
import signal
import stat
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask

from forum.app import create_app
from forum.core import delivery
from forum.core.db import db, operation
from forum.core.mail import MOST_TRIES, OutboxMail, post_mail
from forum.core.settings import Misconfigured, Settings
from forum.core.transport import MailServer
from tests.conftest import FrozenClock, close
from tests.support import processes, smtp

Outbox = Callable[..., list[OutboxMail]]


def post(app: Flask, recipient: str = "officer@authority.example") -> None:
    with app.app_context():
        operation(post_mail)("signin/activation", recipient, path="/activate/token", days=7)


def deliver(app: Flask) -> int:
    with app.app_context():
        return delivery.deliver_due()


@pytest.fixture
def settings(settings: Settings, mailbox: smtp.Mailbox) -> Settings:
    """Those of a site with a mail server."""
    return replace(settings, smtp_url=mailbox.url)


@pytest.fixture
def offline(settings: Settings) -> Any:
    """A site whose mail server is not there."""
    made = create_app(replace(settings, smtp_url=f"smtp://127.0.0.1:{smtp.free_port()}?timeout=2"))
    yield made
    close(made)


def test_a_mail_reaches_the_mail_server_whole_and_only_once(
    app: Flask, mailbox: smtp.Mailbox
) -> None:
    post(app)

    assert (deliver(app), deliver(app)) == (1, 0)

    (message,) = mailbox.messages
    assert message["From"] == "Counterpart <no-reply@localhost>"
    assert message["To"] == "officer@authority.example"
    assert message["Subject"] == "Counterpart: activate your account"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime is not None
    assert str(message["Message-ID"]).endswith("@localhost>")
    assert message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    for part in message.iter_parts():
        assert part.get_content_charset() == "utf-8"
        assert "http://localhost/activate/token" in part.get_content()


def test_what_the_server_refuses_is_tried_again_later_and_later_and_in_the_end_given_up(
    app: Flask, mailbox: smtp.Mailbox, at: FrozenClock, outbox: Outbox
) -> None:
    post(app)
    mailbox.refusal = "451 not now"
    waits = []
    for _ in range(MOST_TRIES - 1):
        assert deliver(app) == 0
        (mail,) = outbox()
        waits.append(mail.due_at - at.moment)
        at(mail.due_at - timedelta(seconds=1))
        assert deliver(app) == 0
        assert outbox()[0].tries == mail.tries, "it was tried before its time"
        at(mail.due_at)
    deliver(app)

    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert waits[-1] == timedelta(hours=24)
    (mail,) = outbox()
    assert mail.tries == MOST_TRIES
    assert mail.given_up_at == at.moment
    assert mail.failure is not None
    assert "not now" in mail.failure
    mailbox.refusal = None
    at(timedelta(days=30))
    assert deliver(app) == 0


def test_after_a_failure_the_same_mail_arrives_under_the_same_number(
    app: Flask, mailbox: smtp.Mailbox, at: FrozenClock, outbox: Outbox
) -> None:
    post(app)
    mailbox.refusal = "451 not now"
    deliver(app)
    mailbox.refusal = None
    at(timedelta(minutes=2))

    assert deliver(app) == 1

    (mail,) = outbox()
    assert mailbox.messages[0]["Message-ID"] == mail.message_id
    assert mail.sent_at == at.moment
    assert mail.failure is None


def test_a_mail_whose_key_is_gone_is_given_up_and_holds_nobody_up(
    app: Flask, settings: Settings, mailbox: smtp.Mailbox, outbox: Outbox
) -> None:
    other = create_app(replace(settings, field_keys=(Fernet.generate_key().decode(),)))
    post(other, "lost@authority.example")
    close(other)
    post(app, "second@authority.example")

    assert deliver(app) == 1

    lost, _ = outbox()
    assert lost.given_up_at is not None
    assert lost.failure == "no key in FORUM_FIELD_KEYS opens this field"


def test_one_refused_mail_does_not_hold_up_the_others(
    app: Flask, mailbox: smtp.Mailbox, outbox: Outbox
) -> None:
    post(app, "o’brien@ministère.example")  # no mailbox of that name can be told to this server
    post(app, "second@authority.example")

    assert deliver(app) == 1

    assert mailbox.to("second@authority.example")
    assert [mail.sent_at is None for mail in outbox()] == [True, False]


def test_a_server_that_is_not_there_ends_the_round_and_loses_nothing(
    offline: Flask, app: Flask, mailbox: smtp.Mailbox, at: FrozenClock, outbox: Outbox
) -> None:
    post(app, "first@authority.example")
    post(app, "second@authority.example")

    assert deliver(offline) == 0

    assert [mail.tries for mail in outbox()] == [1, 0]
    at(timedelta(minutes=1))
    assert deliver(app) == 2
    assert len(mailbox.messages) == 2


@pytest.mark.parametrize("how", ["smtp://127.0.0.1:{}?starttls=1", "smtps://127.0.0.1:{}"])
def test_what_shall_travel_encrypted_never_travels_in_the_clear(
    app: Flask, settings: Settings, mailbox: smtp.Mailbox, outbox: Outbox, how: str
) -> None:
    site = create_app(replace(settings, smtp_url=how.format(mailbox.port)))
    post(app)

    assert deliver(site) == 0

    close(site)
    assert mailbox.messages == []
    assert outbox()[0].tries == 1


@pytest.mark.parametrize(
    "recipient",
    ["a@b.example\r\nBcc: all@b.example", "a@b.example\nSubject: x", "no address", "<>", ""],
)
def test_an_address_cannot_add_a_header(
    app: Flask, mailbox: smtp.Mailbox, outbox: Outbox, recipient: str
) -> None:
    post(app, recipient)

    assert deliver(app) == 0

    assert mailbox.messages == []
    assert outbox()[0].given_up_at is not None


def test_who_dies_between_sending_and_marking_sends_again_and_only_after_the_lease(
    app: Flask,
    mailbox: smtp.Mailbox,
    at: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
    outbox: Outbox,
) -> None:
    post(app)
    with monkeypatch.context() as patched:
        patched.setattr(delivery, "mark_sent", _die)
        with pytest.raises(SystemExit):
            deliver(app)

    at(delivery.LEASE - timedelta(seconds=1))
    assert deliver(app) == 0
    at(timedelta(seconds=1))
    assert deliver(app) == 1

    first, second = mailbox.messages
    assert first["Message-ID"] == second["Message-ID"] == outbox()[0].message_id


def _die(_mail_id: int) -> None:
    raise SystemExit


def test_a_worker_killed_when_its_mail_arrived_leaves_it_to_be_sent_again(
    app: Flask, settings: Settings, at: FrozenClock, outbox: Outbox
) -> None:
    at(datetime.now(UTC))  # the other process has the real time
    post(app)
    with _deadly_mailbox() as mailbox:
        worker = processes.start(replace(settings, smtp_url=mailbox.url), "worker", "--once")
        mailbox.victim = worker
        worker.communicate(timeout=60)

    assert worker.returncode == -signal.SIGKILL
    assert len(mailbox.messages) == 1
    (mail,) = outbox()
    assert mail.sent_at is None
    assert mail.leased_until is not None
    at(mail.leased_until)
    assert deliver(app) == 1
    assert outbox()[0].message_id == mailbox.messages[0]["Message-ID"]


class DeadlyMailbox(smtp.Mailbox):
    """Kills whoever brings a mail, before saying that it arrived."""

    victim: "subprocess.Popen[str] | None" = None

    async def handle_DATA(self, *given: Any) -> str:  # noqa: N802
        answer = await super().handle_DATA(*given)
        assert self.victim is not None
        os.kill(self.victim.pid, signal.SIGKILL)
        return answer


def _deadly_mailbox() -> Any:
    return smtp.running(DeadlyMailbox)


def test_two_workers_at_once_send_every_mail_once(
    app: Flask, settings: Settings, mailbox: smtp.Mailbox
) -> None:
    addresses = {f"officer-{number}@authority.example" for number in range(25)}
    for address in addresses:
        post(app, address)

    workers = [processes.start(settings, "worker", "--once") for _ in range(2)]
    outputs = [worker.communicate(timeout=60) for worker in workers]

    assert [worker.returncode for worker in workers] == [0, 0], outputs
    assert sorted(str(message["To"]) for message in mailbox.messages) == sorted(addresses)


def test_without_a_mail_server_mails_are_files_for_their_owner_only(
    settings: Settings, app: Flask
) -> None:
    site = create_app(replace(settings, smtp_url=""))
    post(app)

    assert deliver(site) == 1

    close(site)
    (path,) = (settings.data_dir / "mail").iterdir()
    assert path.suffix == ".eml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["To"] == "officer@authority.example"


def test_a_mail_whose_reader_lost_the_right_is_not_sent(
    app: Flask, mailbox: smtp.Mailbox, monkeypatch: pytest.MonkeyPatch, outbox: Outbox
) -> None:
    monkeypatch.setitem(
        delivery._checks, "signin/activation", lambda recipient, _about: recipient[0] == "y"
    )
    post(app, "no@authority.example")
    post(app, "yes@authority.example")

    assert deliver(app) == 1

    assert [str(message["To"]) for message in mailbox.messages] == ["yes@authority.example"]
    assert outbox("no@authority.example")[0].given_up_at is not None


@pytest.mark.parametrize(
    "url",
    [
        "smtp://",
        "mail.example.org",
        "http://mail.example.org",
        "smtp://mail.example.org:port",
        "smtp://mail.example.org?timeout=soon",
        "smtp://mail.example.org?timeout=900",
        "smtp://user:password@mail.example.org",
    ],
)
def test_an_address_of_a_mail_server_that_cannot_be_used_stops_with_a_sentence(url: str) -> None:
    with pytest.raises(Misconfigured, match=r"FORUM_SMTP_URL.*\.$"):
        MailServer(url)


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example.org",
        "smtps://user:pass%40word@mail.example.org:465",
        "smtp://user:password@mail.example.org:587?starttls=1&timeout=10",
        "smtp://user:password@localhost:25",
    ],
)
def test_usual_addresses_of_mail_servers_are_taken(url: str) -> None:
    MailServer(url).close()


def test_files_of_the_same_mail_take_each_others_place(app: Flask, settings: Settings) -> None:
    site = create_app(replace(settings, smtp_url=""))
    post(app)
    deliver(site)
    with app.app_context():
        _forget_that_it_was_sent()

    assert deliver(site) == 1

    close(site)
    assert len(list(Path(settings.data_dir / "mail").iterdir())) == 1


@operation
def _forget_that_it_was_sent() -> None:
    for mail in db.session.query(OutboxMail):
        mail.sent_at = None
