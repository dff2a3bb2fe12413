"""Loading the reference data again undoes nothing that somebody changed."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text

from forum.core.db import db, operation
from forum.reference import operations
from forum.reference.models import Function, Instrument, Party, State
from forum.reference.operations import load_reference
from forum.reference.queries import bonds_of, offered_functions, state_with, states


@pytest.fixture
def loaded(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        load_reference()
        yield app


@operation
def by_hand(statement: str) -> None:
    db.session.execute(text(statement))


def name_of(code: str) -> str:
    return db.session.scalars(select(State.name_en).where(State.code == code)).one()


def test_every_row_of_the_files_is_loaded(loaded: Flask) -> None:
    counts = [
        db.session.scalar(select(func.count()).select_from(table))
        for table in (State, Instrument, Function, Party)
    ]

    assert counts == [198, 9, 23, 997]


def test_a_second_loading_changes_nothing(loaded: Flask) -> None:
    again = load_reference()

    assert (again.added, again.updated, again.left) == (0, 0, 0)


def test_a_name_changed_in_the_database_stays(loaded: Flask) -> None:
    by_hand("UPDATE states SET name_en = 'Portuguese Republic' WHERE code = 'PT'")

    again = load_reference()

    assert name_of("PT") == "Portuguese Republic"
    assert (again.updated, again.left) == (0, 1)


def test_a_date_that_the_secretariat_filled_in_stays(loaded: Flask) -> None:
    by_hand(
        "UPDATE parties SET deposited_on = '2016-05-06', act = 'ratification'"
        " WHERE state_code = 'IR' AND instrument_code = 'UNTOC'"
    )

    load_reference()

    found = select(Party).where(Party.state_code == "IR", Party.instrument_code == "UNTOC")
    assert db.session.scalars(found).one().deposited_on == date(2016, 5, 6)


def test_a_party_taken_away_by_hand_does_not_come_back(loaded: Flask) -> None:
    operation(db.session.execute)(delete(Party).where(Party.state_code == "PT"))

    again = load_reference()

    assert [bond.party for bond in bonds_of("PT") if bond.party] == []
    assert again.added == 0


def test_a_party_entered_by_hand_is_left_alone(loaded: Flask) -> None:
    @operation
    def enter() -> None:
        db.session.add(Party(state_code="BT", instrument_code="UNTOC", source="hand"))

    enter()

    load_reference()

    found = db.session.scalars(select(Party).where(Party.state_code == "BT")).all()
    assert [party.source for party in found if party.instrument_code == "UNTOC"] == ["hand"]


def test_a_new_file_updates_what_nobody_changed(
    loaded: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand("UPDATE states SET name_en = 'Ours' WHERE code = 'PT'")
    read = operations.rows_of

    def newer(file: Path) -> list[dict[str, Any]]:
        rows = read(file)
        return (
            [row | {"name_en": row["name_en"] + " (new)"} for row in rows]
            if (file.name == "states.csv")
            else rows
        )

    monkeypatch.setattr(operations, "rows_of", newer)
    again = load_reference()

    assert name_of("PT") == "Ours"
    assert name_of("ES") == "Spain (new)"
    assert (again.updated, again.left) == (197, 1)


def test_a_row_follows_the_files_from_version_to_version(
    loaded: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = operations.rows_of
    for suffix in (" (2)", " (3)"):

        def newer(file: Path, suffix: str = suffix) -> list[dict[str, Any]]:
            if file.name != "states.csv":
                return read(file)
            return [row | {"name_en": row["name_en"] + suffix} for row in read(file)]

        monkeypatch.setattr(operations, "rows_of", newer)
        load_reference()

    assert name_of("ES") == "Spain (3)"


def test_an_instrument_taken_away_takes_its_functions_along(loaded: Flask) -> None:
    @operation
    def forget() -> None:
        db.session.execute(delete(Function).where(Function.instrument_code == "GA-RES-68/186"))
        db.session.execute(delete(Instrument).where(Instrument.code == "GA-RES-68/186"))

    forget()

    assert load_reference().added == 0


def test_functions_offered_now_are_those_of_decision_3_2(loaded: Flask) -> None:
    assert [function.code for function in offered_functions()] == [
        "UNTOC-18-MLA",
        "UNTOC-16-EXT",
        "UNTOC-17-TSP",
        "SOM-8-SEA",
    ]


def test_a_state_is_found_by_its_code_in_any_case_and_by_no_look_alike(loaded: Flask) -> None:
    small = state_with("pt")
    assert small is not None
    assert small.code == "PT"
    assert state_with("ß") is None
    assert len(states()) == 198
