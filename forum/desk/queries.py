"""Reading who stands for the authorities that a head or a focal point answers for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from forum.core.db import db
from forum.core.errors import NotFound
from forum.directory.models import Authority, Representation
from forum.directory.queries import answered_for_by
from forum.discussion.models import Thread
from forum.discussion.queries import is_readable_by, takes_posts
from forum.members.models import Member, MemberStatus
from forum.policy import Actor, Permission, Role, Subject, allows


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
        .options(contains_eager(Representation.member), joinedload(Representation.successor))
        .order_by(Member.name, Member.id)
    ):
        held[row.authority_id].append(row)
    return [Office(authority, held[authority.id]) for authority in authorities]


def left_behind_for(actor: Actor, on: date) -> list[Representation]:
    """Of those who stand for an authority no more that `actor` answers for: whose open threads, as
    far as `actor` may read them, wait for a successor. Who left last comes first."""
    again = aliased(Representation)
    stands_again = exists().where(
        again.member_id == Representation.member_id,
        again.authority_id == Representation.authority_id,
        or_(again.until_on.is_(None), again.until_on >= on),
    )
    has_open = exists().where(
        Thread.asker_id == Representation.member_id,
        Thread.authority_id == Representation.authority_id,
        takes_posts(),
        is_readable_by(actor),
    )
    is_closed = Member.status == MemberStatus.CLOSED
    found = db.session.scalars(
        select(Representation)
        .join(Representation.member)
        .join(Representation.authority)
        .where(answered_for_by(actor), or_(is_closed, ~stands_again), has_open)
        .options(contains_eager(Representation.member), contains_eager(Representation.authority))
        .order_by(Representation.until_on.desc(), Representation.id.desc())
    )
    latest: dict[tuple[int, int], Representation] = {}
    for held in found:
        latest.setdefault((held.member_id, held.authority_id), held)
    return list(latest.values())


def left_behind(actor: Actor, representation_id: int) -> Representation:
    """One of them, or one for whom a successor was found meanwhile. Raises NotFound."""
    return _found(
        representation_id,
        lambda held: allows(actor, Permission.REPRESENTATION_END, _subject(held)),
    )


def may_end(actor: Actor, held: Representation) -> bool:
    """Whether `actor` may say that somebody stands for an authority no more. Not of a focal point,
    whom the State named by a note: the Secretariat ends that, together with the record of it."""
    subject = _subject(held)
    is_named = held.role is Role.FOCAL_POINT
    return not is_named and allows(actor, Permission.REPRESENTATION_END, subject)


def may_name_speaker(actor: Actor, held: Representation) -> bool:
    """Whether `actor` may say whether somebody may speak for the authority."""
    return allows(actor, Permission.SPEAKER_NAME, _subject(held))


def _subject(held: Representation) -> Subject:
    """What a member is for an authority, as the rules see it."""
    return Subject(
        authority_id=held.authority_id,
        state=held.authority.state_code,
        role=held.role,
        barred=frozenset({held.member_id}),
    )


def representation_for(actor: Actor, representation_id: int) -> Representation:
    """One that `actor` may end, or might have ended before it was over. Raises NotFound."""
    return _found(representation_id, lambda held: may_end(actor, held))


def speaker_for(actor: Actor, representation_id: int) -> Representation:
    """One of which `actor` may say whether the member may speak. Raises NotFound."""
    return _found(representation_id, lambda held: may_name_speaker(actor, held))


def _found(representation_id: int, is_theirs: Callable[[Representation], bool]) -> Representation:
    held = db.session.scalar(
        select(Representation)
        .where(Representation.id == representation_id)
        .options(
            joinedload(Representation.member),
            joinedload(Representation.authority),
            joinedload(Representation.may_speak_by),
        )
        .execution_options(populate_existing=True)
    )
    if held is None or not is_theirs(held):
        raise NotFound(f"representation {representation_id}")
    return held
