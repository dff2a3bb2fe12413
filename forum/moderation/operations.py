"""Deciding about members, and taking decisions back."""

import json
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from forum.audit.models import AuditEntry
from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid, NotFound
from forum.core.mail import post_mail
from forum.core.services import services
from forum.core.typed import N_
from forum.directory.leaving import let_go
from forum.directory.speaking import set_speaking
from forum.members.limits import is_repeat, lift_limits, limit_member
from forum.members.models import Limit, LimitCause, LimitKind, Member
from forum.members.queries import limits_of
from forum.moderation.log import Wanted, count_of, told
from forum.moderation.queries import (
    LIFTED_BY_MODERATORS,
    member_to_review,
    representation_to_end,
    speaker_for,
)
from forum.policy import Actor, Permission, require
from forum.signin.operations import end_sessions_of

_LIMIT: Final = Permission.MEMBER_LIMIT

_MAILS: Final = {
    LimitKind.WARNING: "moderation/warning",
    LimitKind.READ_ONLY: "moderation/read_only",
    LimitKind.SUSPENDED: "moderation/suspended",
    LimitKind.CLOSED: "moderation/closed",
}

#: Pages turned and loaded again within this time are one view of the log.
_ONE_VIEW: Final = timedelta(minutes=10)
_LOG: Final = "log:entries"


@operation
def sanction(
    actor: Actor, member_id: int, kind: LimitKind, reason: str, until: datetime | None = None
) -> None:
    """Warn, restrict, suspend or close; the member is told by mail that something was decided.

    The same decision twice is one. Raises Forbidden if the actor may not act on this member,
    Invalid for an end that cannot be, Conflict if the account is closed.
    """
    member = _locked(actor, member_id)
    if not reason.strip():
        raise Invalid("reason", N_("Say why; the member will see it."))
    for held in limits_of(member_id):
        is_alike = (held.kind, held.cause) == (kind, LimitCause.SANCTION)
        if is_alike and is_repeat(held, until, reason):
            return
    limit_member(actor, member_id, kind, LimitCause.SANCTION, until=until, reason=reason)
    _tell(member, kind)


@operation
def lift(actor: Actor, member_id: int, limit_id: int, reason: str) -> None:
    """Take a decision back before it ends.

    Raises Conflict if it is not in force any more, or is lifted in another way.
    """
    member = _locked(actor, member_id)
    limit = db.session.get(Limit, limit_id)
    if limit is None or limit.member_id != member_id:
        raise NotFound(f"limit {limit_id} of member {member_id}")
    if not limit.is_in_force(clock.now()):
        raise Conflict(N_("This is not in force any more."))
    if limit.cause not in LIFTED_BY_MODERATORS:
        raise Conflict(N_("This is not lifted here: it ends in the way that its cause says."))
    if not reason.strip():
        raise Invalid("reason", N_("Say why it is lifted."))
    lift_limits(actor, member_id, limit.cause, kind=limit.kind, reason=reason)
    post_mail(
        "moderation/lifted",
        member.email,
        path="/settings/limits",
        secretariat_email=services().settings.secretariat_email,
    )


@operation
def end_standing(
    actor: Actor,
    member_id: int,
    representation_id: int,
    reason: str,
    successor_id: int | None = None,
) -> None:
    """Let a member stand for one authority no more, at once.

    Raises Forbidden if the actor may not act on this member, Conflict if it is over already, Invalid
    if the successor cannot be one.
    """
    held = representation_to_end(actor, member_id, representation_id)
    if held.is_over(clock.now().date()):
        raise Conflict(N_("This member stands for the authority no more already."))
    let_go(held, by=actor, reason=reason, successor_id=successor_id)


@operation
def name_speaker(actor: Actor, member_id: int, representation_id: int, *, may_speak: bool) -> None:
    """Say whether a focal point may speak for the authority. Raises Forbidden if the actor may not
    act on this member, Conflict if the member stands for it no more."""
    held = speaker_for(actor, member_id, representation_id)
    set_speaking(held, may_speak=may_speak, by=actor)


@operation
def end_sessions(actor: Actor, member_id: int) -> None:
    """End all sessions of a member; whoever sits there must sign in again."""
    _locked(actor, member_id)
    record(actor, "session:end_all", f"member:{member_id}")
    end_sessions_of(member_id)


def _locked(actor: Actor, member_id: int) -> Member:
    """The member, whom nobody else acts on until this operation ends."""
    member_to_review(actor, member_id, _LIMIT)
    return db.session.get_one(Member, member_id, with_for_update=True, populate_existing=True)


def _tell(member: Member, kind: LimitKind) -> None:
    is_inside = kind in {LimitKind.WARNING, LimitKind.READ_ONLY}
    post_mail(
        _MAILS[kind],
        member.email,
        path="/settings/limits" if is_inside else "/sign-in",
        secretariat_email=services().settings.secretariat_email,
    )


@operation
def open_log(actor: Actor, wanted: Wanted) -> None:
    """Leave a line that the actor looked into the log, and for what: one for each view, however
    many pages are turned."""
    require(actor, Permission.LOG_READ)
    facts = told(wanted)
    seen = select(AuditEntry.id).where(
        AuditEntry.actor_id == actor.id,
        AuditEntry.action == "log:read",
        AuditEntry.at > clock.now() - _ONE_VIEW,
        AuditEntry.details == json.dumps(facts, sort_keys=True),
    )
    if db.session.scalars(seen.limit(1)).first() is None:
        record(actor, "log:read", _LOG, details=facts)


@operation
def export_log(actor: Actor, wanted: Wanted) -> int:
    """Leave a line that the actor took entries away, and how many. Gives its number: the export
    ends before it."""
    facts = {**told(wanted), "entries": count_of(actor, wanted)}
    return record(actor, "log:export", _LOG, details=facts).id
