"""Random secrets, the digests that are stored in their place, and comparing them.

Tokens and references are random to the last bit, so a plain SHA-256 is enough to store them.
What people copy by hand is stored under a key of the site (`keyed_digest`).
"""

import base64
import hashlib
import hmac
import secrets
from typing import Final

from forum.core.spoken import WORDS

_GROUP: Final = 4
_RECOVERY_BYTES: Final = 15
#: What is read or typed in place of a letter; base32 holds none of these digits.
_MISREAD: Final = str.maketrans("018", "OIB")


def new_token() -> str:
    """A secret of 256 bits that may stand in an address or a cookie."""
    return secrets.token_urlsafe(32)


def new_reference() -> str:
    """A secret of 128 bits that may stand in an address."""
    return secrets.token_urlsafe(16)


def digest(token: str) -> str:
    """What is stored of a token: SHA-256, in hexadecimal."""
    return hashlib.sha256(_bytes(token)).hexdigest()


def keyed_digest(key: str | bytes, value: str) -> str:
    """HMAC-SHA-256, in hexadecimal: what is stored of a value that could be guessed without it."""
    return hmac.new(_bytes(key), _bytes(value), hashlib.sha256).hexdigest()


def same(one: str | bytes, other: str | bytes) -> bool:
    """Whether both are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def recovery_code() -> str:
    """120 bits as 24 base32 characters, in groups of four to be copied by hand."""
    letters = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode("ascii")
    return "-".join(letters[i : i + _GROUP] for i in range(0, len(letters), _GROUP))


def normal(code: str) -> str:
    """A recovery code as typed, without what copying adds or confuses; compare and digest this."""
    kept = "".join(char for char in code.upper() if char.isascii() and char.isalnum())
    return kept.translate(_MISREAD)


def spoken_words(n: int = 3) -> str:
    """So many easy words, to be read back on the telephone."""
    return " ".join(secrets.choice(WORDS) for _ in range(n))


def _bytes(value: str | bytes) -> bytes:
    # A lone surrogate is no reason to fail: it equals nothing that is stored.
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
