"""Reading the directory: what each reader may see of it, and who is competent for what."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from sqlalchemy import or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql.elements import ColumnElement

from forum.core.db import db
from forum.core.errors import NotFound
from forum.directory.models import (
    Authority,
    ContactKind,
    ContactPoint,
    Designation,
    HostKind,
    Representation,
    Visibility,
)
from forum.policy import NETWORK, Actor, Permission, Subject, allows
from forum.reference.models import Function

_HIDDEN: Final = Subject(readers=frozenset({NETWORK}))


def is_in_force(dated: type[Designation] | type[Representation], on: date) -> ColumnElement[bool]:
    """Of designations or representations: those that hold on a day."""
    return (dated.from_on <= on) & or_(dated.until_on.is_(None), dated.until_on >= on)


def shown_to(actor: Actor) -> ColumnElement[bool]:
    """Of authorities: the entries that `actor` may read. The Secretariat has none."""
    is_entry = Authority.state_code.is_not(None)
    seen = true() if allows(actor, Permission.ENTRY_READ, _HIDDEN) else _is_public()
    return is_entry & seen


def _is_public() -> ColumnElement[bool]:
    return Authority.visibility == Visibility.PUBLIC


def answered_for_by(actor: Actor) -> ColumnElement[bool]:
    """Of authorities: those whose members `actor` answers for, as the rule `answers_for` has it."""
    return or_(
        Authority.id.in_(sorted(actor.authorities_headed)),
        Authority.state_code.in_(sorted(actor.states_vouched_for)),
    )


def contacts_for(actor: Actor, authority: Authority) -> list[ContactPoint]:
    """The telephones, faxes and mailboxes of an entry that `actor` may read: the only way to them."""
    if not allows(actor, Permission.ENTRY_READ, authority.subject):
        return []
    return [
        line for line in authority.contacts if allows(actor, Permission.ENTRY_READ, line.subject)
    ]


def telephones_of_state(state_code: str | None, *, but: int | None) -> list[ContactPoint]:
    """The telephone numbers of the authorities of a State but for one, by the authority's name."""
    return list(
        db.session.scalars(
            select(ContactPoint)
            .join(ContactPoint.authority)
            .where(
                Authority.state_code == state_code,
                Authority.id.is_distinct_from(but),
                ContactPoint.kind == ContactKind.PHONE,
            )
            .options(contains_eager(ContactPoint.authority))
            .order_by(Authority.name_en, Authority.id, ContactPoint.position)
        )
    )


def whole_entry() -> tuple[ORMOption, ...]:
    """Loads all that an entry shows, in a fixed number of queries."""
    return (
        joinedload(Authority.state),
        selectinload(Authority.contacts),
        selectinload(Authority.hours),
        selectinload(Authority.languages),
        selectinload(Authority.channels),
        selectinload(Authority.terms),
        selectinload(Authority.designations).joinedload(Designation.function),
    )


def entries_for(actor: Actor, state_code: str) -> list[Authority]:
    """The entries of a State that `actor` may read, those for the whole State first."""
    return list(
        db.session.scalars(
            select(Authority)
            .where(Authority.state_code == state_code, shown_to(actor))
            .options(*whole_entry())
            .order_by(Authority.territory, Authority.id)
        )
    )


def entry_for(actor: Actor, state_code: str, slug: str) -> Authority:
    """The entry of that address. Raises NotFound if `actor` may not know of it."""
    found = db.session.scalar(
        select(Authority)
        .where(Authority.state_code == state_code, Authority.slug == slug, shown_to(actor))
        .options(*whole_entry())
    )
    if found is None or not allows(actor, Permission.ENTRY_READ, found.subject):
        raise NotFound(f"entry {state_code}/{slug}")
    return found


def entry_parts(authority_id: int) -> Authority | None:
    """An authority that its reader is known to see, with all that its entry shows."""
    return db.session.scalar(
        select(Authority).where(Authority.id == authority_id).options(*whole_entry())
    )


def own_office(actor: Actor) -> Authority | None:
    """The authority `actor` stands for, with its hours."""
    if actor.main is None:
        return None
    return db.session.scalar(
        select(Authority)
        .where(Authority.id == actor.main.authority_id)
        .options(selectinload(Authority.hours))
    )


def secretariat_or_none() -> Authority | None:
    """The authority that moderators stand for, once there is one."""
    return db.session.scalar(
        select(Authority).where(Authority.host_kind == HostKind.SECRETARIAT).order_by(Authority.id)
    )


def designated_functions(authority_ids: Collection[int], on: date) -> Mapping[int, list[Function]]:
    """What authorities are designated for on a day, in the order of the instruments."""
    found: dict[int, list[Function]] = {}
    for number, function in db.session.execute(
        select(Designation.authority_id, Function)
        .join(Designation.function)
        .where(
            Designation.authority_id.in_(sorted(set(authority_ids))), is_in_force(Designation, on)
        )
        .order_by(Function.position)
    ):
        functions = found.setdefault(number, [])
        if function not in functions:
            functions.append(function)
    return found
