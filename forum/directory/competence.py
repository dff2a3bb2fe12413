"""Who answers for a function in a State: the one rule behind cards, mail and what waits."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import contains_eager
from sqlalchemy.orm.interfaces import ORMOption

from forum.core.db import db
from forum.directory.models import Authority, Designation
from forum.directory.queries import is_in_force
from forum.directory.standing import members_of, works_on
from forum.members.models import Member

#: The function whose authority is shown where a State notified none for another one: article 18
#: obliges every Party to name one.
CENTRAL_FUNCTION: Final = "UNTOC-18-MLA"


@dataclass(frozen=True)
class Competence:
    """An authority that answers for a function, and under which designations."""

    authority: Authority
    designations: tuple[Designation, ...]


def competent_authorities(
    state_codes: Collection[str], function_code: str, on: date
) -> dict[str, list[Competence]]:
    """For each State the authorities designated for the function and in force on that day.

    A State without any is left out. Authorities for the whole function come first.
    """
    found = _designations(state_codes, [function_code], on)
    return _by_state(found, function_code)


def competent_or_central(
    state_codes: Collection[str], function_code: str, on: date
) -> tuple[dict[str, list[Competence]], dict[str, list[Competence]]]:
    """Those competent for the function, and each State's central authorities (UNTOC 18(13))."""
    found = _designations(state_codes, [function_code, CENTRAL_FUNCTION], on, *_of_authority())
    return _by_state(found, function_code), _by_state(found, CENTRAL_FUNCTION)


def _of_authority() -> tuple[ORMOption, ...]:
    whole = contains_eager(Designation.authority)
    return (
        whole.selectinload(Authority.contacts),
        whole.selectinload(Authority.hours),
        whole.selectinload(Authority.languages),
        whole.selectinload(Authority.channels),
        whole.selectinload(Authority.designations).joinedload(Designation.function),
    )


def _designations(
    state_codes: Collection[str], functions: Collection[str], on: date, *options: ORMOption
) -> list[Designation]:
    return list(
        db.session.scalars(
            select(Designation)
            .join(Designation.authority)
            .where(
                Authority.state_code.in_(sorted(set(state_codes))),
                Designation.function_code.in_(sorted(set(functions))),
                is_in_force(Designation, on),
            )
            .options(contains_eager(Designation.authority).joinedload(Authority.state), *options)
            .order_by(Designation.id)
        )
    )


def _by_state(found: Iterable[Designation], function_code: str) -> dict[str, list[Competence]]:
    grouped: dict[str, dict[int, list[Designation]]] = {}
    for designation in found:
        state = designation.authority.state_code
        if state is not None and designation.function_code == function_code:
            of_state = grouped.setdefault(state, {})
            of_state.setdefault(designation.authority_id, []).append(designation)
    return {
        state: sorted(
            (Competence(held[0].authority, tuple(held)) for held in of_state.values()),
            key=lambda found: bool(found.authority.territory or found.designations[0].territory),
        )
        for state, of_state in grouped.items()
    }


@dataclass(frozen=True)
class Asked:
    """An office that a question is put to, and those of its members who deal with it."""

    state_code: str
    authority: Authority
    members: tuple[Member, ...]
    #: It stands in for the function's own office, which the State did not name.
    is_instead: bool


def offices_to_ask(state_codes: Collection[str], function_code: str, on: date) -> list[Asked]:
    """The offices that answer for a function in each State: those that the State's card shows.

    Where a State named nobody for the function, that is its central authority of article 18.
    """
    competent = competent_authorities(state_codes, function_code, on)
    silent = [code for code in state_codes if code not in competent]
    central = competent_authorities(silent, CENTRAL_FUNCTION, on) if silent else {}
    offices = [
        (state, each.authority, state in central)
        for state, held in (competent | central).items()
        for each in held
    ]
    people = members_of([authority.id for _, authority, _ in offices], on)
    asked = []
    for state, authority, is_instead in offices:
        codes = {function_code, CENTRAL_FUNCTION} if is_instead else {function_code}
        dealing = [
            member
            for member in people.get(authority.id, ())
            if any(works_on(member, code) for code in codes)
        ]
        asked.append(Asked(state, authority, tuple(dealing), is_instead))
    return asked
