"""Changes to applications.

`applying` is what applicants do, `vouching` and `nominating` what those do who answer for the
authority; moderators record calls (`calling`), ask for more (`asking`) and decide (`deciding`).
`moving` holds what all steps share.
"""

from forum.vetting.operations.applying import (
    Claim,
    expire_old,
    prove_mailbox,
    reseal_references,
    send_application,
    send_proof_again,
    withdraw_application,
)
from forum.vetting.operations.asking import answer_moderators, ask_applicant
from forum.vetting.operations.calling import Mission, record_call_back
from forum.vetting.operations.deciding import (
    approve,
    assign_authority,
    decline,
    invite_again,
    propose,
)
from forum.vetting.operations.moving import LACKS
from forum.vetting.operations.nominating import Nominee, nominate, withdraw_nomination
from forum.vetting.operations.vouching import give_word

__all__ = [
    "LACKS",
    "Claim",
    "Mission",
    "Nominee",
    "answer_moderators",
    "approve",
    "ask_applicant",
    "assign_authority",
    "decline",
    "expire_old",
    "give_word",
    "invite_again",
    "nominate",
    "propose",
    "prove_mailbox",
    "record_call_back",
    "reseal_references",
    "send_application",
    "send_proof_again",
    "withdraw_application",
    "withdraw_nomination",
]
