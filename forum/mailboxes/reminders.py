"""When somebody who was asked is reminded. Pure."""

from datetime import timedelta
from typing import Final

#: In tenths of the time to answer: at once, halfway, shortly before it is over.
_TENTHS: Final = (0, 5, 9)


def mails_due(waited: timedelta, grace: timedelta) -> int:
    """How many mails should have left by now."""
    return sum(waited * 10 >= grace * tenths for tenths in _TENTHS)


def days_left(waited: timedelta, grace: timedelta) -> int:
    """Whole days until the time to answer is over; the last one counts."""
    return max(0, -((waited - grace) // timedelta(days=1)))
