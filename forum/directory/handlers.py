"""Reactions to what lower features announce."""

from forum.core import clock
from forum.core.events import subscribe
from forum.directory.operations import end_representation
from forum.directory.standing import actor_for, proposed_successor, representations_of
from forum.members.events import MemberErased
from forum.signin.events import Entering, SessionOpened
from forum.signin.operations import mark_as_staff


def shorten_session_of_staff(event: SessionOpened) -> None:
    """Sessions of moderators end sooner (security.md S2); only representations say who is one."""
    if actor_for(event.member_id).is_staff:
        mark_as_staff(event.session_id)


def say_for_whom(event: Entering) -> None:
    """Who stands for no authority today has nothing to come in for; who is staff may need more."""
    whoever = actor_for(event.member_id)
    event.stands_for_nobody = not whoever.is_member
    event.is_staff = whoever.is_staff


def end_all(event: MemberErased) -> None:
    """Who is erased stands for nobody; for whom it was, and until when, stays."""
    today = clock.now().date()
    for held in representations_of(event.member_id):
        if held.until_on is None or held.until_on >= today:
            end_representation(
                event.member_id,
                held.authority_id,
                by=event.by,
                successor_id=proposed_successor(held),
            )


def subscribe_all() -> None:
    """Listen; doing it twice changes nothing."""
    subscribe(MemberErased, end_all)
    subscribe(Entering, say_for_whom)
    subscribe(SessionOpened, shorten_session_of_staff)
