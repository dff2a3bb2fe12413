"""What the log announces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LogBroken:
    """The chain does not hold any more; announced once, until it is whole again."""

    #: Number of the first broken entry.
    entry_id: int
