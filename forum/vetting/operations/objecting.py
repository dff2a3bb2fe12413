"""Objecting to an admission, and what moderators make of it."""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict
from forum.core.mail import post_mail
from forum.core.typed import N_
from forum.directory.models import Authority
from forum.members.models import Member
from forum.policy import Actor, Permission, Role, require
from forum.vetting.checks import those_who_answer
from forum.vetting.models import Application, Objection
from forum.vetting.objections import (
    is_open_to_objection,
    objection_for,
    representation_to_object_to,
    subject_of,
)


def tell_of_admission(application: Application) -> None:
    """One mail to each of those who answer for the authority, who may object; inside the operation
    in hand. Whoever nominated knows."""
    for held in those_who_answer(application):
        if held.member_id != application.nominated_by_id:
            post_mail("vetting/member_admitted", held.member.email, path="/desk")


@operation
def object_to(actor: Actor, member_id: int, reason: str) -> None:
    """Object to a member who was admitted a short while ago for an authority one answers for.

    It marks the account and waits for the moderators; the account goes on. Raises NotFound,
    Conflict.
    """
    held = representation_to_object_to(actor, member_id)
    member = db.session.get_one(Member, member_id, with_for_update=True, populate_existing=True)
    if not is_open_to_objection(member):
        raise Conflict(N_("Somebody objected already, or the time for it is over."))
    authority = db.session.get_one(Authority, held.authority_id)
    is_head = authority.id in actor.authorities_headed
    objection = Objection(
        member_id=member_id,
        authority_id=authority.id,
        by_id=actor.id or 0,
        role=Role.HEAD if is_head else Role.FOCAL_POINT,
        at=clock.now(),
        reason=reason,
    )
    try:
        with db.session.begin_nested():
            db.session.add(objection)
    except IntegrityError:
        raise Conflict(N_("Somebody objected already, or the time for it is over.")) from None
    member.objected_at = clock.now()
    record(actor, "member:object", f"member:{member_id}", details={"objection": objection.id})


@operation
def settle_objection(actor: Actor, objection_id: int, settlement: str) -> None:
    """Say what was found and done about an objection; the mark on the account goes."""
    objection = objection_for(actor, objection_id)
    require(actor, Permission.OBJECTION_SETTLE, subject_of(objection))
    settled = db.session.scalar(
        update(Objection)
        .where(Objection.id == objection_id, Objection.settled_at.is_(None))
        .values(settled_at=clock.now(), settled_by_id=actor.id, settlement=settlement)
        .returning(Objection.id)
    )
    if settled is None:
        raise Conflict(N_("Somebody else was faster: this has moved on. Look at it again."))
    db.session.execute(
        update(Member).where(Member.id == objection.member_id).values(objected_at=None)
    )
    record(actor, "objection:settle", f"member:{objection.member_id}")
