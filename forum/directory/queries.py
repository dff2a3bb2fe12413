"""Reading the directory: what each reader may see of it, and who is competent for what."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from sqlalchemy import or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql.elements import ColumnElement

from forum.core import clock
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
from forum.members import house_rules
from forum.members.models import Member, in_use
from forum.members.queries import restriction_of
from forum.policy import ANONYMOUS, NETWORK, Actor, Permission, Role, Standing, Subject, allows
from forum.reference.models import Function, State
from forum.signin.held import Duty, duty_of

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


def members_of(authority_ids: Collection[int], on: date) -> dict[int, list[Member]]:
    """Who stands for each authority on that day and can be reached here, heads first."""
    found: dict[int, list[Member]] = {}
    for held in db.session.scalars(
        select(Representation)
        .join(Representation.member)
        .where(
            Representation.authority_id.in_(sorted(set(authority_ids))),
            is_in_force(Representation, on),
            in_use(clock.now()),
        )
        .options(contains_eager(Representation.member))
        .order_by(Member.name, Member.id)
    ):
        members = found.setdefault(held.authority_id, [])
        if held.member not in members:
            members.append(held.member)
    return found


def answering_for(state_codes: Collection[str], on: date) -> list[Representation]:
    """Heads of the authorities of these States and their focal points, on that day, who can be
    reached here; with the member, by name."""
    return list(
        db.session.scalars(
            select(Representation)
            .join(Representation.member)
            .join(Representation.authority)
            .where(
                Authority.state_code.in_(sorted(set(state_codes))),
                Representation.role.in_((Role.HEAD, Role.FOCAL_POINT)),
                is_in_force(Representation, on),
                in_use(clock.now()),
            )
            .options(
                contains_eager(Representation.member), contains_eager(Representation.authority)
            )
            .order_by(Member.name, Member.id, Representation.id)
        )
    )


def works_on(member: Member, function_code: str) -> bool:
    """Whether the member deals with a function; one who named none deals with all."""
    return not member.functions or function_code in member.functions


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


def representations_of(member_id: int) -> list[Representation]:
    """All of a member's representations, the first one first, with authority and State."""
    return list(
        db.session.scalars(
            select(Representation)
            .where(Representation.member_id == member_id)
            .options(
                joinedload(Representation.authority).joinedload(Authority.state),
                joinedload(Representation.may_speak_by),
                joinedload(Representation.successor),
            )
            .order_by(Representation.from_on, Representation.id)
        )
    )


def own_representation(actor: Actor, representation_id: int) -> Representation:
    """One of the actor's own that holds today. Raises NotFound."""
    held = db.session.scalar(
        select(Representation)
        .where(
            Representation.id == representation_id,
            is_in_force(Representation, clock.now().date()),
        )
        .options(
            joinedload(Representation.member),
            joinedload(Representation.authority),
            joinedload(Representation.successor),
        )
        .execution_options(populate_existing=True)
    )
    may = held is not None and allows(
        actor, Permission.LEAVING_ANNOUNCE, Subject(member_id=held.member_id)
    )
    if held is None or not may:
        raise NotFound(f"representation {representation_id}")
    return held


def own_representations(actor: Actor) -> list[Representation]:
    """Those of the actor's own that hold today, the first one first."""
    today = clock.now().date()
    return [
        held
        for held in representations_of(actor.id or 0)
        if held.from_on <= today and not held.is_over(today)
    ]


def successors_of(held: Representation) -> list[Member]:
    """Who can take over what a member leaves open: whoever else stands for the authority today and
    can be reached here."""
    standing = members_of([held.authority_id], clock.now().date()).get(held.authority_id, [])
    return [member for member in standing if member.id != held.member_id]


def proposed_successor(held: Representation) -> int | None:
    """The number of whoever the member proposed, as long as that one can take over."""
    number = held.successor_id
    return number if number is not None and is_successor(held, number) else None


def is_successor(held: Representation, member_id: int) -> bool:
    """Whether that member can take over what another leaves open."""
    return any(member.id == member_id for member in successors_of(held))


def former_roles(pairs: Collection[tuple[int, int]], on: date) -> Mapping[tuple[int, int], Role]:
    """Of members and authorities: the last role of those who stand for that authority no more,
    because their time there is over or their account is closed."""
    last: dict[tuple[int, int], Representation] = {}
    for held in db.session.scalars(
        select(Representation)
        .where(
            Representation.member_id.in_(sorted({member for member, _ in pairs})),
            Representation.from_on <= on,
        )
        .options(joinedload(Representation.member))
        .order_by(Representation.until_on.is_(None), Representation.until_on, Representation.id)
    ):
        last[held.member_id, held.authority_id] = held
    return {pair: last[pair].role for pair in set(pairs) & last.keys() if last[pair].is_over(on)}


def has_left(held: Representation, on: date) -> bool:
    """Whether the member stands for that authority no more, by another representation either."""
    pair = (held.member_id, held.authority_id)
    return pair in former_roles({pair}, on)


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


def actor_for(member_id: int) -> Actor:
    """The member as the rules see them today; ANONYMOUS unless the account is in use."""
    member = db.session.get(Member, member_id)
    if member is None or not member.is_in_use(clock.now()):
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
    is_staff = any(held.role is Role.MODERATOR for held in representations)
    return Actor(
        id=member.id,
        name=member.name,
        post=member.post,
        zone=member.zone,
        standings=tuple(
            _standing(held, held.authority.state, functions.get(held.authority_id, frozenset()))
            for held in representations
        ),
        restriction=restriction_of(member.id) if member.has_limits else None,
        owes_rules=house_rules.is_owed(member.rules_version),
        lacks_passkey=duty_of(member.id, is_staff=is_staff) is Duty.ADD,
        is_recovering=member.recovering_since is not None,
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
        confirmed_at=held.confirmed_at,
        may_speak_since=held.may_speak_since,
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
