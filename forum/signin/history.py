"""The last security events of one's own account, from the audit log."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby, takewhile
from typing import Final

from forum.audit.models import AuditEntry
from forum.audit.queries import entries_of
from forum.core.errors import NotFound
from forum.policy import Actor
from forum.signin.devices import Device
from forum.signin.words import EVENTS, device_words

MOST: Final = 15
#: Somebody who guesses on and on fills one line, so more entries are read than are shown.
_READ: Final = 20 * MOST
#: Where nobody is named, whoever caused it may be a moderator or a head, whose address is theirs.
_ENDING: Final = "session:end"
#: Who proved a password has so long for the code (security.md H6).
_CODE_WITHIN: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class SecurityEvent:
    """What happened, in words; the same thing several times in a row is one event."""

    what: str
    at: datetime
    address: str
    device: str
    times: int = 1


def security_events_of(actor: Actor) -> list[SecurityEvent]:
    """The newest events of the actor's account, newest first."""
    if actor.id is None:
        raise NotFound("account of a visitor")
    return _events_of(actor.id, _READ)[:MOST]


def all_security_events_of(member_id: int) -> list[SecurityEvent]:
    """All events of an account, newest first."""
    return _events_of(member_id, None)


def _events_of(member_id: int, most: int | None) -> list[SecurityEvent]:
    actions = {action for action, _, _ in EVENTS}
    entries = entries_of(member_id, "session", actions, most)
    found = [
        event
        for place, (entry, address) in enumerate(entries)
        if not _was_followed_by_a_code((entries[n][0] for n in range(place - 1, -1, -1)), entry)
        and (event := _event(entry, address)) is not None
    ]
    alike = groupby(found, lambda event: (event.what, event.address, event.device))
    return [_together(list(events)) for _, events in alike]


def _event(entry: AuditEntry, address: str | None) -> SecurityEvent | None:
    details = json.loads(entry.details)
    what = EVENTS.get((entry.action, entry.outcome, details.get("by", "")))
    if what is None:
        return None
    if entry.action == _ENDING and entry.actor_id is None:
        address = None
    device = Device(details.get("browser", ""), details.get("system", ""))
    is_known = "browser" in details
    return SecurityEvent(
        str(what), entry.at, address or "", device_words(device) if is_known else ""
    )


def _was_followed_by_a_code(newer: Iterable[AuditEntry], entry: AuditEntry) -> bool:
    """Whether a right password is told by what came of it: a code, right or wrong. `newer` are the
    entries after it, the next one first."""
    if (entry.action, entry.outcome) != ("password:prove", "done"):
        return False
    soon = takewhile(lambda after: after.at - entry.at <= _CODE_WITHIN, newer)
    return any(after.action == "session:open" for after in soon)


def _together(events: list[SecurityEvent]) -> SecurityEvent:
    return replace(events[0], times=len(events))
