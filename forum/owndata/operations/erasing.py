"""Erasures: asked for by the member, approved by two moderators, done with the second approval."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid, NotFound
from forum.core.events import announce
from forum.core.mail import OutboxMail, post_mail
from forum.core.services import services
from forum.core.typed import N_
from forum.directory.models import Authority
from forum.directory.queries import secretariat_or_none
from forum.members.erasing import erase_member
from forum.members.models import Member
from forum.owndata.events import ErasureAsked
from forum.owndata.models import DataExport, Erasure
from forum.owndata.queries import erasure_for, leaves_enough_moderators, subject_of
from forum.policy import Actor, Permission, require

#: Told to a mailbox that is erased with the account; the row goes once the mail has left.
_DONE: Final = "owndata/erased"
_MEANWHILE: Final = N_("Somebody else decided meanwhile, or it was withdrawn. Look again.")
_TOO_FEW: Final = N_(
    "Two moderators must remain, for every decision takes two. Admit another one first."
)


@operation
def ask_erasure(actor: Actor, reason: str) -> bool:
    """Ask for one's own erasure; False if it was asked for already.

    The reason is for those who decide, and goes with the account, so it is not in the log. Raises
    Conflict if too few moderators would remain.
    """
    if actor.id is None:
        raise NotFound("data of a visitor")
    if not leaves_enough_moderators(actor.id):
        raise Conflict(_TOO_FEW)
    member = db.session.get_one(Member, actor.id)
    asked = Erasure(member_id=actor.id, asked_at=clock.now(), reason=reason)
    try:
        with db.session.begin_nested():
            db.session.add(asked)
    except IntegrityError:
        return False
    record(actor, "erasure:ask", f"member:{actor.id}", details={"erasure": asked.id})
    announce(ErasureAsked(asked.id, actor.id))
    post_mail("owndata/erasure_asked", member.email, path="/settings/data")
    return True


@operation
def withdraw_erasure(actor: Actor) -> bool:
    """Take it back, as long as it is not done; False if nothing waits."""
    withdrawn = _ending(Erasure.member_id == (actor.id or 0), withdrawn_at=clock.now())
    if withdrawn is None:
        return False
    record(actor, "erasure:withdraw", f"member:{actor.id}", details={"erasure": withdrawn})
    return True


@operation
def refuse_erasure(actor: Actor, erasure_id: int, reason: str) -> None:
    """Say no, for a reason that the member sees. Raises NotFound, Forbidden, Invalid, Conflict."""
    erasure = erasure_for(actor, erasure_id)
    require(actor, Permission.ERASURE_DECIDE, subject_of(erasure, is_approval=False))
    if not reason.strip():
        raise Invalid("reason", N_("Say why; the member will see it."))
    member = erasure.member
    refused = _ending(
        Erasure.id == erasure_id,
        refused_at=clock.now(),
        refused_by_id=actor.id,
        refusal=reason,
    )
    if refused is None:
        raise Conflict(_MEANWHILE)
    details: dict[str, object] = {"erasure": erasure_id}
    record(actor, "erasure:refuse", f"member:{member.id}", reason=reason, details=details)
    post_mail(
        "owndata/erasure_refused",
        member.email,
        path="/settings/data",
        secretariat_email=services().settings.secretariat_email,
    )


@operation
def approve_erasure(actor: Actor, erasure_id: int) -> bool:
    """Approve it; the second approval erases, and gives True.

    Raises NotFound, Forbidden for the member and for whoever approved already, Conflict if it is
    over or too few moderators would remain.
    """
    erasure = erasure_for(actor, erasure_id)
    member_id = erasure.member_id
    _hold_moderators()
    db.session.get_one(Member, member_id, with_for_update=True, populate_existing=True)
    db.session.refresh(erasure)
    require(actor, Permission.ERASURE_DECIDE, subject_of(erasure))
    if not leaves_enough_moderators(member_id):
        raise Conflict(_TOO_FEW)
    is_first, now = erasure.first_by_id is None, clock.now()
    approved = (
        _ending(Erasure.id == erasure_id, Erasure.first_by_id.is_(None), **_by(actor, "first", now))
        if is_first
        else _ending(Erasure.id == erasure_id, reason="", **_by(actor, "second", now))
    )
    if approved is None:
        raise Conflict(_MEANWHILE)
    details: dict[str, object] = {"erasure": erasure_id, "approval": 1 if is_first else 2}
    record(actor, "erasure:approve", f"member:{member_id}", details=details)
    if not is_first:
        _erase(actor, erasure.member)
    return not is_first


def _erase(actor: Actor, member: Member) -> None:
    address = member.email
    db.session.execute(delete(DataExport).where(DataExport.member_id == member.id))
    db.session.execute(
        update(Erasure).where(Erasure.member_id == member.id).values(reason="", refusal="")
    )
    erase_member(actor, member.id)
    post_mail(
        _DONE,
        address,
        path="/about",
        secretariat_email=services().settings.secretariat_email,
    )


@operation
def forget_last_mails() -> int:
    """Delete the mails that told of an erasure, once they have left: they hold the address."""
    is_over = OutboxMail.sent_at.is_not(None) | OutboxMail.given_up_at.is_not(None)
    gone = db.session.scalars(
        delete(OutboxMail).where(OutboxMail.kind == _DONE, is_over).returning(OutboxMail.id)
    )
    return len(gone.all())


def _by(actor: Actor, which: str, at: datetime) -> dict[str, object]:
    return {f"{which}_by_id": actor.id, f"{which}_at": at}


def _ending(*which: ColumnElement[bool], **values: object) -> int | None:
    """Change an erasure that still waits; of two who come at once, one does."""
    return db.session.scalar(
        update(Erasure)
        .where(
            *which,
            Erasure.second_at.is_(None),
            Erasure.withdrawn_at.is_(None),
            Erasure.refused_at.is_(None),
        )
        .values(**values)
        .returning(Erasure.id)
    )


def _hold_moderators() -> None:
    """Of two moderators who are erased at once, the second is looked at when the first is gone."""
    secretariat = secretariat_or_none()
    if secretariat is not None:
        db.session.execute(
            select(Authority.id).where(Authority.id == secretariat.id).with_for_update()
        )
