"""Who may do what: every rule of the network, over facts and not over tables.

Pages and lists ask the same function, so they cannot disagree: `readable_by(actor)` says which
reader keys a person holds; a page asks whether a subject's keys meet them, a query selects by
them. No rule for a permission means that nobody has it.
"""

from forum.policy.actor import ANONYMOUS, Actor, Restriction, Role, Standing
from forum.policy.permission import Permission
from forum.policy.rules import (
    RULES,
    WRITES,
    allows,
    allows_at_all,
    awaits_passkey,
    readable_by,
    require,
)
from forum.policy.subject import NETWORK, Subject, member_key, state_key

__all__ = [
    "ANONYMOUS",
    "NETWORK",
    "RULES",
    "WRITES",
    "Actor",
    "Permission",
    "Restriction",
    "Role",
    "Standing",
    "Subject",
    "allows",
    "allows_at_all",
    "awaits_passkey",
    "member_key",
    "readable_by",
    "require",
    "state_key",
]
