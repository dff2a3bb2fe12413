"""Changes to applications.

`applying` is what applicants do, `vouching` what those do who answer for the authority; moderators
record calls (`calling`) and decide (`deciding`). `moving` holds what all steps share.
"""

from forum.vetting.operations.applying import (
    Claim,
    expire_old,
    prove_mailbox,
    send_application,
    send_proof_again,
)
from forum.vetting.operations.calling import Mission, record_call_back
from forum.vetting.operations.deciding import (
    approve,
    assign_authority,
    decline,
    invite_again,
    propose,
)
from forum.vetting.operations.moving import LACKS
from forum.vetting.operations.vouching import give_word

__all__ = [
    "LACKS",
    "Claim",
    "Mission",
    "approve",
    "assign_authority",
    "decline",
    "expire_old",
    "give_word",
    "invite_again",
    "propose",
    "prove_mailbox",
    "record_call_back",
    "send_application",
    "send_proof_again",
]
