"""An entry's vCard can be read back, and nothing in an entry can add to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.directory.vcard import Address, Card, Line, Telephone, text

NOW: Final = datetime(2026, 11, 25, tzinfo=UTC)
OFFICE: Final = Card(
    name="Ministry of Justice, Central Authority; Unit 3",
    organisation=("Ministry of Justice", "Directorate B", "Central Authority; Unit 3"),
    telephones=(
        Telephone("+99 (0) 20-1234567"),
        Telephone("+99 20 7654321", Line.CELL, is_urgent=True),
        Telephone("+99 20 111", Line.FAX),
    ),
    emails=("central.authority@moj.qm.example",),
    address=Address(("Square 1, Wing A", "Room 12"), "Arven", "", "QM-1000", "Arvenia"),
    zone="Europe/Brussels",
    languages=("fr", "en", "zh-Hans"),
    website="https://moj.qm.example/?a=1,2;b",
    note="Call first.\nAnswers in French\\English.",
    revised_at=datetime(2026, 11, 25, 12, 30, 5, tzinfo=timezone(timedelta(hours=1))),
    source="https://forum.example/directory/QM/1",
)


def unfolded(vcard: str) -> list[str]:
    """The lines of a vCard, as strict as RFC 6350 lets a reader be."""
    assert vcard.endswith("\r\n")
    physical = vcard.removesuffix("\r\n").split("\r\n")
    lines: list[str] = []
    for line in physical:
        assert "\r" not in line
        assert "\n" not in line
        assert len(line.encode()) <= 75
        if line.startswith(" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return lines


def plain(value: str) -> str:
    result, chars = "", iter(value)
    for char in chars:
        if char != "\\":
            result += char
            continue
        escaped = next(chars)
        assert escaped in "\\,;n"
        result += "\n" if escaped == "n" else escaped
    return result


def split(value: str, separator: str) -> list[str]:
    """The parts between separators that are not escaped, still escaped."""
    parts, chars = [""], iter(value)
    for char in chars:
        if char == separator:
            parts.append("")
        else:
            parts[-1] += char + (next(chars) if char == "\\" else "")
    return parts


def properties(card: Card) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in unfolded(text(card)):
        name, _, value = line.partition(":")
        found.setdefault(name, []).append(value)
    return found


def test_the_card_begins_and_ends_as_version_4() -> None:
    lines = unfolded(text(OFFICE))

    assert lines[:3] == ["BEGIN:VCARD", "VERSION:4.0", "KIND:org"]
    assert lines[-1] == "END:VCARD"


def test_everything_in_the_entry_is_read_back() -> None:
    found = properties(OFFICE)

    assert [plain(v) for v in found["FN"]] == [OFFICE.name]
    assert tuple(plain(v) for v in split(found["ORG"][0], ";")) == OFFICE.organisation
    assert found["TEL;VALUE=text;TYPE=work,voice"] == ["+99 (0) 20-1234567"]
    assert found["TEL;VALUE=text;TYPE=work,cell;PREF=1"] == ["+99 20 7654321"]
    assert found["TEL;VALUE=text;TYPE=work,fax"] == ["+99 20 111"]
    assert found["EMAIL;TYPE=work"] == list(OFFICE.emails)
    address = [
        [plain(v) for v in split(part, ",")] for part in split(found["ADR;TYPE=work"][0], ";")
    ]
    assert address == [
        *([""], [""], ["Square 1, Wing A", "Room 12"]),
        *(["Arven"], [""], ["QM-1000"], ["Arvenia"]),
    ]
    assert found["TZ"] == ["Europe/Brussels"]
    assert found["LANG;TYPE=work;PREF=1"] == ["fr"]
    assert found["LANG;TYPE=work;PREF=3"] == ["zh-Hans"]
    assert found["URL"] == [OFFICE.website]
    assert [plain(v) for v in found["NOTE"]] == [OFFICE.note]
    assert found["REV"] == ["20261125T113005Z"]
    assert found["SOURCE"] == found["UID"] == [OFFICE.source]


def test_a_bare_entry_gives_a_card_with_its_name_only() -> None:
    assert unfolded(text(Card("Office"))) == [
        *("BEGIN:VCARD", "VERSION:4.0", "KIND:org", "FN:Office", "END:VCARD")
    ]


BREAKS: Final = [
    "\r\n",
    "\n",
    "\r",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
]


@pytest.mark.parametrize("line_break", BREAKS, ids=ascii)
def test_no_line_break_in_an_entry_adds_a_property(line_break: str) -> None:
    bad = f"x{line_break}END:VCARD{line_break}TEL:+666"
    card = Card(
        bad, (bad, bad), (Telephone(bad),), (bad,), Address((bad,), bad, bad, bad, bad),
        bad, (bad,), f"https://a.example/{bad}", bad, None, f"https://a.example/{bad}",
    )  # fmt: skip

    names = [line.partition(":")[0] for line in unfolded(text(card))]

    assert names == [
        *("BEGIN", "VERSION", "KIND", "FN", "ORG", "TEL;VALUE=text;TYPE=work,voice"),
        *("EMAIL;TYPE=work", "ADR;TYPE=work", "TZ", "NOTE", "END"),
    ]
    assert len(text(card).splitlines()) == text(card).count("\r\n")


@pytest.mark.parametrize(
    "website", ["javascript:alert(1)", "https://a b.example", "https://é.example", "https://", ""]
)
def test_a_link_without_the_form_of_one_is_left_out(website: str) -> None:
    assert "URL" not in properties(replace(OFFICE, website=website))


@pytest.mark.parametrize("tag", ["", "en\n", "en;PREF=1", "fr,en", "en-", "x" * 9, "éé"])
def test_a_language_without_the_form_of_a_tag_is_left_out(tag: str) -> None:
    assert not any(name.startswith("LANG") for name in properties(Card("x", languages=(tag,))))


@pytest.mark.parametrize("char", ["a", "é", "ع", "引", "😀"])
@pytest.mark.parametrize("before", range(5))
def test_long_text_in_any_script_is_folded_between_characters(char: str, before: int) -> None:
    name = "x" * before + char * 200

    assert properties(Card(name))["FN"] == [name]


def test_a_line_of_75_octets_is_not_folded_and_one_of_76_is() -> None:
    assert text(Card("x" * 72)).count("\r\n ") == 0
    assert text(Card("x" * 73)).count("\r\n ") == 1


def test_text_that_begins_where_a_line_is_folded_keeps_its_spaces() -> None:
    name = "x" * 72 + "  two spaces"

    assert properties(Card(name))["FN"] == [name]


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_whatever_an_entry_holds_the_card_keeps_its_shape(
    name: str, note: str, streets: list[str]
) -> None:
    card = Card(
        name, note=f"{note}.", address=Address(tuple(streets), country=name), revised_at=NOW
    )

    found = properties(card)

    assert set(found) == {
        *("BEGIN", "VERSION", "KIND", "FN", "ADR;TYPE=work", "NOTE", "REV", "END")
    }
    assert len(split(found["ADR;TYPE=work"][0], ";")) == 7
    street = split(found["ADR;TYPE=work"][0], ";")[2]
    assert len(split(street, ",")) == max(1, len(streets))
    assert plain(found["NOTE"][0]).endswith(".")
