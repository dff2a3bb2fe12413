"""Changing a mailbox, and proving it.

`changing` is what the member and the two mailboxes do, `deciding` what those do who approve,
`upkeep` what the worker does, `moving` what all of these share. `yearly` is what is asked once a
year.
"""

from forum.mailboxes.operations.changing import (
    ask_for_change,
    prove_new_mailbox,
    stop_after_alarm,
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
from forum.mailboxes.operations.yearly import (
    ask_yearly,
    let_in,
    mail_renewal,
    renew_mailbox,
)

__all__ = [
    "approve",
    "approve_at_desk",
    "ask_for_change",
    "ask_yearly",
    "complete_changes",
    "decline",
    "decline_at_desk",
    "let_in",
    "mail_renewal",
    "prove_new_mailbox",
    "renew_mailbox",
    "stop_after_alarm",
    "stop_change",
    "withdraw_change",
]
