"""Reactions to what lower features announce."""

from forum.core.events import subscribe
from forum.members.events import MemberErased, RoleChanged, StatusChanged
from forum.signin.operations import end_sessions_of, erase_factors


def end_sessions(event: RoleChanged | StatusChanged) -> None:
    """What was open under another role or status ends at once (security.md S4)."""
    end_sessions_of(event.member_id)


def erase(event: MemberErased) -> None:
    """Nothing is left by which the account could be used."""
    erase_factors(event.member_id, event.email_key)


def subscribe_all() -> None:
    """Listen; doing it twice changes nothing."""
    subscribe(RoleChanged, end_sessions)
    subscribe(MemberErased, erase)
    subscribe(StatusChanged, end_sessions)
