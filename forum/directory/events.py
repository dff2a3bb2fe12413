"""What the directory announces; numbers only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RepresentationEnded:
    """A member stands for an authority no more; the successor, if there is one, still does."""

    member_id: int
    authority_id: int
    successor_id: int | None
