"""Who stands for which authority, as what, and so who somebody is to the rules."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from forum.core import clock
from forum.core.db import db
from forum.core.errors import NotFound
from forum.directory.models import (
    Authority,
    Designation,
    Representation,
)
from forum.directory.queries import is_in_force
from forum.members import house_rules
from forum.members.models import Member, in_use
from forum.members.queries import restriction_of
from forum.policy import ANONYMOUS, Actor, Permission, Role, Standing, Subject, allows
from forum.reference.models import State
from forum.signin.held import Duty, duty_of


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
