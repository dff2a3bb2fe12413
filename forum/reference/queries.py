"""Reading States, functions and parties; everybody may read them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.core.db import db
from forum.reference.models import Decision32, Function, Instrument, Party, State


def states() -> list[State]:
    """All States and organizations, by their English name."""
    return list(db.session.scalars(select(State).order_by(State.name_en, State.code)))


def states_with(codes: Iterable[str]) -> dict[str, State]:
    """Those of the codes that exist, by code."""
    found = db.session.scalars(select(State).where(State.code.in_(sorted(set(codes)))))
    return {state.code: state for state in found}


def state_with(code: str) -> State | None:
    """The State of a code, in whatever case it was typed."""
    return db.session.get(State, code.upper()) if code.isascii() else None


def offered_functions() -> list[Function]:
    """The functions that decision 3/2 lists: those for which questions are asked here."""
    return list(
        db.session.scalars(
            select(Function)
            .where(Function.in_decision_3_2 == Decision32.YES)
            .options(joinedload(Function.instrument))
            .order_by(Function.position)
        )
    )


def function_with(code: str) -> Function | None:
    """The function of a code."""
    return db.session.get(Function, code)


@dataclass(frozen=True)
class Bond:
    """What is known of a State and an instrument; `party` is None where nothing is known."""

    instrument_code: str
    #: Empty where the instrument lists no function.
    title: str
    party: Party | None


def bonds_of(state_code: str) -> list[Bond]:
    """The State's standing to every instrument that any State is known to be bound by."""
    codes = list(
        db.session.scalars(
            select(Party.instrument_code).distinct().order_by(Party.instrument_code.desc())
        )
    )
    own = {
        party.instrument_code: party
        for party in db.session.scalars(select(Party).where(Party.state_code == state_code))
    }
    titles = {
        instrument.code: instrument.title
        for instrument in db.session.scalars(select(Instrument).where(Instrument.code.in_(codes)))
    }
    return [Bond(code, titles.get(code, ""), own.get(code)) for code in codes]
