"""What is read back on the telephone."""

import pytest

from forum.directory.calls import are_same_words


@pytest.mark.parametrize(
    ("said", "are_same"),
    [
        ("amber bridge candle", True),
        ("  Amber,BRIDGE – candle. ", True),
        ("ａｍｂｅｒ bridge candle", True),
        ("AMBERBRIDGECANDLE", True),
        ("am ber bridge candle", True),
        ("amber bridge", False),
        ("candle bridge amber", False),
        ("amber bridge candles", False),
        ("", False),
    ],
)
def test_words_are_read_back_rightly_whatever_their_case_and_blanks(
    said: str, are_same: bool
) -> None:
    assert are_same_words(said, "amber bridge candle") is are_same


def test_no_words_are_no_match_for_no_words() -> None:
    assert not are_same_words("", "")
