"""What is not known is never said to be otherwise."""

from datetime import date

import pytest
from flask import Flask

from forum.reference.models import Function, Party
from forum.reference.words import (
    article_words,
    function_label,
    function_name,
    instrument_name,
    language_name,
    standing_words,
)


@pytest.mark.parametrize(
    ("party", "words"),
    [
        (None, "Not known to be a party"),
        (Party(act=""), "Party: date not known"),
        (Party(act="accession"), "Party: date not known"),
        (Party(act="ratification", signed_on=date(2000, 12, 12)), "Party: date not known"),
        (
            Party(act="", signed_on=date(2000, 12, 12)),
            "Signed 12 Dec 2000; deposit: date not known",
        ),
        (
            Party(act="accession", deposited_on=date(2004, 5, 10)),
            "Party: accession deposited 10 May 2004",
        ),
        (
            Party(act="deed of its own", deposited_on=date(2004, 5, 10)),
            "Party: deed of its own deposited 10 May 2004",
        ),
    ],
)
def test_a_standing_in_words(app: Flask, party: Party | None, words: str) -> None:
    with app.test_request_context():
        assert standing_words(party) == words


def test_a_function_that_has_no_short_name_says_its_own(app: Flask) -> None:
    known = Function(code="UNTOC-16-EXT", instrument_code="UNTOC", article="16", title="Long")
    other = Function(
        code="UNCAC-46-MLA", instrument_code="UNCAC", article="46(13)", title="Authority: of sorts"
    )
    bare = Function(code="X", instrument_code="GA-RES", article="-", title="Culture")

    with app.test_request_context():
        assert function_label(known) == "Extradition · art. 16"
        assert function_name(known) == "Extradition"
        assert function_label(other) == "Authority · Convention against Corruption, art. 46(13)"
        assert function_label(bare) == "Culture · GA-RES"
        assert article_words(known) == "article 16"
        assert article_words(other) == "article 46 of the Convention against Corruption"
        assert article_words(bare) == "GA-RES"


def test_languages_and_instruments_have_names(app: Flask) -> None:
    with app.test_request_context():
        assert [language_name(code) for code in ("ar", "qzx")] == ["Arabic", "qzx"]
        assert instrument_name("TIP") == "Trafficking in Persons Protocol"
        assert instrument_name("NEW", "A new treaty") == "A new treaty"
        assert instrument_name("NEW") == "NEW"
