"""What heads and focal points change about those they answer for."""

from forum.core import clock
from forum.core.db import operation
from forum.core.errors import Conflict
from forum.core.typed import N_
from forum.desk.queries import left_behind, representation_for, speaker_for
from forum.directory import leaving
from forum.directory.speaking import set_speaking
from forum.policy import Actor


@operation
def let_leave(
    actor: Actor, representation_id: int, reason: str, successor_id: int | None = None
) -> None:
    """Say that a member stands for an authority no more: access for it and all sessions end now.

    What the member wrote stays with post and authority, what was left open passes to the successor,
    and what the member does for another authority goes on. Raises NotFound, Conflict if it is over
    already, Invalid if the successor cannot be one.
    """
    held = representation_for(actor, representation_id)
    if held.is_over(clock.now().date()):
        raise Conflict(N_("This member stands for the authority no more already."))
    leaving.let_go(held, by=actor, reason=reason, successor_id=successor_id)


@operation
def name_speaker(actor: Actor, representation_id: int, *, may_speak: bool) -> None:
    """Say whether a member may speak for the authority. Raises NotFound, and Conflict if the member
    stands for it no more."""
    set_speaking(speaker_for(actor, representation_id), may_speak=may_speak, by=actor)


@operation
def name_successor(actor: Actor, representation_id: int, successor_id: int) -> None:
    """Let somebody take over the open threads of a member who left. Raises NotFound, Conflict if the
    member stands for the authority still, Invalid if the successor cannot be one."""
    held = left_behind(actor, representation_id)
    leaving.name_successor(held, by=actor, successor_id=successor_id)
