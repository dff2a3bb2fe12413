"""Which passwords are taken, and how they are hashed. Pure: no table, no request.

Only length and what guessers try first decide (NIST SP 800-63B): no composition rules, no expiry.
Refused are, in any case of letters and as a unit that is repeated:

- the 30,000 most common passwords (the list that zxcvbn ships), alone or with digits, signs or runs
  round them;
- runs along the alphabet, the digits or a keyboard, either way, and one character repeated;
- the person's own name or address;
- the words of this place: counterpart, forum, network, directory, extradition, treaty, convention,
  assistance, authority, secretariat, ministry, justice, password and what is made of them (`_PLACE`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cache
from threading import BoundedSemaphore, Lock
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from forum.core.secrets import new_token
from forum.core.typed import N_

SHORTEST: Final = 15
LONGEST: Final = 256

#: Below these no hash is made, whatever the settings say (OWASP): KiB, passes, lanes.
_LEAST: Final = (19_456, 2, 1)

#: The words of this place, which anybody who guesses here would try.
_PLACE: Final = (
    *("counterpart", "forum", "network", "directory", "extradition", "treaty", "convention"),
    *("mutual", "legal", "assistance", "central", "authority", "secretariat", "moderator"),
    *("ministry", "justice", "prosecutor", "officer", "transfer", "sentenced", "untoc", "unodc"),
    *("united", "nations", "password", "passphrase", "passwort", "secret", "welcome"),
)
_RUNS: Final = (
    *("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"),
    *(
        "qwertzuiopü",
        "yxcvbnm",
        "azertyuiop",
        "qsdfghjklm",
        "wxcvbn",
        "йцукенгшщзхъ",
        "фывапролджэ",
    ),
    *("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "!@#$%^&*()"),
    *("1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujm"),
)
_SHORTEST_RUN: Final = 4
#: Fewer letters than this beside a name, a word of this place or a run are no password.
_LEAST_REST: Final = 8
_SHORTEST_NAME: Final = 3
_SHORTEST_LOCAL_PART: Final = 5


class Refusal(StrEnum):
    """Why a password is not taken."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    ONE_CHARACTER = "one_character"
    RUN = "run"
    COMMON = "common"
    YOURSELF = "yourself"
    THIS_PLACE = "this_place"

    @property
    def sentence(self) -> str:
        """What to tell the person, in English, to be translated by the page."""
        return _SENTENCES[self]


_SENTENCES: Final = {
    Refusal.TOO_SHORT: N_("Use at least 15 characters. Three or four unrelated words are good."),
    Refusal.TOO_LONG: N_("Use at most 256 characters."),
    Refusal.ONE_CHARACTER: N_(
        "This repeats the same few characters. Choose something less regular."
    ),
    Refusal.RUN: N_("This is mostly a row of keys, letters or digits. Choose something else."),
    Refusal.COMMON: N_("This is on the lists of common passwords. Choose something else."),
    Refusal.YOURSELF: N_("This is mostly your own name or address. Choose something else."),
    Refusal.THIS_PLACE: N_(
        "This is mostly made of words that anybody would try here. Choose something else."
    ),
}


def refusal(password: str, *, about: Sequence[str]) -> Refusal | None:
    """Why the password is not taken, or None. `about`: the person's names and e-mail addresses."""
    normal = unicodedata.normalize("NFKC", password)
    # A ligature may unfold to eighteen letters, and letters may fold into one.
    if min(len(password), len(normal)) < SHORTEST:
        return Refusal.TOO_SHORT
    if len(password) > LONGEST:
        return Refusal.TOO_LONG
    folded = normal.casefold()
    unit = _unit(folded)
    if len(unit) <= 3 or len(set(folded)) <= 3:
        return Refusal.ONE_CHARACTER
    if any(form in _common() for form in _forms(folded)):
        return Refusal.COMMON
    if len(_without_runs(unit)) < _SHORTEST_RUN or len(_without_runs(folded)) < _SHORTEST_RUN:
        return Refusal.RUN
    if _is_about(folded, about):
        return Refusal.YOURSELF
    if len(_rest(folded, _PLACE)) < _LEAST_REST and any(word in folded for word in _PLACE):
        return Refusal.THIS_PLACE
    return None


def _unit(text: str) -> str:
    """The shortest beginning that, repeated and perhaps cut at the end, gives the text."""
    for length in range(1, len(text) // 2 + 1):
        if text[length:] == text[:-length]:
            return text[:length]
    return text


def _forms(folded: str) -> Iterator[str]:
    """What a guesser would have started from: without runs, edges and repetition."""
    for form in (folded, _without_runs(folded)):
        bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", form)
        yield from (form, _unit(form), bare, _unit(bare))


def _without_runs(text: str) -> str:
    """The text without stretches that follow a row of keys, letters or digits, or stand still."""
    kept: list[str] = []
    start = 0
    while start < len(text):
        length = max(_run_at(text, start), _stillness_at(text, start))
        if length < _SHORTEST_RUN:
            kept.append(text[start])
            length = 1
        start += length
    return "".join(kept)


def _run_at(text: str, start: int) -> int:
    """How many characters from here on follow one row."""
    longest = 1
    for pairs in _pairs():
        end = start + 1
        while end < len(text) and text[end - 1 : end + 1] in pairs:
            end += 1
        longest = max(longest, end - start)
    return longest


def _stillness_at(text: str, start: int) -> int:
    end = start
    while end < len(text) and text[end] == text[start]:
        end += 1
    return end - start


@cache
def _pairs() -> tuple[frozenset[str], ...]:
    """For each row and direction, which character may follow which; the end joins the beginning."""
    rows = (row for run in _RUNS for row in (run, run[::-1]))
    return tuple(
        frozenset(row[i] + row[(i + 1) % len(row)] for i in range(len(row))) for row in rows
    )


@cache
def _common() -> frozenset[str]:
    return frozenset(word.casefold() for word in FREQUENCY_LISTS["passwords"])


def _is_about(folded: str, about: Sequence[str]) -> bool:
    bare = _bare(folded)
    names = [unicodedata.normalize("NFKC", text).casefold() for text in about]
    wholes = {_bare(name) for name in names}
    wholes |= {
        local
        for name in names
        if "@" in name and len(local := _bare(name.split("@")[0])) >= _SHORTEST_LOCAL_PART
    }
    parts = {part for name in names for part in re.split(r"[\W_]+", name)}
    parts = {part for part in parts if len(part) >= _SHORTEST_NAME}
    if any(len(whole) >= _SHORTEST_LOCAL_PART and whole in bare for whole in wholes):
        return True
    return any(part in folded for part in parts) and len(_rest(folded, parts)) < _LEAST_REST


def _rest(folded: str, words: Iterable[str]) -> str:
    """What is left without these words, runs, digits and signs."""
    for word in sorted(words, key=len, reverse=True):
        folded = folded.replace(word, " ")
    return _unit(re.sub(r"[\W\d_]+", "", _without_runs(folded)))


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


class Hasher:
    """argon2id with the site's parameters, at most so many hashes at a time.

    `verifications` counts them, so that tests can see the same work done for everybody.
    """

    def __init__(self, memory_kib: int, passes: int, lanes: int, at_once: int) -> None:
        if any(
            given < least for given, least in zip((memory_kib, passes, lanes), _LEAST, strict=True)
        ):
            raise ValueError("argon2id needs at least 19456 KiB, 2 passes and 1 lane")
        self._argon2 = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=lanes)
        # Each hash holds its memory; without a cap a burst of sign-ins would take all of it.
        self._turn = BoundedSemaphore(at_once)
        self._counting = Lock()
        self.verifications = 0
        self._nobodys = self.hash(new_token())

    def hash(self, password: str) -> str:
        """What is stored of a password."""
        with self._turn:
            return self._argon2.hash(_exact(password))

    def verify(self, hashed: str | None, password: str) -> bool:
        """Whether it is the password. None, for somebody unknown, takes the same work and is no."""
        with self._counting:
            self.verifications += 1
        with self._turn:
            try:
                self._argon2.verify(hashed or self._nobodys, _exact(password))
            except VerifyMismatchError:
                return False
        return hashed is not None

    def needs_rehash(self, hashed: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._argon2.check_needs_rehash(hashed)


def _exact(password: str) -> bytes:
    """The password as it is hashed: NFKC, else as typed, never cut."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
