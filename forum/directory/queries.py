"""Reading the directory."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager
from sqlalchemy.sql.elements import ColumnElement

from forum.core import clock
from forum.core.db import db
from forum.directory.models import Authority, Designation, Representation
from forum.members.models import Member, MemberStatus
from forum.policy import ANONYMOUS, Actor, Standing
from forum.reference.models import State


def is_in_force(dated: type[Designation] | type[Representation], on: date) -> ColumnElement[bool]:
    """Of designations or representations: those that hold on a day."""
    return (dated.from_on <= on) & or_(dated.until_on.is_(None), dated.until_on >= on)


def actor_for(member_id: int) -> Actor:
    """The member as the rules see them today; ANONYMOUS unless the account is in use."""
    member = db.session.get(Member, member_id)
    if member is None or member.status is not MemberStatus.ACTIVE:
        return ANONYMOUS
    today = clock.now().date()
    representations = db.session.scalars(
        select(Representation)
        .join(Representation.authority)
        .outerjoin(Authority.state)
        .where(Representation.member_id == member_id, is_in_force(Representation, today))
        .options(contains_eager(Representation.authority).contains_eager(Authority.state))
        .order_by(Representation.from_on, Representation.id)
    ).all()
    functions = _functions_of([held.authority_id for held in representations], today)
    return Actor(
        id=member.id,
        name=member.name,
        post=member.post,
        zone=member.zone,
        standings=tuple(
            _standing(held, held.authority.state, functions.get(held.authority_id, frozenset()))
            for held in representations
        ),
    )


def _standing(held: Representation, state: State | None, functions: frozenset[str]) -> Standing:
    return Standing(
        authority_id=held.authority_id,
        authority=held.authority.name,
        state=state.code if state else None,
        alpha3=state.alpha3 if state else None,
        state_name=state.name_en if state else None,
        role=held.role,
        since=held.from_on,
        functions=functions,
    )


def _functions_of(authority_ids: list[int], on: date) -> dict[int, frozenset[str]]:
    if not authority_ids:
        return {}
    found: dict[int, set[str]] = {}
    for authority_id, function in db.session.execute(
        select(Designation.authority_id, Designation.function_code).where(
            Designation.authority_id.in_(authority_ids), is_in_force(Designation, on)
        )
    ):
        found.setdefault(authority_id, set()).add(function)
    return {number: frozenset(functions) for number, functions in found.items()}
