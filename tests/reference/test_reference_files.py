"""States, instruments, parties and boards, as they come with the project."""

from collections import Counter
from datetime import date
from zoneinfo import available_timezones

from tests.reference.demo_files import EXT, LANGUAGES, MLA, SEA, TSP, rows


def test_every_state_has_a_name_in_each_of_six_languages() -> None:
    found = rows("states.csv")

    assert len(found) == 198
    assert Counter(row["un_status"] for row in found)["member"] == 193
    assert [
        (row["iso2"], code)
        for row in found
        for code in LANGUAGES
        if not row[f"name_{code}"].strip()
    ] == []


def test_no_two_states_share_a_code() -> None:
    for column in ("iso2", "iso3"):
        codes = Counter(row[column] for row in rows("states.csv"))

        assert [code for code, times in codes.items() if times > 1] == []


def test_the_time_zones_of_states_exist() -> None:
    named = {z for row in rows("states.csv") for z in (row["tz_main"], *row["tz_all"].split(";"))}

    assert named - {""} - available_timezones() == set()


def test_four_functions_are_those_of_decision_3_2() -> None:
    asked = {r["function_code"] for r in rows("instruments.csv") if r["in_decision_3_2"] == "yes"}

    assert asked == {MLA, EXT, TSP, SEA}


def test_no_function_is_listed_twice() -> None:
    codes = [row["function_code"] for row in rows("instruments.csv")]

    assert len(codes) == len(set(codes)) > 4


def test_every_party_is_a_state_and_has_signed_or_deposited() -> None:
    known = {row["iso2"] for row in rows("states.csv")}

    for row in rows("parties.csv"):
        assert row["iso2"] in known, row
        moments = [row[c] for c in ("signed", "deposited") if row[c]]
        assert moments, row
        for moment in (*moments, row["as_of"]):
            date.fromisoformat(moment)


def test_no_state_is_a_party_to_one_instrument_twice() -> None:
    pairs = Counter((row["iso2"], row["instrument"]) for row in rows("parties.csv"))

    assert [pair for pair, times in pairs.items() if times > 1] == []


def test_boards_have_one_address_and_a_known_subject_and_mark() -> None:
    boards = rows("boards.csv")
    functions = {row["function_code"] for row in rows("instruments.csv")}

    assert len({board["slug"] for board in boards}) == len(boards) == 13
    assert {board["subject"] for board in boards} <= functions | {"all"}
    assert {board["default_tlp"] for board in boards} <= {"GREEN", "AMBER", "AMBER+STRICT"}
