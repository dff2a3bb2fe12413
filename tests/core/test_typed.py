"""What people type is kept as typed, and refused with a reason."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.core.typed import clean, local_path, problem_with

CONTROLS = [chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) == "Cc"]
REFUSED = [control for control in CONTROLS if control not in "\t\n\r"]


@pytest.mark.parametrize("typed", ["a\r\nb", "a\rb", "a\nb"])
def test_every_line_break_is_kept_as_one_newline(typed: str) -> None:
    assert clean(typed) == "a\nb"


def test_composed_and_decomposed_letters_stay_as_typed() -> None:
    typed = "e\u0301 \u00e9 \uf900 \u200f \u200c"

    assert clean(typed) == typed


@given(st.text())
def test_cleaning_twice_changes_nothing_more(typed: str) -> None:
    assert clean(clean(typed)) == clean(typed)
    assert "\r" not in clean(typed)


def test_there_are_sixty_two_controls_to_refuse() -> None:
    assert len(REFUSED) == 62


@pytest.mark.parametrize("control", REFUSED, ids=lambda c: f"U+{ord(c):04X}")
def test_a_control_character_is_refused_in_both_kinds_of_field(control: str) -> None:
    assert problem_with(f"a{control}b", longest=10, lines=True)
    assert problem_with(f"a{control}b", longest=10, lines=False)


@pytest.mark.parametrize("code", [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_a_character_that_reorders_text_is_refused(code: int) -> None:
    assert problem_with(f"a{chr(code)}b", longest=10, lines=True)


@pytest.mark.parametrize("code", [0x09, 0x200C, 0x200D, 0x200E, 0x200F, 0x061C, 0x00AD, 0x1F600])
def test_a_character_that_a_language_needs_is_taken(code: int) -> None:
    assert problem_with(f"a{chr(code)}b", longest=10, lines=True) is None
    assert problem_with(f"a{chr(code)}b", longest=10, lines=False) is None


@pytest.mark.parametrize("code", [0xD800, 0xDBFF, 0xDC00, 0xDFFF])
def test_half_a_character_is_refused(code: int) -> None:
    assert problem_with(chr(code), longest=10, lines=True)


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\u2029"])
def test_a_line_break_is_refused_only_where_one_line_is_asked_for(line_break: str) -> None:
    assert problem_with(f"a{line_break}b", longest=10, lines=False)
    assert problem_with(f"a{line_break}b", longest=10, lines=True) is None


def test_length_counts_code_points_and_a_line_break_once() -> None:
    assert problem_with("😀" * 8 + "\r\n" + "b", longest=10, lines=True) is None
    assert problem_with("😀" * 9 + "\r\n" + "b", longest=10, lines=True)


def test_every_sentence_can_be_filled_with_the_length() -> None:
    said = [
        problem_with(text, longest=3, lines=False)
        for text in ("\ud800", "\x00", "\u202e", "a\nb", "abcd")
    ]

    filled = [sentence % {"longest": 3} for sentence in said if sentence is not None]

    assert len(set(filled)) == 5
    assert filled[-1] == "This is too long. Shorten it to 3 characters."


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/threads/41-a-title?page=2#post-977",
        "/directory/QM",
        "/search?q=a%20b%2Fc",
        "/boards/é",
    ],
)
def test_a_page_of_this_site_may_come_next(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "threads",
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a//b",
        "/%2f%2fevil.example",
        "/%2Fevil.example",
        "/%5Cevil.example",
        "/%252f%252fevil.example",
        "/%25252525252f",
        "/a\r\nSet-Cookie: x=1",
        "/a%0d%0aSet-Cookie:%20x=1",
        "/\tevil",
        "/\t/evil.example",
        "/%09/evil.example",
        " /threads",
        "/\x00",
        "/a\u202eb",
        "/a\u2028b",
        "/\ud800",
        "javascript:alert(1)",
        "/" + "a" * 3000,
    ],
)
def test_an_address_that_may_leave_the_site_is_refused(value: str | None) -> None:
    assert local_path(value) is None
