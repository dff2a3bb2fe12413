"""Changes to applications.

`applying` is what applicants do, `vouching` and `nominating` what those do who answer for the
authority; moderators record calls (`calling`), ask for more (`asking`) and decide (`deciding`).
`naming` is about focal points, `objecting` about objections to an admission. `moving` holds what all steps share.
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
from forum.vetting.operations.calling import record_call_back
from forum.vetting.operations.deciding import (
    approve,
    assign_authority,
    decline,
    invite_again,
    propose,
)
from forum.vetting.operations.moving import LACKS
from forum.vetting.operations.naming import (
    Note,
    confirm_focal_point,
    end_focal_point,
    invite_focal_point,
    refuse_focal_point,
    register_focal_point,
)
from forum.vetting.operations.nominating import Nominee, nominate, withdraw_nomination
from forum.vetting.operations.objecting import object_to, settle_objection
from forum.vetting.operations.vouching import give_word

__all__ = [
    "LACKS",
    "Claim",
    "Nominee",
    "Note",
    "answer_moderators",
    "approve",
    "ask_applicant",
    "assign_authority",
    "confirm_focal_point",
    "decline",
    "end_focal_point",
    "expire_old",
    "give_word",
    "invite_again",
    "invite_focal_point",
    "nominate",
    "object_to",
    "propose",
    "prove_mailbox",
    "record_call_back",
    "refuse_focal_point",
    "register_focal_point",
    "reseal_references",
    "send_application",
    "send_proof_again",
    "settle_objection",
    "withdraw_application",
    "withdraw_nomination",
]
