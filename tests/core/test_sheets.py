"""Cells that a spreadsheet does not compute (security.md F3)."""

import csv
import io

import pytest

from forum.core.sheets import row


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+49",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\rx",
        "\nx",
        "  =1",
        "\u00a0=1",
        "\u200b=1",
        "\ufeff=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        " \t=cmd|' /C calc'!A0",
    ],
)
def test_a_cell_that_could_begin_a_formula_gets_an_apostrophe(cell: str) -> None:
    assert row([cell]).startswith("\"'" + cell[:1])


@pytest.mark.parametrize("cell", ["", " ", "a=b", "5-6", "Ж", "'=1", "日本", "member:5"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert row([cell]) == f'"{cell}"\r\n'


def test_every_cell_is_quoted_and_comes_back_whole() -> None:
    cells = ['He said "no"', "two\nlines", "a,b", "", "é"]

    line = row(cells)

    assert line.startswith('"He said ""no""",')
    assert next(csv.reader(io.StringIO(line, newline=""))) == cells
