"""Stopping a case: from the mail, from a session, from the desk, from the case's own page."""

from forum.core.db import operation
from forum.policy import ANONYMOUS, Actor, Permission
from forum.recovery.models import RecoveryStatus, StoppedFrom
from forum.recovery.operations.moving import end, stands
from forum.recovery.queries import case_for, case_to_stop, case_under, open_case_of

_STOPPED = RecoveryStatus.STOPPED


@operation
def stop_by_mail(token: str) -> bool:
    """Stop it by the link in the mail; False if the link or the case is over."""
    case = case_to_stop(token)
    # Ending the case takes the link out of force with it.
    return case is not None and end(case, _STOPPED, stopped_from=StoppedFrom.MAIL)


@operation
def stop_own(actor: Actor) -> bool:
    """Stop it from a session of the member concerned; False if nothing goes on any more."""
    case = None if actor.id is None else open_case_of(actor.id)
    return case is not None and end(case, _STOPPED, actor, stopped_from=StoppedFrom.SESSION)


@operation
def stop_as_colleague(actor: Actor, case_id: int) -> bool:
    """Stop it from the desk; False if it was over. Raises NotFound for anybody but a colleague."""
    case = case_for(actor, case_id, Permission.RECOVERY_STOP)
    return end(case, _STOPPED, actor, stopped_from=StoppedFrom.DESK)


@operation
def stop_from_page(reference: str) -> bool:
    """Take it back on the page of the case; False if it was over. Raises NotFound."""
    return end(case_under(reference), _STOPPED, stopped_from=StoppedFrom.PAGE)


@operation
def stop_without_standing(member_id: int) -> None:
    """Stop it if the account is not in use any more, or stands for another authority."""
    case = open_case_of(member_id)
    if case is not None and not stands(case):
        end(case, _STOPPED, ANONYMOUS, stopped_from=StoppedFrom.ACCOUNT)
