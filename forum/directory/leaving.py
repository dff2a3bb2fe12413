"""Leaving an authority: access ends, and what was left open passes to a successor.

Whoever answers for the authority, or a moderator, lets somebody go at once. Undone is nothing of it:
who comes back applies or is nominated anew. Nominations of a leaver stay in the queue, but are no
word any more; who answers for the authority today nominates anew.
"""

from forum.core.db import operation
from forum.core.mail import post_mail
from forum.core.services import services
from forum.directory.models import Representation
from forum.directory.operations import end_representation
from forum.policy import Actor


@operation
def let_go(
    held: Representation, *, by: Actor, reason: str, successor_id: int | None = None
) -> None:
    """End what a member is for an authority now; the member is told by mail that it ended.

    Raises Conflict if it is over already, Invalid if the successor cannot be one.
    """
    mailbox = held.member.email
    end_representation(
        held.member_id, held.authority_id, by=by, reason=reason, successor_id=successor_id
    )
    post_mail(
        "directory/ended",
        mailbox,
        path="/",
        secretariat_email=services().settings.secretariat_email,
    )
