"""Reactions to what lower features announce."""

from forum.core.events import subscribe
from forum.directory.events import RepresentationEnded
from forum.discussion.handover import hand_over


def pass_threads_on(event: RepresentationEnded) -> None:
    """The successor keeps the authority's threads (domain.md)."""
    if event.successor_id is not None:
        hand_over(event.member_id, event.authority_id, event.successor_id)


def subscribe_all() -> None:
    """Listen; doing it twice changes nothing."""
    subscribe(RepresentationEnded, pass_threads_on)
