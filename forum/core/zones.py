"""A column for time zones: whatever lies in the table, the program meets only zones there are."""

import logging
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from sqlalchemy import Dialect, String, TypeDecorator

log = logging.getLogger(__name__)

_FALLBACK: Final = "UTC"


class ZoneName(TypeDecorator[str]):
    """The IANA name of a zone; one that does not exist is refused going in, and is UTC coming out.

    Whoever changes a row by hand is stopped by nothing, and a page must not fail for it: it says
    UTC, the log says why.
    """

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The name as it is."""
        if value is not None and value not in _known():
            raise ValueError(f"no time zone of this name: {value!r}")
        return value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """The name, or that of UTC."""
        if value is None or value in _known():
            return value
        log.warning("a row names a time zone that does not exist")
        return _FALLBACK


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())
