"""Reactions to what lower features announce."""

from forum.core.events import subscribe
from forum.directory.queries import actor_for
from forum.signin.events import SessionOpened
from forum.signin.operations import mark_as_staff


def shorten_session_of_staff(event: SessionOpened) -> None:
    """Sessions of moderators end sooner (security.md S2); only representations say who is one."""
    if actor_for(event.member_id).is_staff:
        mark_as_staff(event.session_id)


def subscribe_all() -> None:
    """Listen; doing it twice changes nothing."""
    subscribe(SessionOpened, shorten_session_of_staff)
