"""What signing in announces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SessionOpened:
    """Somebody proved both factors.

    Whoever knows that the member is staff shortens the session (`operations.mark_as_staff`).
    """

    session_id: int
    member_id: int
