"""Changes to rounds and their questions.

`answering` is what people do; the worker begins rounds (`rounds`), tells those who answer
(`telling`) and limits whoever nobody answered for (`ladder`).
"""

from forum.attestation.operations.answering import (
    confirm_moderator,
    keep,
    keep_for_authority,
    remove,
    remove_for_authority,
)
from forum.attestation.operations.ladder import bring_up_to_date, limit_overdue
from forum.attestation.operations.rounds import begin_rounds
from forum.attestation.operations.telling import tell_those_asked

__all__ = [
    "begin_rounds",
    "bring_up_to_date",
    "confirm_moderator",
    "keep",
    "keep_for_authority",
    "limit_overdue",
    "remove",
    "remove_for_authority",
    "tell_those_asked",
]
