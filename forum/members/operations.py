"""Admitting members and taking accounts into use; `limits` takes them out of use."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict
from forum.core.events import announce
from forum.core.mailbox import mailbox_key
from forum.core.typed import N_
from forum.members.events import StatusChanged
from forum.members.models import Approval, Member, MemberStatus
from forum.members.queries import member_with_mailbox
from forum.policy import Actor

_MAILBOX_IN_USE: Final = N_("A member has this mailbox already.")


@operation
def admit_member(
    actor: Actor,
    *,
    name: str,
    post: str,
    email: str,
    languages: Sequence[str] = (),
    functions: Sequence[str] = (),
    zone: str = "UTC",
    vetted_how: str = "",
    approved_by: Collection[int] = (),
) -> Member:
    """Make a pending account; it sees nothing until its activation link was used.

    `approved_by` are the moderators who approved it; this member can never act on them.
    Raises Conflict if a member, in whatever status, has the mailbox.
    """
    if member_with_mailbox(email) is not None:
        raise Conflict(_MAILBOX_IN_USE)
    member = Member(
        name=name,
        post=post,
        email=email.strip(),
        email_key=mailbox_key(email),
        languages=list(languages),
        functions=list(functions),
        zone=zone,
        created_at=clock.now(),
        vetted_at=clock.now() if vetted_how else None,
        vetted_how=vetted_how,
    )
    db.session.add(member)
    try:
        db.session.flush()
    except IntegrityError:
        raise Conflict(_MAILBOX_IN_USE) from None
    note_approvals(member.id, approved_by)
    record(actor, "member:admit", f"member:{member.id}")
    return member


def note_approvals(member_id: int, moderator_ids: Collection[int]) -> None:
    """Keep who approved a member, once each; inside the operation in hand."""
    known = set(db.session.scalars(select(Approval.by_id).where(Approval.member_id == member_id)))
    db.session.add_all(
        Approval(member_id=member_id, by_id=number, at=clock.now())
        for number in sorted(set(moderator_ids) - known)
    )
    db.session.flush()


@operation
def move_mailbox(actor: Actor, member_id: int, address: str) -> None:
    """Give an account another mailbox. Raises Conflict if a member, in whatever status, has it."""
    try:
        with db.session.begin_nested():
            db.session.execute(
                update(Member)
                .where(Member.id == member_id)
                .values(email=address.strip(), email_key=mailbox_key(address))
            )
    except IntegrityError:
        raise Conflict(_MAILBOX_IN_USE) from None
    record(actor, "member:move", f"member:{member_id}")


@operation
def take_into_use(member_id: int, zone: str) -> bool:
    """Make a pending account an active one; False if it was not pending any more."""
    changed = db.session.scalar(
        update(Member)
        .where(Member.id == member_id, Member.status == MemberStatus.PENDING)
        .values(status=MemberStatus.ACTIVE, activated_at=clock.now(), zone=zone)
        .returning(Member.id)
    )
    if changed is not None:
        announce(StatusChanged(member_id))
    return changed is not None


@operation
def accept_rules(actor: Actor, version: date) -> None:
    """Keep that a member accepted these house rules, and when; saying it again changes nothing."""
    accepted = db.session.scalar(
        update(Member)
        .where(
            Member.id == actor.id,
            or_(Member.rules_version.is_(None), Member.rules_version < version),
        )
        .values(rules_version=version, rules_accepted_at=clock.now())
        .returning(Member.id)
    )
    if accepted is not None:
        details: dict[str, object] = {"version": version.isoformat()}
        record(actor, "rules:accept", f"member:{accepted}", details=details)


def note_sign_in(member_id: int) -> None:
    """Keep when a member last signed in; inside the operation in hand."""
    db.session.execute(
        update(Member)
        .where(Member.id == member_id)
        .values(signed_in_at=clock.now())
        .execution_options(synchronize_session=False)
    )
