"""Reading one's own exports and erasure, and the erasures that moderators decide on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.core import clock
from forum.core.db import db
from forum.core.errors import NotFound
from forum.core.paging import Page, page_of
from forum.directory.models import Representation
from forum.directory.queries import secretariat_or_none
from forum.directory.standing import members_of, representations_of
from forum.members.models import Member
from forum.owndata.models import DataExport, Erasure, ExportState
from forum.policy import Actor, Permission, Role, Subject, allows, require

#: Every decision of moderators takes two.
_FEWEST_MODERATORS: Final = 2


@dataclass(frozen=True)
class Export:
    """The copy a member asked for last, as far as there is something to say of it."""

    id: int
    state: ExportState
    asked_at: datetime
    made_at: datetime | None
    expires_at: datetime | None
    #: In bytes.
    size: int


def latest_export_of(actor: Actor) -> Export | None:
    """The actor's newest export, unless its time is over."""
    found = db.session.scalar(
        select(DataExport)
        .where(DataExport.member_id == actor.id)
        .order_by(DataExport.id.desc())
        .limit(1)
    )
    if found is None or found.state_at(clock.now()) is ExportState.OVER:
        return None
    state = found.state_at(clock.now())
    return Export(found.id, state, found.asked_at, found.made_at, found.expires_at, found.size)


def export_for(actor: Actor, export_id: int) -> DataExport:
    """The export of that number. Raises NotFound unless it is the actor's own and can be fetched."""
    found = db.session.get(DataExport, export_id)
    is_own = found is not None and actor.id is not None and found.member_id == actor.id
    if found is None or not is_own or found.state_at(clock.now()) is not ExportState.READY:
        raise NotFound(f"export {export_id}")
    return found


@dataclass(frozen=True)
class OwnErasure:
    """What a member is told of the own wish: not who approved or refused it."""

    asked_at: datetime
    is_open: bool
    #: Of the two that are needed.
    approvals: int
    refused_at: datetime | None
    refusal: str


def latest_erasure_of(actor: Actor) -> OwnErasure | None:
    """The actor's newest wish to be erased, unless it was withdrawn."""
    found = db.session.scalar(
        select(Erasure).where(Erasure.member_id == actor.id).order_by(Erasure.id.desc()).limit(1)
    )
    if found is None or found.withdrawn_at is not None:
        return None
    approvals = 0 if found.first_by_id is None else 1
    return OwnErasure(found.asked_at, found.is_open, approvals, found.refused_at, found.refusal)


def erasures_for(
    actor: Actor, *, before: str | None = None, after: str | None = None
) -> Page[Erasure]:
    """All that were ever asked for, the newest first; `before` and `after` are cursors."""
    require(actor, Permission.ERASURE_READ)
    query = select(Erasure).options(joinedload(Erasure.member))
    return page_of(query, moment=Erasure.asked_at, number=Erasure.id, before=before, after=after)


def erasure_for(actor: Actor, erasure_id: int) -> Erasure:
    """The one of that number, with who decided. Raises NotFound if `actor` may not know of it."""
    found = db.session.scalar(
        select(Erasure)
        .where(Erasure.id == erasure_id)
        .options(
            joinedload(Erasure.member),
            joinedload(Erasure.first_by),
            joinedload(Erasure.second_by),
            joinedload(Erasure.refused_by),
        )
    )
    if found is None or not allows(actor, Permission.ERASURE_READ):
        raise NotFound(f"erasure {erasure_id}")
    return found


def roles_of(actor: Actor) -> frozenset[Role]:
    """As what the actor stands for authorities today."""
    return frozenset(standing.role for standing in actor.standings)


def standings_of(erasure: Erasure) -> Sequence[Representation]:
    """Whom the member stands for today."""
    today = clock.now().date()
    return [
        held
        for held in representations_of(erasure.member_id)
        if held.from_on <= today and not held.is_over(today)
    ]


def subject_of(erasure: Erasure, *, is_approval: bool = True) -> Subject:
    """The erasure as the rules see it: nobody decides on their own, or approves twice."""
    barred = {erasure.member_id, erasure.first_by_id if is_approval else None}
    return Subject(barred=frozenset(number for number in barred if number is not None))


def leaves_enough_moderators(member_id: int) -> bool:
    """Whether moderators remain in the number that decisions take, once that member is gone; of
    whoever is none, always."""
    moderators = _moderators()
    remaining = {moderator.id for moderator in moderators} - {member_id}
    return len(remaining) == len(moderators) or len(remaining) >= _FEWEST_MODERATORS


def _moderators() -> list[Member]:
    secretariat = secretariat_or_none()
    if secretariat is None:
        return []
    return members_of([secretariat.id], clock.now().date()).get(secretariat.id, [])
