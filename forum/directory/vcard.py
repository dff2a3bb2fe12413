"""A directory entry as a vCard 4.0 (RFC 6350), for the address book of whoever needs the office.

Whatever an entry holds, it stays inside its own property: text is escaped, line breaks and controls
cannot start a new line, and what would stand unescaped (links, language tags) must have its form.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

#: Octets in a line without its end (RFC 6350, 3.2).
_LONGEST_LINE: Final = 75
_LINE_BREAK: Final = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_WEB: Final = re.compile(r"https?://[!-~]+", re.ASCII | re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)


class Line(StrEnum):
    """What answers at a number; vCard's own names."""

    VOICE = "voice"
    FAX = "fax"
    CELL = "cell"


@dataclass(frozen=True)
class Telephone:
    """A number as the office writes it."""

    number: str
    line: Line = Line.VOICE
    is_urgent: bool = False


@dataclass(frozen=True)
class Address:
    """A postal address; `street` in lines."""

    street: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    code: str = ""
    country: str = ""


@dataclass(frozen=True)
class Card:
    """What a vCard says of an office. `organisation` goes from the whole to its smallest unit."""

    name: str
    organisation: tuple[str, ...] = ()
    telephones: tuple[Telephone, ...] = ()
    emails: tuple[str, ...] = ()
    address: Address | None = None
    #: An IANA zone.
    zone: str | None = None
    languages: tuple[str, ...] = ()
    website: str | None = None
    note: str = ""
    #: When the entry was last changed.
    revised_at: datetime | None = None
    #: Where the entry stands; also what tells one card from another.
    source: str | None = None


def text(card: Card) -> str:
    """The vCard, lines folded and ended with CRLF."""
    return "".join(f"{_folded(line)}\r\n" for line in _lines(card))


def _lines(card: Card) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield "KIND:org"
    yield f"FN:{_escaped(card.name)}"
    if card.organisation:
        yield f"ORG:{';'.join(_escaped(unit) for unit in card.organisation)}"
    for telephone in card.telephones:
        preferred = ";PREF=1" if telephone.is_urgent else ""
        yield f"TEL;VALUE=text;TYPE=work,{telephone.line.value}{preferred}:{_escaped(telephone.number)}"
    for email in card.emails:
        yield f"EMAIL;TYPE=work:{_escaped(email)}"
    if card.address is not None:
        yield f"ADR;TYPE=work:{_components(card.address)}"
    if card.zone:
        yield f"TZ:{_escaped(card.zone)}"
    for place, language in enumerate(filter(_LANGUAGE.fullmatch, card.languages), 1):
        yield f"LANG;TYPE=work;PREF={min(place, 100)}:{language}"
    if card.website and _WEB.fullmatch(card.website):
        yield f"URL:{card.website}"
    if card.note:
        yield f"NOTE:{_escaped(card.note)}"
    if card.source and _WEB.fullmatch(card.source):
        yield f"SOURCE:{card.source}"
        yield f"UID:{card.source}"
    if card.revised_at is not None:
        yield f"REV:{card.revised_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "END:VCARD"


def _components(address: Address) -> str:
    """Post box and extension stay empty, as RFC 6350 advises."""
    street = ",".join(_escaped(line) for line in address.street)
    rest = (address.city, address.region, address.code, address.country)
    return ";".join(["", "", street, *(_escaped(part) for part in rest)])


def _escaped(value: str) -> str:
    value = _UNSEEN.sub("", _LINE_BREAK.sub("\n", value))
    for char in ("\\", ",", ";"):
        value = value.replace(char, f"\\{char}")
    return value.replace("\n", "\\n")


def _folded(line: str) -> str:
    """The line in parts of at most 75 octets, never inside a character."""
    parts: list[str] = []
    part, octets = "", 0
    for char in line:
        size = len(char.encode())
        if octets + size > _LONGEST_LINE:
            parts.append(part)
            # The space that begins a continued line is one of its octets.
            part, octets = "", 1
        part += char
        octets += size
    return "\r\n ".join([*parts, part])
