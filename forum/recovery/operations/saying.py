"""What the member says on the page of the case, before anybody gives a word on it."""

from forum.audit.operations import record
from forum.core.db import operation
from forum.core.errors import Conflict
from forum.core.typed import N_
from forum.policy import ANONYMOUS
from forum.recovery.models import RecoveryCase
from forum.recovery.operations.moving import move
from forum.recovery.queries import case_under

_TOO_LATE = N_(
    "Somebody gave a word on this case already, so nothing about the password can be changed any"
    " more. Take the case back and begin again."
)


@operation
def say_password(reference: str, *, is_lost: bool) -> None:
    """Say that the password is not known either, or that it is. Raises NotFound; Conflict once
    somebody spoke for the member or was called, for their word is on what they were shown."""
    case = case_under(reference)
    if not case.awaits_first_word:
        raise Conflict(_TOO_LATE)
    move(
        case,
        case.status,
        RecoveryCase.confirmed_at.is_(None),
        RecoveryCase.called_at.is_(None),
        lacks_password=is_lost,
    )
    record(ANONYMOUS, "recovery:password", case.named, details={"lost": is_lost})
