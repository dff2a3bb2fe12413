"""Which browser on which system a user agent names. Pure.

Names, not versions: enough for people to know their own devices again. Browsers claim to be each
other, so the order of the table decides.
"""

from dataclasses import dataclass
from typing import Final

_BROWSERS: Final = (
    ("Edge", ("Edg/", "EdgA/", "EdgiOS/")),
    ("Opera", ("OPR/", "OPiOS/", "OPT/")),
    ("Samsung Internet", ("SamsungBrowser/",)),
    ("Yandex Browser", ("YaBrowser/",)),
    ("Vivaldi", ("Vivaldi/",)),
    ("Firefox", ("Firefox/", "FxiOS/")),
    ("Chromium", ("Chromium/",)),
    ("Chrome", ("Chrome/", "CriOS/", "HeadlessChrome/")),
    ("Safari", ("Safari/",)),
)
_SYSTEMS: Final = (
    ("iPhone", ("iPhone",)),
    ("iPad", ("iPad",)),
    ("Android", ("Android",)),
    ("HarmonyOS", ("HarmonyOS", "OpenHarmony")),
    ("Windows", ("Windows",)),
    ("ChromeOS", ("CrOS",)),
    ("macOS", ("Macintosh", "Mac OS X")),
    ("Linux", ("Linux", "X11")),
)


@dataclass(frozen=True)
class Device:
    """What a browser says it is; empty where it says nothing we know."""

    browser: str = ""
    system: str = ""


def device_of(agent: str) -> Device:
    """The browser and system of a `User-Agent` (RFC 9110, 10.1.5)."""
    return Device(_first(_BROWSERS, agent), _first(_SYSTEMS, agent))


def _first(table: tuple[tuple[str, tuple[str, ...]], ...], agent: str) -> str:
    return next((name for name, marks in table if any(mark in agent for mark in marks)), "")
