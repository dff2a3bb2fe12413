"""Reading the record of notes by which States named their focal points."""

from collections.abc import Sequence

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from forum.core.db import db
from forum.core.errors import NotFound
from forum.members.models import Member
from forum.members.queries import member_with_mailbox
from forum.policy import Actor, Permission, Subject, allows, require
from forum.vetting.models import Naming, NamingStatus


def namings_for(actor: Actor) -> Sequence[Naming]:
    """All notes on record: those that wait first, then State by State, the newest first."""
    require(actor, Permission.FOCAL_POINT_READ)
    return db.session.scalars(
        select(Naming)
        .options(
            joinedload(Naming.state),
            joinedload(Naming.authority),
            joinedload(Naming.registered_by),
            joinedload(Naming.decided_by),
            joinedload(Naming.ended_by),
            joinedload(Naming.member),
        )
        .order_by(
            case((Naming.status == NamingStatus.REGISTERED, 0), else_=1),
            Naming.state_code,
            Naming.note_dated_on.desc(),
            Naming.id.desc(),
        )
    ).all()


def naming_for(actor: Actor, naming_id: int) -> Naming:
    """One of these. Raises NotFound."""
    found = db.session.get(Naming, naming_id, populate_existing=True)
    if found is None or not allows(actor, Permission.FOCAL_POINT_READ):
        raise NotFound(f"focal point {naming_id}")
    return found


def holder_of(naming: Naming) -> Member | None:
    """Whose account has the mailbox of a note that waits; confirming makes that account the focal
    point, whatever name the note gives."""
    is_waiting = naming.status is NamingStatus.REGISTERED
    return member_with_mailbox(naming.email) if is_waiting else None


def subject_of(naming: Naming) -> Subject:
    """The naming as the rules see it for its confirmation: neither whoever registered it nor
    whoever is named confirms it."""
    holder = member_with_mailbox(naming.email)
    barred = {naming.registered_by_id} | ({holder.id} if holder else set())
    return Subject(barred=frozenset(barred))


def unconfirmed_count(actor: Actor) -> int:
    """How many namings wait for a second moderator."""
    if not allows(actor, Permission.FOCAL_POINT_READ):
        return 0
    waiting = select(func.count()).where(Naming.status == NamingStatus.REGISTERED)
    return db.session.scalar(waiting) or 0
