"""What signing in announces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SessionOpened:
    """Somebody proved both factors.

    Whoever knows that the member is staff shortens the session (`operations.mark_as_staff`).
    """

    session_id: int
    member_id: int


@dataclass(frozen=True)
class AlarmRaised:
    """A member said of something in the account's history that it was somebody else."""

    member_id: int


@dataclass
class Entering:
    """Somebody who proved the password, or both factors, is about to come in.

    Whoever knows for whom members stand says so here: who stands for nobody stays outside, and
    whoever is staff may need a passkey.
    """

    member_id: int
    stands_for_nobody: bool = False
    is_staff: bool = False
