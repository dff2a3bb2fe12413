"""What moderators do: the call, the second one's approval, declining."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import operation
from forum.core.errors import Conflict
from forum.core.mail import post_mail
from forum.core.services import services
from forum.core.typed import N_
from forum.directory.calls import CallBack, Mission, are_same_words, called, ending
from forum.policy import Actor, Permission, allows, require
from forum.recovery.models import RecoveryCase, RecoveryStatus
from forum.recovery.operations.moving import MOVED_ON, end, move
from forum.recovery.queries import (
    case_for,
    may_call_elsewhere,
    numbers_elsewhere,
    numbers_of,
    those_told,
)
from forum.signin.models import LinkPurpose
from forum.signin.operations import make_link

_DECIDE: Final = Permission.RECOVERY_DECIDE


class Need(StrEnum):
    """What a case lacks before it can be approved."""

    WORD = "word"
    CALL = "call"
    OTHER_CALLED = "other_called"
    OTHER_CONFIRMED = "other_confirmed"
    OWN = "own"


LACKS: Final = {
    Need.WORD: N_("A colleague must confirm first."),
    Need.CALL: N_("A call must confirm that it is the member, with the words read back."),
    Need.OTHER_CALLED: N_("You recorded the call; another moderator must approve."),
    Need.OTHER_CONFIRMED: N_("You confirmed as a colleague; other moderators must decide."),
    Need.OWN: N_("It is your own account; other moderators decide."),
}


def lacks(actor: Actor, case: RecoveryCase) -> list[Need]:
    """What keeps `actor` from approving the case now."""
    found = []
    if actor.id == case.member_id:
        found.append(Need.OWN)
    if case.status is RecoveryStatus.BEGUN:
        found.append(Need.WORD)
    if case.status in {RecoveryStatus.BEGUN, RecoveryStatus.CONFIRMED}:
        found.append(Need.CALL)
    if case.confirmed_by_id is not None and actor.id == case.confirmed_by_id:
        found.append(Need.OTHER_CONFIRMED)
    if case.call_back is CallBack.CONFIRMED and not found and not _may_approve(actor, case):
        found.append(Need.OTHER_CALLED)
    return found


def _may_approve(actor: Actor, case: RecoveryCase) -> bool:
    return allows(actor, _DECIDE, case.approval_subject)


@operation
def record_call_back(
    actor: Actor,
    case_id: int,
    *,
    number: int = 0,
    mission: Mission | None = None,
    outcome: str,
    words: str = "",
    note: str = "",
    lacks_password: bool = False,
) -> bool:
    """Note how the call ended. False, with a trace in the log, if the words read back are not those
    of the case's page: then the call confirmed nobody. `lacks_password` is what the page said about
    the password when the call was made. Raises Invalid, Conflict, Forbidden."""
    case = case_for(actor, case_id, _DECIDE)
    require(actor, _DECIDE, case.call_subject)
    if case.status is RecoveryStatus.BEGUN:
        raise Conflict(LACKS[Need.WORD])
    elsewhere = numbers_elsewhere(case) if may_call_elsewhere(case) else None
    whom = called(number, mission, numbers_of(case), elsewhere)
    subject, ended = case.named, ending(outcome)
    if ended is CallBack.CONFIRMED and not are_same_words(words, case.words):
        record(actor, "recovery:call_back", subject, outcome="wrong words")
        return False
    is_right = ended is CallBack.CONFIRMED
    move(
        case,
        RecoveryStatus.CONFIRMED,
        RecoveryCase.confirmed_by_id.is_distinct_from(actor.id),
        RecoveryCase.lacks_password.is_(lacks_password),
        status=RecoveryStatus.CALLED if is_right else RecoveryStatus.CONFIRMED,
        **whom.columns(ended, actor.id, note),
    )
    record(actor, "recovery:call_back", subject, details=whom.told(ended))
    return True


@operation
def approve(actor: Actor, case_id: int) -> None:
    """Let the wait begin, as another moderator than the one who called; everybody concerned is told.

    Raises Conflict, Forbidden.
    """
    case = case_for(actor, case_id, _DECIDE)
    require(actor, _DECIDE, case.approval_subject)
    for need in lacks(actor, case):
        raise Conflict(LACKS[need])
    settings, now = services().settings, clock.now()
    waits_until = now + timedelta(hours=settings.recovery_wait_hours)
    move(
        case,
        RecoveryStatus.CALLED,
        RecoveryCase.called_by_id != actor.id,
        RecoveryCase.confirmed_by_id.is_distinct_from(actor.id),
        RecoveryCase.call_back == CallBack.CONFIRMED,
        status=RecoveryStatus.WAITING,
        approved_at=now,
        approved_by_id=actor.id,
        waits_until=waits_until,
        expires_at=waits_until + timedelta(days=settings.recovery_days),
    )
    record(actor, "recovery:approve", case.named)
    _tell(case)


def _tell(case: RecoveryCase) -> None:
    """Mail to the mailbox and to those who answer for the authority, each with a way to stop it."""
    hours = services().settings.recovery_wait_hours
    token, _ = make_link(case.member_id, LinkPurpose.RECOVERY_STOP, case.expires_at - clock.now())
    post_mail(
        "recovery/waits",
        case.member.email,
        path=f"/recover/second-factor/stop/{token}",
        reference=case.number,
        hours=hours,
        lacks_password=case.lacks_password,
    )
    for told in those_told(case):
        post_mail(
            "recovery/desk_told",
            told.email,
            path=f"/recoveries/{case.id}",
            reference=case.number,
            hours=hours,
        )


@operation
def decline(actor: Actor, case_id: int, reason: str) -> None:
    """End a case without a new factor; the reason stays inside."""
    case = case_for(actor, case_id, _DECIDE)
    if not end(case, RecoveryStatus.DECLINED, actor, reason=reason):
        raise Conflict(MOVED_ON)
