"""What the site at hand has, for code that knows no HTTP: its settings and its field cipher."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from forum.core.cipher import FieldCipher
from forum.core.settings import Settings


@dataclass(frozen=True)
class Services:
    """One for each application; `forum.app` puts it in force with the application's context."""

    settings: Settings
    cipher: FieldCipher


IN_FORCE: Final[ContextVar[Services]] = ContextVar("services")


def services() -> Services:
    """Those of the application whose context is in force.

    Raises LookupError outside any.
    """
    return IN_FORCE.get()
