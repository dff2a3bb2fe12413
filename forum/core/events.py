"""Announcements from lower features to higher ones, inside the same transaction.

A handler that fails undoes the whole operation, so handlers only write rows.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")

_handlers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event: type[E], handler: Callable[[E], None]) -> None:
    """Call `handler` for every announced `event`; subscribing twice changes nothing."""
    if handler not in _handlers[event]:
        _handlers[event].append(handler)


def announce(event: object) -> None:
    """Tell everybody who subscribed to this kind of event, now."""
    for handler in _handlers[type(event)]:
        handler(event)
