"""The invented States of the demonstration, and who is competent in them."""

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from tests.reference.demo_files import (
    EXT,
    INVENTED,
    LANGUAGES,
    MLA,
    SEA,
    TSP,
    authorities,
    in_force,
    offices,
    rows,
    states,
)

ANSWERS: Final = {"yes", "no", "conditions", "no_treaty_needed"}


def test_all_fourteen_invented_states_are_there_with_names_in_six_languages() -> None:
    assert [state["code"] for state in states()] == INVENTED

    for state in states():
        assert state["alpha3"] == state["code"] + "A"
        assert set(state["names"]) == set(LANGUAGES)
        assert all(name.strip() for name in state["names"].values())
        assert ZoneInfo(state["zone"])


def test_no_invented_state_has_the_code_or_the_name_of_a_real_one() -> None:
    real = rows("states.csv")
    codes = {row[column] for row in real for column in ("iso2", "iso3")}
    names = {row[f"name_{language}"].casefold() for row in real for language in LANGUAGES}
    regions = {row["un_regional_group"] for row in real}

    for state in states():
        assert not {state["code"], state["alpha3"]} & codes
        assert not {name.casefold() for name in state["names"].values()} & names
        assert state["region"] in regions


def test_invented_states_differ_from_each_other_in_every_language() -> None:
    for language in LANGUAGES:
        names = [state["names"][language].casefold() for state in states()]

        assert len(set(names)) == len(names), language


def test_what_an_invented_state_is_party_to_is_an_instrument_on_a_day() -> None:
    instruments = {row["instrument"] for row in rows("parties.csv")}

    for state in states():
        for party in state["parties"]:
            assert party["instrument"] in instruments
            assert date.fromisoformat(party["deposited"])
        assert state["convention_as_extradition_basis"]["answer"] in ANSWERS


def test_at_least_three_states_have_separate_offices_for_three_functions() -> None:
    separate = []
    for state in INVENTED:
        extradition, assistance, transfer = (set(offices(state, f)) for f in (EXT, MLA, TSP))
        if extradition and assistance and transfer:
            shared = extradition & assistance | extradition & transfer | assistance & transfer
            separate += [] if shared else [state]

    assert separate == ["QP", "QQ", "QS", "QV", "QY"]


@pytest.mark.parametrize("function", [MLA, EXT])
def test_estoria_has_two_offices_for_one_function_by_stage(function: str) -> None:
    found = offices("QR", function)

    stages = {
        designation["scope"]["stage"]
        for key in found
        for designation in in_force(authorities()[key])
        if designation["function"] == function
    }
    assert len(found) == len(stages) == 2
    assert None not in stages


def test_where_several_offices_share_a_function_scope_tells_them_apart() -> None:
    for state in INVENTED:
        for function in (MLA, EXT, TSP, SEA):
            scopes = [
                tuple(designation["scope"].values())
                for key in offices(state, function)
                for designation in in_force(authorities()[key])
                if designation["function"] == function
            ]

            assert len(set(scopes)) == len(scopes), (state, function)


def test_some_territories_have_an_authority_of_their_own() -> None:
    states_with_territory = {
        authority["state"]
        for authority in authorities().values()
        if authority["territory"] and any(d["scope"]["territory"] for d in in_force(authority))
    }

    assert {"QN", "QP", "QZ"} <= states_with_territory


def test_several_states_have_nobody_for_transfer_but_somebody_for_assistance() -> None:
    without = {s for s in INVENTED if offices(s, MLA) and not offices(s, TSP)}

    assert without == {"QN", "QU", "QW", "QX"}


def test_one_state_has_not_even_notified_an_authority_for_assistance() -> None:
    assert [s for s in INVENTED if not offices(s, MLA)] == ["QO"]


def test_an_ended_designation_has_a_successor_in_force() -> None:
    ended = [
        (authority, designation)
        for authority in authorities().values()
        for designation in authority["designations"]
        if designation["until"] is not None
    ]

    assert ended
    for authority, designation in ended:
        successors = offices(authority["state"], designation["function"])
        assert set(successors) - {authority["key"]}
        assert date.fromisoformat(designation["from"]) < date.fromisoformat(designation["until"])


def test_requests_at_sea_can_be_sent_to_several_states() -> None:
    assert [s for s in INVENTED if offices(s, SEA)] == ["QM", "QS", "QW", "QX", "QZ"]
