"""What happens to members' own data, for features that must react."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ErasureAsked:
    """A member asked to be erased; two moderators decide."""

    erasure_id: int
    member_id: int
