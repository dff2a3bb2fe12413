"""How a case moves on, and how it ends: only from where a step may start, so of two at once one is
told that the other was faster."""

from typing import Any, Final

from sqlalchemy import update

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db
from forum.core.errors import Conflict
from forum.core.mail import post_mail
from forum.core.typed import N_
from forum.directory.standing import actor_for
from forum.members.models import Member
from forum.policy import ANONYMOUS, Actor
from forum.recovery.models import RecoveryCase, RecoveryStatus, StoppedFrom
from forum.recovery.queries import moderators_but
from forum.signin.models import LinkPurpose
from forum.signin.operations import kill_links

MOVED_ON: Final = N_("Somebody else was faster: this case has moved on. Look at it again.")
GONE: Final = N_("The account is not in use, or stands for this authority no more.")

#: What a mail about the end is sent for; a newer case has mails of its own, and so has a new factor.
_TOLD: Final = frozenset({RecoveryStatus.DECLINED, RecoveryStatus.STOPPED, RecoveryStatus.EXPIRED})

#: Whoever stops it from there says that it was not the member: moderators look into that.
_ALARMS: Final = frozenset({StoppedFrom.MAIL, StoppedFrom.SESSION, StoppedFrom.DESK})

_ACTS: Final = {
    RecoveryStatus.DONE: "recovery:finish",
    RecoveryStatus.DECLINED: "recovery:decline",
    RecoveryStatus.STOPPED: "recovery:stop",
    RecoveryStatus.EXPIRED: "recovery:expire",
    RecoveryStatus.REPLACED: "recovery:replace",
}


def hold(member_id: int) -> None:
    """Hold the member’s row, as it is now, until the operation in hand ends: first, before anything of a case is
    touched, since whoever limits or closes an account comes from there too."""
    db.session.get(Member, member_id, with_for_update=True, populate_existing=True)


def stands(case: RecoveryCase) -> bool:
    """Whether the account is in use, and stands for the authority whose people were asked."""
    member = actor_for(case.member_id)
    return any(standing.authority_id == case.authority_id for standing in member.standings)


def move(case: RecoveryCase, from_: RecoveryStatus, *conditions: Any, **changes: Any) -> None:
    """Change the row if it is still where the step may start, and not too old; raises Conflict
    otherwise."""
    hold(case.member_id)
    if not stands(case):
        raise Conflict(GONE)
    moved = db.session.scalar(
        update(RecoveryCase)
        .where(
            RecoveryCase.id == case.id,
            RecoveryCase.status == from_,
            RecoveryCase.expires_at > clock.now(),
            *conditions,
        )
        .values(**changes)
        .returning(RecoveryCase.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise Conflict(MOVED_ON)
    db.session.refresh(case)


def end(
    case: RecoveryCase,
    status: RecoveryStatus,
    actor: Actor = ANONYMOUS,
    *conditions: Any,
    reason: str = "",
    **facts: Any,
) -> bool:
    """End a case that goes on, with all links to it; False if it had ended already, or if one of the
    `conditions` does not hold. Inside the operation in hand."""
    hold(case.member_id)
    ended = db.session.scalar(
        update(RecoveryCase)
        .where(RecoveryCase.id == case.id, RecoveryCase.ended_at.is_(None), *conditions)
        .values(
            status=status,
            ended_at=clock.now(),
            ended_by_id=actor.id,
            end_reason=reason,
            **facts,
        )
        .returning(RecoveryCase.id)
        .execution_options(synchronize_session=False)
    )
    if ended is None:
        return False
    kill_links(case.member_id, LinkPurpose.RECOVERY_STOP, LinkPurpose.ENROLMENT)
    db.session.execute(
        update(Member).where(Member.id == case.member_id).values(recovering_since=None)
    )
    if status in _TOLD:
        post_mail("recovery/over", case.member.email, path="/sign-in", reference=case.number)
    if facts.get("stopped_from") in _ALARMS:
        for moderator in moderators_but(case.member_id):
            path = f"/moderation/recoveries/{case.id}"
            post_mail("recovery/stopped", moderator.email, path=path, reference=case.number)
    details: dict[str, object] = {name: str(value) for name, value in facts.items()}
    record(actor, _ACTS[status], case.named, reason=reason, details=details)
    db.session.refresh(case)
    return True
