"""Objections to admissions: who may still make one, and which wait for the moderators."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from forum.core import clock
from forum.core.db import db
from forum.core.errors import NotFound
from forum.core.services import services
from forum.directory.models import Representation
from forum.directory.standing import representations_of
from forum.members.models import Member, MemberStatus
from forum.policy import Actor, Permission, Subject, allows, require
from forum.vetting.models import Objection


def is_open_to_objection(member: Member) -> bool:
    """Whether the member was admitted a short while ago, and nobody objects yet."""
    lasts = timedelta(days=services().settings.objection_days)
    is_recent = clock.now() < member.created_at + lasts
    return is_recent and member.objected_at is None and member.status is not MemberStatus.CLOSED


def representation_to_object_to(actor: Actor, member_id: int) -> Representation:
    """For whom the member stands, if `actor` answers for it. Raises NotFound otherwise: whoever
    stands for others is as unknown at this desk as nobody."""
    today = clock.now().date()
    for held in representations_of(member_id):
        is_over = held.until_on is not None and held.until_on < today
        subject = Subject(
            authority_id=held.authority_id,
            state=held.authority.state_code,
            barred=frozenset({member_id}),
        )
        if not is_over and allows(actor, Permission.MEMBER_OBJECT, subject):
            return held
    raise NotFound(f"member {member_id}")


def objections_for(actor: Actor) -> Sequence[Objection]:
    """All objections: those that wait first, the oldest first, then the newest settled."""
    require(actor, Permission.OBJECTION_READ)
    return db.session.scalars(
        select(Objection)
        .options(
            joinedload(Objection.member),
            joinedload(Objection.authority),
            joinedload(Objection.by),
            joinedload(Objection.settled_by),
        )
        .order_by(Objection.settled_at.is_not(None), Objection.settled_at.desc(), Objection.id)
    ).all()


def objection_for(actor: Actor, objection_id: int) -> Objection:
    """One of these. Raises NotFound."""
    found = db.session.get(Objection, objection_id, populate_existing=True)
    if found is None or not allows(actor, Permission.OBJECTION_READ):
        raise NotFound(f"objection {objection_id}")
    return found


def subject_of(objection: Objection) -> Subject:
    """The objection as the rules see it: neither side settles it."""
    return Subject(barred=frozenset({objection.member_id, objection.by_id}))


def open_count(actor: Actor) -> int:
    """How many objections wait."""
    if not allows(actor, Permission.OBJECTION_READ):
        return 0
    return db.session.scalar(select(func.count()).where(Objection.settled_at.is_(None))) or 0
