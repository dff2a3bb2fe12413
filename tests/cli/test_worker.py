"""The worker: mail within seconds, jobs once in their time, an end when told."""

import signal
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from forum import worker
from forum.core import attempts, jobs, throttle
from forum.core.db import db, operation
from forum.core.jobs import JobRun
from forum.core.mail import OutboxMail, post_mail
from forum.core.settings import Settings
from forum.drafts.models import KeptForm
from forum.drafts.operations import keep_form
from forum.vetting.models import Application, ApplicationStatus
from forum.worker import JOBS, Job
from tests.conftest import FrozenClock
from tests.factories import an_application
from tests.support import processes


def post(app: Flask, recipient: str) -> None:
    with app.app_context():
        operation(post_mail)("signin/activation", recipient, path="/activate/token", days=7)


def test_what_fell_due_is_done(app: Flask, at: FrozenClock) -> None:
    old = an_application(sent_at=at.moment)
    post(app, "officer@authority.example")
    with app.app_context():
        keep_form(1, "browser", "/threads/new", [("title", "Kept")])
        operation(throttle.note)("somebody")
    at(timedelta(days=40))

    assert worker.run_once(app) == 1

    with app.app_context():
        assert db.session.get_one(Application, old.id).status is ApplicationStatus.EXPIRED
        assert db.session.query(KeptForm).count() == 0
        assert db.session.query(attempts.Attempt).count() == 0
        assert db.session.query(OutboxMail).filter_by(sent_at=None).count() == 0
        done = {run.job: run.done_at for run in db.session.query(JobRun)}
        assert done == {job.name: at.moment for job in JOBS}


def test_a_job_is_done_once_in_its_stretch_of_time_by_whoever_comes_first(
    app: Flask, at: FrozenClock
) -> None:
    done: list[datetime] = []
    job = Job("hourly", timedelta(hours=1), lambda: done.append(at.moment))

    with app.app_context():
        assert [worker.do(job), worker.do(job)] == [True, False]
        at(timedelta(minutes=59))
        assert not worker.do(job)
        at(timedelta(minutes=1))
        assert worker.do(job)

    assert done == [at.moment - timedelta(hours=1), at.moment]


def test_of_two_who_take_a_turn_at_the_same_moment_one_gets_it(
    app: Flask, at: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        assert jobs.take_turn("hourly", timedelta(hours=1)) is not None
        monkeypatch.setattr(
            db.session(), "get", lambda *_given, **_options: None
        )  # as it looked before

        assert jobs.take_turn("hourly", timedelta(hours=1)) is None


def test_a_job_that_fails_keeps_neither_the_others_nor_the_mail_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def fail() -> None:
        raise OSError("disk")

    hour = timedelta(hours=1)
    monkeypatch.setattr(
        worker, "JOBS", (Job("bad", hour, fail), Job("good", hour, lambda: done.append("good")))
    )
    post(app, "officer@authority.example")

    assert worker.run_once(app) == 1

    assert done == ["good"]
    assert "job failed" in caplog.text


def test_turns_of_long_ago_are_forgotten(app: Flask, at: FrozenClock) -> None:
    with app.app_context():
        jobs.take_turn("hourly", timedelta(hours=1))
        at(timedelta(days=31))
        jobs.take_turn("hourly", timedelta(hours=1))

        jobs.forget_turns()

        assert db.session.query(JobRun).count() == 1


def test_a_running_worker_sends_within_seconds_and_ends_when_told(
    app: Flask, settings: Settings
) -> None:
    running = processes.start(settings, "worker")
    try:
        folder = settings.data_dir / "mail"
        post(app, "officer@authority.example")
        until = time.monotonic() + 30
        while not (folder.is_dir() and list(folder.glob("*.eml"))):
            assert running.poll() is None, running.communicate()
            assert time.monotonic() < until, "no mail within 30 seconds"
            time.sleep(0.1)
    finally:
        running.send_signal(signal.SIGTERM)
        _, said = running.communicate(timeout=30)

    assert running.returncode == 0, said
    with app.app_context():
        assert db.session.query(OutboxMail).filter_by(sent_at=None).count() == 0


def test_a_worker_with_a_wrong_mail_address_ends_with_a_sentence(settings: Settings) -> None:
    wrong = replace(settings, smtp_url="http://mail.example.org")

    result = processes.run(wrong, "worker", "--once")

    assert result.returncode == 1
    assert result.stderr.startswith("Error: Set FORUM_SMTP_URL to ")


def test_slots_are_the_same_for_everybody_whatever_the_moment(at: FrozenClock) -> None:
    hour = timedelta(hours=1)
    moment = datetime(2026, 11, 25, 12, 59, 59, 999, tzinfo=UTC)

    assert jobs.slot_of(moment, hour) == datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert jobs.slot_of(moment, timedelta(days=1)) == datetime(2026, 11, 25, tzinfo=UTC)
