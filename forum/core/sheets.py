"""Rows for a spreadsheet: CSV (RFC 4180) in which no cell is taken for a formula (security.md F3)."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from typing import Final

#: What a spreadsheet takes for the beginning of a formula, or of another cell.
_BEGINS: Final = frozenset("=+-@\t\r\n")
#: Neither seen nor counted as blank by Python.
_UNSEEN: Final = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


def row(cells: Iterable[str]) -> str:
    """One line of a CSV file; every cell is quoted."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(map(harmless, cells))
    return line.getvalue()


def harmless(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet might compute it."""
    for char in text:
        if char in _BEGINS or unicodedata.normalize("NFKC", char) in _BEGINS:
            return "'" + text
        if not (char.isspace() or char in _UNSEEN):
            break
    return text
