"""Limiting members: warned, restricted to reading, suspended, closed; by a moderator or by a rule of
time.

Whether an account can be used is the member's status; every change of a limit brings it up to date.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid, NotFound
from forum.core.events import announce
from forum.core.typed import N_
from forum.members.events import StatusChanged
from forum.members.models import Limit, LimitCause, LimitKind, Member, MemberStatus
from forum.members.queries import limits_of
from forum.policy import ANONYMOUS, Actor

#: Within this time the same warning is one whose button was pressed twice.
_PRESSED_TWICE: Final = timedelta(minutes=10)


def is_repeat(held: Limit, until: datetime | None, reason: str) -> bool:
    """Whether a limit of the kind of `held` says the same again; a warning can be given again
    after a while."""
    is_recent = clock.now() - held.from_at < _PRESSED_TWICE
    is_same = (held.until_at, held.reason) == (until, reason)
    return is_same and (is_recent or held.kind is not LimitKind.WARNING)


@operation
def limit_member(
    actor: Actor,
    member_id: int,
    kind: LimitKind,
    cause: LimitCause,
    *,
    until: datetime | None = None,
    reason: str = "",
) -> Limit:
    """Limit a member from now on, until a moment or until it is lifted.

    A limit takes the place of one of the same kind and cause; the same one twice is one. Suspending
    and closing end all sessions. Raises Invalid if `until` cannot be, Conflict if it is closed.
    """
    member = _locked(member_id)
    if until is not None and until <= clock.now():
        raise Invalid("until", N_("Choose a time that is still to come."))
    if until is not None and kind is LimitKind.CLOSED:
        raise Invalid("until", N_("A closed account does not open by itself: leave the date out."))
    if member.status is MemberStatus.CLOSED:
        raise Conflict(N_("This account is closed."))
    for held in limits_of(member_id):
        if (held.kind, held.cause) != (kind, cause):
            continue
        if is_repeat(held, until, reason):
            return held
        _end(held, actor, N_("Replaced by a newer one"))
    limit = Limit(
        member_id=member_id,
        kind=kind,
        cause=cause,
        reason=reason,
        from_at=clock.now(),
        until_at=until,
        by_id=actor.id,
    )
    db.session.add(limit)
    db.session.flush()
    details: dict[str, object] = {"kind": kind, "cause": cause, "status": member.status}
    if until is not None:
        details["until"] = until.isoformat(timespec="minutes")
    record(actor, "member:limit", f"member:{member_id}", reason=reason, details=details)
    was_in_use = member.is_in_use(clock.now())
    _bring_up_to_date(member)
    if was_in_use and not member.is_in_use(clock.now()):
        announce(StatusChanged(member_id))
    return limit


@operation
def lift_limits(
    actor: Actor,
    member_id: int,
    cause: LimitCause,
    *,
    kind: LimitKind | None = None,
    reason: str = "",
) -> int:
    """Lift what limits a member for that cause, of one kind or of all; gives how many were lifted."""
    member = _locked(member_id)
    lifted = [
        limit
        for limit in limits_of(member_id)
        if limit.cause is cause and kind in (None, limit.kind)
    ]
    for limit in lifted:
        _end(limit, actor, reason)
    if lifted:
        details: dict[str, object] = {
            "cause": cause,
            "kinds": sorted(limit.kind for limit in lifted),
        }
        record(actor, "member:lift", f"member:{member_id}", reason=reason, details=details)
        was = member.status
        _bring_up_to_date(member, {limit.kind for limit in lifted})
        if member.status is not was:
            announce(StatusChanged(member_id))
    return len(lifted)


@operation
def end_expired() -> int:
    """Note in the status of members that their suspension is over; gives their number.

    They could sign in since the moment it ended, and no session of theirs ends by this.
    """
    over = db.session.scalars(
        select(Member)
        .where(Member.status == MemberStatus.SUSPENDED, Member.suspended_until <= clock.now())
        .order_by(Member.id)
        .with_for_update()
    ).all()
    for member in over:
        _bring_up_to_date(member)
        record(ANONYMOUS, "member:restore", f"member:{member.id}")
    return len(over)


def _locked(member_id: int) -> Member:
    member = db.session.get(Member, member_id, with_for_update=True, populate_existing=True)
    if member is None:
        raise NotFound(f"member {member_id}")
    return member


def _end(limit: Limit, actor: Actor, reason: str) -> None:
    limit.lifted_at, limit.lifted_by_id, limit.lift_reason = clock.now(), actor.id, reason


def _bring_up_to_date(member: Member, freed: Collection[LimitKind] = ()) -> None:
    """Set the status to what the limits in force say; `freed` are the kinds that were lifted.

    An account that was closed or suspended for other reasons than a limit stays so.
    """
    db.session.flush()
    if member.erased_at is not None:
        return
    if member.status is MemberStatus.SUSPENDED and member.is_in_use(clock.now()):
        freed = {*freed, LimitKind.SUSPENDED}
    limits = limits_of(member.id)
    member.has_limits = bool(limits)
    kinds = {limit.kind for limit in limits}
    if LimitKind.CLOSED in kinds:
        member.status = MemberStatus.CLOSED
    elif member.status is MemberStatus.CLOSED and LimitKind.CLOSED not in freed:
        return
    elif LimitKind.SUSPENDED in kinds:
        ends = [limit.until_at for limit in limits if limit.kind is LimitKind.SUSPENDED]
        endings = [end for end in ends if end is not None]
        member.status = MemberStatus.SUSPENDED
        member.suspended_until = max(endings) if len(endings) == len(ends) else None
    elif member.status is MemberStatus.CLOSED or (
        member.status is MemberStatus.SUSPENDED and LimitKind.SUSPENDED in freed
    ):
        member.status = MemberStatus.ACTIVE if member.activated_at else MemberStatus.PENDING
        member.suspended_until = None
    db.session.flush()
