"""How often somebody may fail (security.md T1, T2).

Failures are counted before anything is checked, and taken back if it was right after all: so many
at a time cannot pass where one at a time could not. Unknown addresses are counted like known ones.
A browser in which the member signed in before has a count of its own, and the counts of address and
account do not concern it: nobody can lock a member out of their own browser.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from forum.core import clock, throttle
from forum.core.mailbox import mailbox_key
from forum.core.secrets import keyed_digest, new_reference, same
from forum.core.services import services
from forum.core.throttle import LONGEST_WAIT, Limit
from forum.signin.devices import device_of

_QUARTER: Final = timedelta(minutes=15)
_BY_ADDRESS: Final = (Limit(10, _QUARTER),)
_BY_ACCOUNT: Final = (Limit(30, _QUARTER),)
_BY_DEVICE: Final = (Limit(10, _QUARTER),)
_CODES: Final = (
    Limit(5, timedelta(minutes=5)),
    Limit(20, timedelta(hours=1)),
    Limit(50, timedelta(days=1)),
)

#: How long a browser is known after a full sign-in.
DEVICE_LASTS: Final = timedelta(days=180)

#: Ends the name of a browser that a link let in and no sign-in has followed; no name ends so itself.
_BY_LINK: Final = "~"


@dataclass(frozen=True)
class Client:
    """The browser at the other end."""

    #: Network address, as far as the proxies in front can be believed.
    address: str
    #: What its device cookie says; see `device_pass`.
    device: str = ""
    agent: str = ""

    @property
    def told(self) -> dict[str, object]:
        """What the log keeps of it, beside the address."""
        known = device_of(self.agent)
        return {"browser": known.browser, "system": known.system}


@dataclass(frozen=True)
class Throttled:
    """It was not looked at: there were too many failures."""

    retry_after: int


@dataclass(frozen=True)
class Refused:
    """It was not right."""

    #: How many tries are left before a pause of so many minutes.
    tries_left: int = 0
    pause_minutes: int = 0


@dataclass(frozen=True)
class Counter:
    """Failures under one key, and how many there may be."""

    key: str
    limits: tuple[Limit, ...]

    def refused(self) -> Refused:
        """How many tries are left, by the limit that is nearest."""
        left, pause = min(
            (limit.most - throttle.count(self.key, limit.window), min(limit.window, LONGEST_WAIT))
            for limit in self.limits
        )
        return Refused(max(left, 0), int(pause.total_seconds()) // 60)


def password_counters(client: Client, email: str, member_id: int | None) -> list[Counter]:
    """Where a wrong password counts: for a known browser there alone, else for address and account."""
    device = _device_of(client.device, member_id)
    if device is not None:
        return [Counter(counter_key("device", device), _BY_DEVICE)]
    return [
        Counter(counter_key("address", throttle.network(client.address)), _BY_ADDRESS),
        Counter(counter_key("account", mailbox_key(email)), _BY_ACCOUNT),
    ]


def is_known(client: Client, member_id: int | None) -> bool:
    """Whether the member signed in with this browser before, or let it in by a mailed link."""
    return _device_of(client.device, member_id) is not None


def is_new(client: Client, member_id: int) -> bool:
    """Whether the member never signed in with this browser: a mailed link let it in, if anything."""
    device = _device_of(client.device, member_id)
    return device is None or device.endswith(_BY_LINK)


def code_counter(member_id: int) -> Counter:
    """Where a wrong code counts, whatever it was typed for."""
    return Counter(counter_key("code", str(member_id)), _CODES)


def confirm_counter(member_id: int) -> Counter:
    """Where a failed step-up counts, whether the password or the code was wrong."""
    return Counter(counter_key("confirm", str(member_id)), _CODES)


def throttled(counters: Sequence[Counter]) -> Throttled | None:
    """Whether no try is taken now; until this operation ends nobody else counts here."""
    throttle.hold(*(counter.key for counter in counters))
    waits = [found for counter in counters if (found := throttle.wait(counter.key, counter.limits))]
    return Throttled(max(1, math.ceil(max(waits).total_seconds()))) if waits else None


def noted(counters: Sequence[Counter]) -> list[str]:
    """Count a failure; gives what takes it back if it was none."""
    return [throttle.note(counter.key) for counter in counters]


def tried(counter: Counter, proves: Callable[[], bool]) -> Throttled | Refused | None:
    """Let one try be made, unless there were too many; None if it was right."""
    wait = throttled([counter])
    if wait is not None:
        return wait
    numbers = noted([counter])
    if not proves():
        return counter.refused()
    throttle.take_back(numbers)
    return None


def device_pass(member_id: int, known: str, *, by_link: bool = False) -> str:
    """What a browser keeps after a full sign-in, or a mailed link, so that it is known next time.

    It tells nothing but the member's number, and stands for no factor.
    """
    if (device := _device_of(known, member_id)) is not None:
        throttle.forget(counter_key("device", device))
    told = f"{member_id}.{int(clock.now().timestamp())}.{new_reference()}"
    told += _BY_LINK if by_link else ""
    return f"{told}.{_seal(told)}"


def _device_of(value: str, member_id: int | None) -> str | None:
    """The name of a browser in which this member signed in before."""
    told = known_browser(value)
    return told if told is not None and told.split(".")[0] == str(member_id) else None


def known_browser(value: str) -> str | None:
    """The name of a browser in which any member signed in before, or which a mailed link let in."""
    told, _, seal = value.rpartition(".")
    if not same(seal, _seal(told)):
        return None
    _whose, since, _name = told.split(".")
    is_old = clock.now() - datetime.fromtimestamp(int(since), clock.now().tzinfo) >= DEVICE_LASTS
    return None if is_old else told


def _seal(told: str) -> str:
    return keyed_digest(services().settings.secret_key, f"device:{told}")


def counter_key(kind: str, value: str) -> str:
    """The key under which something about sign-in is counted; it names nobody."""
    return f"sign-in:{kind}:{keyed_digest(services().settings.secret_key, f'{kind}:{value}')}"
