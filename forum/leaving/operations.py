"""Handing unsent texts over."""

from forum.core.db import operation
from forum.core.mail import post_mail
from forum.directory.standing import own_representation
from forum.drafts.operations import hand_over_form
from forum.leaving.queries import to_hand_over
from forum.members.queries import mailbox_of
from forum.policy import Actor


@operation
def hand_text_over(actor: Actor, representation_id: int, form_id: int) -> None:
    """Give one unsent text to the successor proposed, who is told by mail that there is one.

    Raises NotFound if there is no such text, no successor, or the successor could not send it.
    """
    held = own_representation(actor, representation_id)
    successor = to_hand_over(actor, held, form_id)
    hand_over_form(actor, form_id, successor)
    post_mail("leaving/text", mailbox_of(successor), path="/drafts")
