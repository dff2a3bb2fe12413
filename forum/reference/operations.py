"""Loading the reference data."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select

from forum.audit.operations import record_system
from forum.core.db import db, operation
from forum.core.paths import REFERENCE
from forum.reference.loading import Loaded, load, rows_of
from forum.reference.models import Decision32, Function, Instrument, Party, State


@operation
def load_reference() -> Loaded:
    """Load States, instruments, functions and parties from `config/reference`.

    Safe to repeat: what was changed or taken away by hand stays as it is.
    """
    instruments = rows_of(REFERENCE / "instruments.csv")
    outcome = load(State, ["code"], map(_state, rows_of(REFERENCE / "states.csv")))
    outcome += load(Instrument, ["code"], _instruments(instruments))
    outcome += load(Function, ["code"], _functions(instruments))
    outcome += load(Party, ["state_code", "instrument_code"], _parties())
    if outcome.added or outcome.updated:
        record_system("reference:load", "reference", **vars(outcome))
    return outcome


def _state(row: dict[str, str]) -> dict[str, Any]:
    names = {f"name_{language}": row[f"name_{language}"] for language in _LANGUAGES}
    return names | {
        "code": row["iso2"],
        "alpha3": row["iso3"],
        "m49": row["m49"],
        "un_status": row["un_status"],
        "region": row["un_region"],
        "subregion": row["un_subregion"],
        "un_group": row["un_regional_group"],
        "zone": row["tz_main"] or "UTC",
        "zones": _listed(row["tz_all"]),
        "official_languages": _listed(row["official_languages"]),
        "dialling_code": row["dial"],
    }


_LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh")


def _instruments(rows: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    titles = {row["instrument_code"]: row["instrument"] for row in rows}
    for code, title in titles.items():
        yield {"code": code, "title": title}


def _functions(rows: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    instruments = set(db.session.scalars(select(Instrument.code)))
    for position, row in enumerate(rows):
        if row["instrument_code"] in instruments:  # one that was taken away takes its rows along
            yield {
                "code": row["function_code"],
                "position": position,
                "instrument_code": row["instrument_code"],
                "article": row["article"],
                "title": row["function"],
                "basis": row["basis_of_listing"],
                "in_decision_3_2": Decision32(row["in_decision_3_2"]),
                "evidence": row["evidence"],
                "remark": row["remark"],
            }


def _parties() -> Iterator[dict[str, Any]]:
    states = set(db.session.scalars(select(State.code)))
    for row in rows_of(REFERENCE / "parties.csv"):
        if row["iso2"] in states:
            yield {
                "state_code": row["iso2"],
                "instrument_code": row["instrument"],
                "signed_on": _day(row["signed"]),
                "deposited_on": _day(row["deposited"]),
                "act": row["act"],
                "as_of": _day(row["as_of"]),
                "source": row["source"],
            }


def _listed(text: str) -> list[str]:
    return [part for part in text.split(";") if part]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
