"""Names are found whatever the script, the accents and the case."""

import pytest

from forum.directory.matching import matches

NAMES = (
    "QM",
    "QMA",
    "Côte d'Arvenia",
    "أرفينيا",
    "Алёнская",
    "阿尔维尼亚",
    "Ministère de la Justice",
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "qm",
        "QMA",
        "cote",
        "CÔTE D’ARVENIA",
        "arv",
        "ارفينيا",
        "аленская",
        "维尼",
        "justice arvenia",
        "ministere",
    ],
)
def test_found(text: str) -> None:
    assert matches(text, NAMES)


@pytest.mark.parametrize("text", ["ustice", "brazil", "arvenia brazil", "巴西", "%", "_", "'"])
def test_not_found(text: str) -> None:
    assert not matches(text, NAMES)
