"""Fields that lie encrypted in the database, under keys that can be changed (MultiFernet)."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Unreadable(Exception):
    """The text was not encrypted with any of the keys in force."""


class FieldCipher:
    """Encrypts with the first key and reads with all of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, text: str) -> str:
        """The text, encrypted and authenticated."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """The text again.

        Raises Unreadable if it was changed or its key is gone.
        """
        try:
            return self._fernet.decrypt(sealed.encode("ascii")).decode()
        except InvalidToken as error:
            raise Unreadable("no key in FORUM_FIELD_KEYS opens this field") from error

    def seal_bytes(self, content: bytes) -> str:
        """What is no text, encrypted and authenticated."""
        return self._fernet.encrypt(content).decode("ascii")

    def open_bytes(self, sealed: str) -> bytes:
        """It again; raises Unreadable as `open` does."""
        try:
            return self._fernet.decrypt(sealed.encode("ascii"))
        except InvalidToken as error:
            raise Unreadable("no key in FORUM_FIELD_KEYS opens this") from error

    def reseal(self, sealed: str) -> str:
        """The same text under the first key."""
        return self._fernet.rotate(sealed.encode("ascii")).decode("ascii")
