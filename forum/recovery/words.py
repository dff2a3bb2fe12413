"""How cases are said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext

from forum.core import clock
from forum.directory import words as directory_words
from forum.recovery.models import RecoveryCase, RecoveryStatus, StoppedFrom

ROLES: Final = directory_words.ROLES

#: How far a case is, and how that is toned.
STAGES: Final = {
    RecoveryStatus.BEGUN: (lazy_gettext("Waits for a colleague"), ""),
    RecoveryStatus.CONFIRMED: (lazy_gettext("To be called"), "warn"),
    RecoveryStatus.CALLED: (lazy_gettext("Second moderator"), "warn"),
    RecoveryStatus.WAITING: (lazy_gettext("Can be stopped"), "ok"),
    RecoveryStatus.READY: (lazy_gettext("Link mailed"), "ok"),
    RecoveryStatus.DONE: (lazy_gettext("New factor in use"), "ok"),
    RecoveryStatus.DECLINED: (lazy_gettext("Declined"), "bad"),
    RecoveryStatus.STOPPED: (lazy_gettext("Stopped"), "bad"),
    RecoveryStatus.EXPIRED: (lazy_gettext("Expired"), ""),
    RecoveryStatus.REPLACED: (lazy_gettext("Replaced by a newer one"), ""),
}

KINDS: Final = {"open": lazy_gettext("Open"), "over": lazy_gettext("Over")}

_STOPS: Final = {
    StoppedFrom.MAIL: lazy_gettext("Stopped by the link in the member’s mail"),
    StoppedFrom.SESSION: lazy_gettext("Stopped from an open session of the member"),
    StoppedFrom.DESK: lazy_gettext("Stopped by a colleague"),
    StoppedFrom.PAGE: lazy_gettext("Taken back by the member"),
    StoppedFrom.ACCOUNT: lazy_gettext(
        "The account went out of use, or stands for the authority no more"
    ),
}

_CALLS: Final = {
    "confirmed": lazy_gettext("the words were read back rightly"),
    "no_answer": lazy_gettext("no answer"),
    "not_known": lazy_gettext("the member is not known there"),
}


def end_words(case: RecoveryCase) -> str:
    """How a case ended."""
    if case.stopped_from is not None:
        return str(_STOPS[case.stopped_from])
    return str(STAGES[case.status][0])


def call_words(case: RecoveryCase) -> str:
    """Who was called, and what came of it: "+000 555 0001: no answer"."""
    facts: Mapping[str, str] = {
        "number": case.called_number,
        "office": case.called_office,
        "outcome": str(_CALLS[str(case.call_back)]),
    }
    if case.called_office:
        return str(
            gettext("%(office)s, %(number)s, in place of the authority: %(outcome)s", **facts)
        )
    return str(gettext("%(number)s: %(outcome)s", **facts))


def clock_in(zone: str) -> str:
    """What the clock shows there now: "11:20"."""
    return f"{clock.now().astimezone(ZoneInfo(zone)):%H:%M}"


def is_over(at: datetime | None) -> bool:
    """Whether a moment has passed."""
    return at is not None and at <= clock.now()
