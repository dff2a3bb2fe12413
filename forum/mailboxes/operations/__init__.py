"""Changing a mailbox, and proving it.

`changing` is what the member and the two mailboxes do, `deciding` what those do who approve,
`upkeep` what the worker does, `moving` what all of these share.
"""

from forum.mailboxes.operations.changing import (
    ask_for_change,
    prove_new_mailbox,
    stop_change,
    withdraw_change,
)
from forum.mailboxes.operations.deciding import (
    approve,
    approve_at_desk,
    decline,
    decline_at_desk,
)
from forum.mailboxes.operations.upkeep import complete_changes

__all__ = [
    "approve",
    "approve_at_desk",
    "ask_for_change",
    "complete_changes",
    "decline",
    "decline_at_desk",
    "prove_new_mailbox",
    "stop_change",
    "withdraw_change",
]
