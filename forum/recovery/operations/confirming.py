"""The word of a colleague, of the head of the authority, or of a focal point of the State."""

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import operation
from forum.policy import Actor, Permission, Role
from forum.recovery.models import RecoveryCase, RecoveryStatus
from forum.recovery.operations.moving import move
from forum.recovery.queries import case_for


@operation
def confirm(actor: Actor, case_id: int, note: str = "", *, lacks_password: bool = False) -> None:
    """Say that one spoke with the member, who asks for this. Raises NotFound, Conflict.

    `lacks_password` is what the page said about the password: the word is on that and nothing else.
    """
    case = case_for(actor, case_id, Permission.RECOVERY_CONFIRM)
    move(
        case,
        RecoveryStatus.BEGUN,
        RecoveryCase.lacks_password.is_(lacks_password),
        status=RecoveryStatus.CONFIRMED,
        confirmed_at=clock.now(),
        confirmed_by_id=actor.id,
        confirmed_as=_role_towards(actor, case),
        confirm_note=note,
    )
    details: dict[str, object] = {"as": str(case.confirmed_as)}
    record(actor, "recovery:confirm", case.named, details=details)


def _role_towards(actor: Actor, case: RecoveryCase) -> Role:
    """As what `actor` speaks: by the role in the authority, else for the State."""
    for standing in actor.standings:
        if standing.authority_id == case.authority_id:
            return standing.role
    speaks_for_state = case.authority.state_code in actor.states_vouched_for
    return Role.FOCAL_POINT if speaks_for_state else Role.HEAD
