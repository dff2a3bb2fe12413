"""How applications, their checks and their history are said."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext, ngettext

from forum.core import clock
from forum.directory import words as directory_words
from forum.vetting.models import Naming, NamingStatus

#: What the queue can be narrowed to, in the order of the tabs.
FILTERS: Final = {
    "open": lazy_gettext("All open"),
    "proved": lazy_gettext("First decision"),
    "proposed": lazy_gettext("Second decision"),
    "asked": lazy_gettext("Applicant asked"),
    "sent": lazy_gettext("Mailbox not proved"),
    "admitted": lazy_gettext("Admitted"),
    "declined": lazy_gettext("Declined"),
    "expired": lazy_gettext("Expired"),
    "withdrawn": lazy_gettext("Withdrawn"),
}

#: An application that waits longer is marked in the queue.
_LATE: Final = timedelta(days=5)

ROLES: Final = directory_words.ROLES

CHECKS: Final = {
    "mailbox": lazy_gettext("Mailbox proved"),
    "domain": lazy_gettext("Domain matches the entry"),
    "nomination": lazy_gettext("Nomination by whoever answers for the authority"),
    "word": lazy_gettext("Word of the authority’s head or the State’s focal point"),
    "call_back": lazy_gettext("Call-back by the number in the directory"),
    "proposal": lazy_gettext("Proposal to admit"),
    "decision": lazy_gettext("Second moderator’s decision"),
}

DOMAINS: Final = {
    "same": lazy_gettext("Same domain"),
    "subdomain": lazy_gettext("Subdomain of the entry’s"),
    "differs": lazy_gettext("Differs"),
    "nothing_to_compare": lazy_gettext("Nothing to compare"),
}

ANSWERS: Final = {
    "known": lazy_gettext("Knows the applicant"),
    "not_known": lazy_gettext("Does not know the applicant"),
    "cannot_say": lazy_gettext("Cannot say"),
}

_CALLS: Final = {
    "confirmed": lazy_gettext("Call-back to %(number)s: applicant confirmed"),
    "no_answer": lazy_gettext("Call-back to %(number)s: no answer"),
    "not_known": lazy_gettext("Call-back to %(number)s: applicant not known"),
}

_CALLS_ELSEWHERE: Final = {
    "confirmed": lazy_gettext(
        "Call to %(office)s, %(number)s, in place of the authority: applicant confirmed"
    ),
    "no_answer": lazy_gettext(
        "Call to %(office)s, %(number)s, in place of the authority: no answer"
    ),
    "not_known": lazy_gettext(
        "Call to %(office)s, %(number)s, in place of the authority: applicant not known"
    ),
}

_EVENTS: Final = {
    "send": lazy_gettext("Application received"),
    "prove": lazy_gettext("Mailbox proved"),
    "propose": lazy_gettext("Proposed to admit"),
    "invite": lazy_gettext("New activation link mailed"),
    "admitted": lazy_gettext("Admitted"),
    "declined": lazy_gettext("Declined"),
    "expired": lazy_gettext("Expired"),
    "withdrawn": lazy_gettext("Withdrawn"),
    "nominate": lazy_gettext("Nominated"),
    "ask": lazy_gettext("Applicant asked for more"),
    "answer": lazy_gettext("Applicant answered"),
}


_NAMINGS: Final = {
    NamingStatus.REGISTERED: (lazy_gettext("Waits for a second moderator"), "warn"),
    NamingStatus.CONFIRMED: (lazy_gettext("In force"), "ok"),
    NamingStatus.REFUSED: (lazy_gettext("Refused"), "bad"),
    NamingStatus.ENDED: (lazy_gettext("Ended"), ""),
}


def naming_words(naming: Naming, on: date) -> tuple[str, str]:
    """How the naming of a focal point stands on a day, and the tone of the badge that says so."""
    if naming.status is NamingStatus.CONFIRMED:
        if naming.until_on is not None and naming.until_on < on:
            return str(_NAMINGS[NamingStatus.ENDED][0]), ""
        if naming.from_on > on:
            return str(gettext("Confirmed, not begun")), ""
    said, tone = _NAMINGS[naming.status]
    return str(said), tone


def word_badge(word: str, check: str) -> str:
    """What the badge of the word says, where it is not the usual one of such a check."""
    if check == "open" and word == "silent":
        return str(gettext("No answer"))
    if check == "open" and word == "nobody":
        return str(gettext("Nobody to ask"))
    return str(gettext("Not known")) if check == "failed" else ""


def event_words(what: str, details: Mapping[str, str]) -> str:
    """One line of an application's history."""
    if what == "call_back":
        said = _CALLS_ELSEWHERE if details.get("office") else _CALLS
        facts = {"number": details["number"], "office": details.get("office", "")}
        return str(said[details["call"]]) % facts
    if what == "vouch":
        return str(gettext("Word given: %(answer)s", answer=ANSWERS[details["answer"]]))
    if what == "assign":
        return str(gettext("Entry assigned: %(name)s", name=details["authority"]))
    return str(_EVENTS[what])


def age(at: datetime) -> str:
    """How long ago, in days, hours or minutes: "6 days"."""
    minutes = int((clock.now() - at).total_seconds() // 60)
    if minutes >= 2 * 24 * 60:
        return str(ngettext("%(num)d day", "%(num)d days", minutes // (24 * 60)))
    if minutes >= 60:
        return str(ngettext("%(num)d hour", "%(num)d hours", minutes // 60))
    if minutes < 1:
        return str(gettext("less than a minute"))
    return str(ngettext("%(num)d minute", "%(num)d minutes", minutes))


def is_late(at: datetime) -> bool:
    """Whether it has been waiting for too long."""
    return clock.now() - at > _LATE


def clock_in(zone: str) -> str:
    """What the clock shows there now: "11:20"."""
    return f"{clock.now().astimezone(ZoneInfo(zone)):%H:%M}"
