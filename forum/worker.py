"""The worker: sends mail within seconds, and does once in a while what falls due.

Any number of workers may run. Mail is leased one by one; of the other jobs one process takes each
turn (`forum.core.jobs`). All of it may be killed at any moment and is simply gone on with.
"""

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from forum.attestation.operations import begin_rounds, limit_overdue, tell_those_asked
from forum.audit.operations import check_what_is_new, check_whole, make_checkpoint
from forum.core import clock, throttle
from forum.core.attempts import KEPT
from forum.core.db import operation
from forum.core.delivery import deliver_due
from forum.core.jobs import end_turn, forget_turns, take_turn
from forum.directory.operations import settle_ended
from forum.drafts.operations import forget_expired_forms
from forum.mailboxes.operations import ask_yearly, complete_changes
from forum.members.limits import end_expired
from forum.owndata.operations import delete_old_exports, forget_last_mails, make_exports
from forum.recovery.operations import answer_requests, go_on
from forum.recovery.operations import expire_old as expire_recoveries
from forum.signin.operations import answer_resets, clear_out
from forum.vetting.operations import expire_old

log = logging.getLogger(__name__)

_MAIL_EVERY: Final = timedelta(seconds=3)


@dataclass(frozen=True)
class Job:
    """What is done once in each stretch of time."""

    name: str
    every: timedelta
    work: Callable[[], object]


@operation
def forget_attempts() -> None:
    """Delete the attempts that no limit counts any more."""
    throttle.forget_before(clock.now() - KEPT)


def close_the_day() -> None:
    """Walk the whole audit log, and mark how long it is today."""
    check_whole()
    make_checkpoint()


JOBS: Final = (
    Job("check what is new in the audit log", timedelta(minutes=5), check_what_is_new),
    Job("check the audit log and make a checkpoint", timedelta(days=1), close_the_day),
    Job("clear out sessions and links", timedelta(hours=1), clear_out),
    Job("forget kept forms", timedelta(hours=1), forget_expired_forms),
    Job("expire applications", timedelta(hours=1), expire_old),
    Job("settle representations", timedelta(minutes=5), settle_ended),
    Job("change mailboxes", timedelta(minutes=5), complete_changes),
    Job("forget mail of the erased", timedelta(minutes=10), forget_last_mails),
    Job("delete exports", timedelta(minutes=10), delete_old_exports),
    Job("ask once a year", timedelta(hours=1), ask_yearly),
    Job("end suspensions", timedelta(minutes=5), end_expired),
    Job("go on with recoveries", timedelta(minutes=5), go_on),
    Job("expire recoveries", timedelta(hours=1), expire_recoveries),
    Job("begin rounds of attestation", timedelta(hours=1), begin_rounds),
    Job("tell of attestation", timedelta(hours=1), tell_those_asked),
    Job("limit who is not confirmed", timedelta(hours=1), limit_overdue),
    Job("forget attempts", timedelta(days=1), forget_attempts),
    Job("forget turns", timedelta(days=1), forget_turns),
)


def do(job: Job) -> bool:
    """Do the job unless its turn was taken; whether it was done."""
    slot = take_turn(job.name, job.every)
    if slot is None:
        return False
    job.work()
    end_turn(job.name, slot)
    log.debug("job done", extra={"job": job.name})
    return True


def run_once(app: Flask) -> int:
    """Everything that is due now; the number of mails sent."""
    for job in JOBS:
        _in_context(app, do, job)()
    _in_context(app, answer_resets)()
    _in_context(app, make_exports)()
    _in_context(app, answer_requests)()
    with app.app_context():
        return deliver_due()


def run(app: Flask) -> None:
    """Work until told to end (SIGTERM, SIGINT); the mail in hand is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = BackgroundScheduler(
        timezone="UTC",
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for work in (deliver_due, answer_resets, answer_requests, make_exports):
        scheduler.add_job(_in_context(app, work), "interval", seconds=_MAIL_EVERY.total_seconds())
    for job in JOBS:
        # Often enough that the turn of a worker that was down is made up for soon.
        scheduler.add_job(
            _in_context(app, do, job),
            "interval",
            seconds=job.every.total_seconds() / 4,
            next_run_time=clock.now(),
        )
    scheduler.start()
    stop.wait()
    scheduler.shutdown(wait=True)


def _in_context(app: Flask, work: Callable[..., object], *args: object) -> Callable[[], None]:
    """`work` in a context of its own; a failure is logged and does not stop the others."""

    def run_in_context() -> None:
        with app.app_context():
            try:
                work(*args)
            except Exception:  # the next turn may succeed, and others must not wait for it
                log.exception("job failed")

    return run_in_context
