"""What discussion announces; numbers only, for whoever listens reads the rest with the right to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ThreadOpened:
    """A question, discussion or announcement stands."""

    thread_id: int
    post_id: int
    author_id: int


@dataclass(frozen=True)
class ReplyPosted:
    """Somebody answered."""

    thread_id: int
    post_id: int
    author_id: int


@dataclass(frozen=True)
class AnswerAccepted:
    """Whoever asked accepted an answer."""

    thread_id: int
    post_id: int
    author_id: int
    accepted_by_id: int


@dataclass(frozen=True)
class ThreadsHandedOver:
    """A successor took over what a member who left had open."""

    from_id: int
    to_id: int
