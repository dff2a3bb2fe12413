"""Reactions to what lower features announce."""

from forum.core.events import subscribe
from forum.members.events import RoleChanged, StatusChanged
from forum.recovery.operations import stop_without_standing


def stop_if_gone(event: RoleChanged | StatusChanged) -> None:
    """Nobody gets a new factor for an account out of use, or on the word of former colleagues."""
    stop_without_standing(event.member_id)


def subscribe_all() -> None:
    """Listen; doing it twice changes nothing."""
    subscribe(RoleChanged, stop_if_gone)
    subscribe(StatusChanged, stop_if_gone)
