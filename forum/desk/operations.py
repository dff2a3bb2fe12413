"""What heads and focal points change about those they answer for."""

from forum.core import clock
from forum.core.db import operation
from forum.core.errors import Conflict
from forum.core.typed import N_
from forum.desk.queries import representation_for
from forum.directory.operations import end_representation
from forum.policy import Actor


@operation
def let_leave(actor: Actor, representation_id: int, reason: str) -> None:
    """Say that a member stands for an authority no more: access for it and all sessions end now.

    What the member wrote stays with post and authority, and what the member does for another
    authority goes on. Raises NotFound, and Conflict if it is over already.
    """
    held = representation_for(actor, representation_id)
    if held.is_over(clock.now().date()):
        raise Conflict(N_("This member stands for the authority no more already."))
    end_representation(held.member_id, held.authority_id, by=actor, reason=reason)
