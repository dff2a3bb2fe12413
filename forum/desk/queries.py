"""Reading who stands for the authorities that a head or a focal point answers for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from forum.core.db import db
from forum.directory.models import Authority, Representation
from forum.directory.queries import answered_for_by
from forum.members.models import Member, MemberStatus
from forum.policy import Actor


@dataclass(frozen=True)
class Office:
    """An authority with those who stand for it, heads and focal points first."""

    authority: Authority
    held: Sequence[Representation]


def offices_for(actor: Actor, on: date) -> list[Office]:
    """The authorities `actor` answers for, by name, with whoever stands for them on that day or
    will; accounts that are closed are left out."""
    authorities = db.session.scalars(
        select(Authority)
        .where(answered_for_by(actor))
        .options(joinedload(Authority.state))
        .order_by(Authority.state_code, Authority.name_en, Authority.id)
    ).all()
    held: dict[int, list[Representation]] = {authority.id: [] for authority in authorities}
    for row in db.session.scalars(
        select(Representation)
        .join(Representation.member)
        .where(
            Representation.authority_id.in_(held),
            or_(Representation.until_on.is_(None), Representation.until_on >= on),
            Member.status != MemberStatus.CLOSED,
        )
        .options(contains_eager(Representation.member))
        .order_by(Member.name, Member.id)
    ):
        held[row.authority_id].append(row)
    return [Office(authority, held[authority.id]) for authority in authorities]
