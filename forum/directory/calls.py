"""Calling an office to ask for a person, with words that the person reads back.

Who asks for something is asked for by a number of the directory, never by one that they give; the
words stand on a page that only they can open, so whoever reads them back is who asked.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from forum.core import clock
from forum.core.errors import Invalid
from forum.core.typed import N_
from forum.directory.models import ContactPoint

_NOT_LISTED: Final = N_("Choose a number from the directory entry.")
_LETTERS: Final = re.compile(r"[^\W\d_]+")


class CallBack(StrEnum):
    """How a call ended."""

    #: The authority knows the person, and the words were read back rightly.
    CONFIRMED = "confirmed"
    NO_ANSWER = "no_answer"
    NOT_KNOWN = "not_known"


class CallPlace(StrEnum):
    """Who was called about somebody."""

    AUTHORITY = "authority"
    #: Where the authority has no entry, no number, or nobody to vouch.
    OTHER_AUTHORITY = "other_authority"
    MISSION = "mission"


@dataclass(frozen=True)
class Mission:
    """A permanent mission that was called; the directory has no entry of it."""

    name: str
    number: str
    #: Where the number was found.
    source: str


@dataclass(frozen=True)
class Called:
    """Who was called, and by which number."""

    place: CallPlace
    number: str
    office: str = ""
    source: str = ""

    def columns(self, ended: CallBack, by: int | None, note: str) -> dict[str, Any]:
        """What is kept of a call made now, by the names of the columns."""
        return {
            "call_back": ended,
            "called_at": clock.now(),
            "called_by_id": by,
            "called_number": self.number,
            "call_place": self.place,
            "called_office": self.office,
            "call_source": self.source,
            "call_note": note,
        }

    def told(self, ended: CallBack) -> dict[str, object]:
        """What the audit log tells of it."""
        return {
            "call": str(ended),
            "number": self.number,
            "place": str(self.place),
            "office": self.office,
        }


def called(
    chosen: int,
    mission: Mission | None,
    own: Sequence[ContactPoint],
    elsewhere: Sequence[ContactPoint] | None,
) -> Called:
    """Who was called: by the number of a line of the `own` authority, of one `elsewhere`, or a mission.

    `elsewhere` is None where nobody else may be called. Raises Invalid for any other number.
    """
    for line in own:
        if mission is None and line.id == chosen:
            return Called(CallPlace.AUTHORITY, line.value)
    if elsewhere is None:
        raise Invalid("number", _NOT_LISTED)
    if mission is not None:
        return _mission(mission)
    for line in elsewhere:
        if line.id == chosen:
            return Called(CallPlace.OTHER_AUTHORITY, line.value, line.authority.name)
    raise Invalid("number", _NOT_LISTED)


def _mission(mission: Mission) -> Called:
    if not mission.name:
        raise Invalid("mission", N_("Name the office that you called."))
    if sum(char.isdecimal() for char in mission.number) < 5:
        raise Invalid("mission_number", N_("Write the whole number that you called."))
    if not mission.source:
        raise Invalid("mission_source", N_("Say where you found the number."))
    return Called(CallPlace.MISSION, mission.number, mission.name, mission.source)


def ending(outcome: str) -> CallBack:
    """How the call ended, as it was typed. Raises Invalid."""
    try:
        return CallBack(outcome)
    except ValueError:
        raise Invalid("outcome", N_("Say how the call ended.")) from None


def are_same_words(said: str, shown: str) -> bool:
    """Whether what was read back is what was shown, whatever stands between the letters or not."""
    return bool(_letters(shown)) and _letters(said) == _letters(shown)


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(unicodedata.normalize("NFKC", text).casefold()))
