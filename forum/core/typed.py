"""What people type: how it is kept, and what is refused before anything is done with it."""

import re
from typing import Final
from urllib.parse import unquote

#: Marks an English sentence for the catalogues. Core knows no request and no language:
#: it names the sentence, and the page translates it with `gettext(problem, longest=longest)`.
N_: Final = str

#: C0 and C1 controls and DEL; tab and newline are judged apart.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
#: Embeddings, overrides and isolates can make text read otherwise than it is stored. The joiners
#: and direction marks U+200C to U+200F stay: Persian, Arabic and the Indic scripts need them.
_REORDERING: Final = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_LINE_BREAK: Final = re.compile(r"[\n\u2028\u2029]")
#: What no path of ours holds, raw or encoded.
_NOT_IN_A_PATH: Final = re.compile(
    r"//|\\|[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)

#: Of a row; what is higher, some databases refuse to look for.
HIGHEST_NUMBER: Final = 2**31 - 1

_LONGEST_PATH: Final = 2_000
#: A path that is percent-encoded more often than this is no page of ours.
_DECODINGS: Final = 3


def clean(text: str) -> str:
    """The text as it is kept: CRLF and CR become LF, all else stays as typed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def problem_with(text: str, *, longest: int, lines: bool) -> str | None:
    """Why the text cannot be taken, as an English sentence to translate; None if it can.

    `longest` counts code points, a line break as one; `lines` says whether line breaks are
    welcome. The sentence may hold `%(longest)s`.
    """
    text = clean(text)
    if _SURROGATE.search(text):
        return N_("This holds half of a character. Type it again.")
    if _CONTROL.search(text):
        return N_("This holds a control character that cannot be seen. Remove it or type it again.")
    if _REORDERING.search(text):
        return N_("This holds an unseen character that changes the direction of text. Remove it.")
    if not lines and _LINE_BREAK.search(text):
        return N_("Write this on one line.")
    if len(text) > longest:
        return N_("This is too long. Shorten it to %(longest)s characters.")
    return None


def row_number(text: str) -> int | None:
    """The number that was sent, if a row can have it: ASCII digits only."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(HIGHEST_NUMBER))):
        return None
    return int(text) if 0 < int(text) <= HIGHEST_NUMBER else None


def local_path(value: str | None) -> str | None:
    """The value if it leads to a page of this site, else None: no redirect may leave the site.

    It is judged as it stands and as whatever it may be decoded to on its way.
    """
    if value is None or len(value) > _LONGEST_PATH:
        return None
    seen = value
    for _ in range(_DECODINGS):
        if not seen.startswith("/") or _NOT_IN_A_PATH.search(seen):
            return None
        decoded = unquote(seen)
        if decoded == seen:
            return value
        seen = decoded
    return None
