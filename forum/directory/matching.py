"""Finding names whatever the script, the accents and the case. Pure."""

import unicodedata
from collections.abc import Iterable
from typing import Final

#: Letters that are written one for the other.
_ALIKE: Final = str.maketrans({"ى": "ي", "ة": "ه", "ı": "i", "ø": "o", "đ": "d", "ł": "l"})


def folded(text: str) -> str:
    """The text without accents and case, with other marks between words as blanks."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    spaced = "".join(char if char.isalnum() else " " for char in kept.translate(_ALIKE))
    return " ".join(spaced.split())


def matches(text: str, names: Iterable[str]) -> bool:
    """Whether each word of the text begins a word of one of the names, or stands within one
    written without blanks."""
    wanted = folded(text).split()
    if not wanted:
        return not text.strip()
    heard = [folded(name) for name in names]
    return all(any(_holds(name, word) for name in heard) for word in wanted)


def _holds(name: str, word: str) -> bool:
    if any(part.startswith(word) for part in name.split()):
        return True
    # Chinese puts no blanks between words, Arabic joins the article to them.
    return not word.isascii() and word in name
