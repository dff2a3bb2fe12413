"""Where the request at hand comes from; the web layer says so, the worker leaves it empty."""

from contextvars import ContextVar
from typing import Final

ADDRESS: Final[ContextVar[str]] = ContextVar("address", default="")
