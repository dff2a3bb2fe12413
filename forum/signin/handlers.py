"""Reactions to what lower features announce."""

from forum.core.events import subscribe
from forum.members.events import RoleChanged, StatusChanged
from forum.signin.operations import end_sessions_of


def end_sessions(event: RoleChanged | StatusChanged) -> None:
    """What was open under another role or status ends at once (security.md S4)."""
    end_sessions_of(event.member_id)


def subscribe_all() -> None:
    """Listen; doing it twice changes nothing."""
    subscribe(RoleChanged, end_sessions)
    subscribe(StatusChanged, end_sessions)
