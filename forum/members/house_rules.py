"""Which house rules are in force, and what changed in them. The text is templates/home/_house_rules.html.

Whoever changes the text so that members must know of it adds a version here, with a sentence for
each change; every member is then asked once to accept it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True)
class Version:
    """A text of the rules, named by the day from which it holds."""

    on: date
    #: What is new in it, each in one sentence marked for translation.
    changes: Sequence[str] = ()


#: The newest stands last.
VERSIONS: Final = (Version(date(2026, 11, 25)),)


def in_force() -> date:
    """The version that holds."""
    return VERSIONS[-1].on


def is_owed(accepted: date | None) -> bool:
    """Whether somebody who accepted that version, or none, has yet to accept the one in force."""
    return accepted is None or accepted < in_force()


def changes_since(accepted: date | None) -> list[str]:
    """What is new for somebody who accepted that version; nothing for whoever accepted none."""
    if accepted is None:
        return []
    return [change for version in VERSIONS if version.on > accepted for change in version.changes]
