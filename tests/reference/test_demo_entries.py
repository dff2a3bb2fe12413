"""The invented entries of the directory: complete, well formed, and nowhere real."""

import re
from collections import Counter
from itertools import pairwise
from typing import Final
from zoneinfo import available_timezones

from tests.reference.demo_files import (
    INVENTED,
    authorities,
    members,
    network,
    rows,
    texts,
    threads,
)

ANSWERS: Final = {"yes", "no", "conditions", "no_treaty_needed"}
HOSTS: Final = {
    *("justice", "prosecution", "foreign_affairs", "interior"),
    *("coast_guard", "prisons", "police", "court", "other"),
}
CHANNELS: Final = {"email", "interpol", "diplomatic", "courier", "post", "direct_portal"}
INTERPOL: Final = {"no", "yes", "urgent_only", "provisional_arrest_only"}


#: Country code 000 is assigned to nobody, so that no form of the number can be dialled.
NUMBER: Final = re.compile(
    r"\(?\+000\)?[ .-](\(0\) )?555[ .-]01 ?[0-9]{2}( / 01[0-9]{2})*( ext\. [0-9]+)?"
)
MAILBOX: Final = re.compile(r"[a-z0-9.-]+@([a-z0-9-]+\.)+example")


def test_every_entry_stands_for_a_known_state_and_known_functions() -> None:
    functions = {row["function_code"] for row in rows("instruments.csv")}
    known = {*INVENTED, None}

    assert len(authorities()) == len(network()["authorities"])
    for authority in authorities().values():
        own = {designation["function"] for designation in authority["designations"]}
        assert authority["state"] in known
        assert own <= functions
        assert set(authority["requirements"]) | set(authority["legal_basis"]) <= own
        assert {line["function"] for line in authority["languages"]} - {None} <= own


def test_only_the_secretariat_has_no_state_and_no_function() -> None:
    stateless = [a["key"] for a in authorities().values() if a["state"] is None]
    without = [a["key"] for a in authorities().values() if not a["designations"]]

    assert stateless == without == ["secretariat"]


def test_entries_use_the_closed_lists() -> None:
    for authority in authorities().values():
        assert authority["host_kind"] in HOSTS
        assert authority["interpol"] in INTERPOL
        assert set(authority["legal_basis"].values()) <= ANSWERS
        assert {c["kind"] for c in authority["channels"]} <= CHANNELS
        assert {c["use"] for c in authority["channels"]} <= {"routine", "urgent", "advance_copy"}
        assert {p["purpose"] for p in authority["phones"]} <= {"main", "urgent", "fax"}
        lines = [authority, *authority["phones"], *authority["emails"]]
        assert {line["visibility"] for line in lines} <= {"public", "members"}


def test_an_entry_that_says_interpol_is_not_used_ranks_no_such_channel() -> None:
    for authority in authorities().values():
        ranked = [c for c in authority["channels"] if c["kind"] == "interpol"]

        assert not (ranked and authority["interpol"] == "no"), authority["key"]


def test_every_authority_can_be_reached() -> None:
    for authority in authorities().values():
        assert authority["post"]
        assert authority["postal_address"]["lines"]
        assert [p for p in authority["phones"] if p["purpose"] == "main"]
        assert [e for e in authority["emails"] if e["purpose"] == "main"]
        assert authority["languages"]
        assert authority["channels"]


def test_office_hours_are_intervals_that_do_not_overlap() -> None:
    moment = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")

    for authority in authorities().values():
        assert authority["hours"], authority["key"]
        for interval in authority["hours"]:
            assert interval["day"] in range(7)
            assert moment.fullmatch(interval["from"])
            assert moment.fullmatch(interval["to"])
            assert interval["from"] < interval["to"]
        for first, second in pairwise(authority["hours"]):
            assert (first["day"], first["to"]) < (second["day"], second["from"])


def test_one_desk_is_open_day_and_night_and_many_close_for_lunch() -> None:
    always = [
        authority["key"]
        for authority in authorities().values()
        if authority["hours"] == [{"day": d, "from": "00:00", "to": "24:00"} for d in range(7)]
    ]
    with_lunch = [
        authority["key"]
        for authority in authorities().values()
        if max(Counter(i["day"] for i in authority["hours"]).values()) == 2
    ]

    assert always == ["qs-maritime"]
    assert len(with_lunch) > len(authorities()) / 2


def test_zones_exist_and_change_their_clocks_in_both_halves_of_the_year() -> None:
    zones = {a["zone"] for a in authorities().values()} | {m["zone"] for m in members().values()}

    assert zones <= available_timezones()
    assert {"Europe/Berlin", "Australia/Sydney", "Asia/Kathmandu"} <= zones


def test_names_are_kept_in_several_scripts_with_their_english() -> None:
    languages = {authority["name_lang"] for authority in authorities().values()}

    assert {"ar", "ru", "zh", "es", "fr", "en"} <= languages
    for authority in authorities().values():
        assert authority["name_en"].replace("’", "'").isascii()
        assert (authority["name_lang"] == "en") == (authority["name"] == authority["name_en"])


def test_states_decide_differently_on_what_visitors_see() -> None:
    entries = Counter(authority["visibility"] for authority in authorities().values())
    hidden_lines = [
        authority["key"]
        for authority in authorities().values()
        if authority["visibility"] == "public"
        and any(p["visibility"] == "members" for p in authority["phones"])
    ]

    assert entries["public"] > entries["members"] >= 3
    assert len(hidden_lines) >= 3


def test_confirmations_are_of_every_age() -> None:
    assert {a["confirmed_days_ago"] for a in authorities().values()} == {20, 150, 250, 400, None}


def test_no_telephone_number_can_be_dialled_and_none_is_used_twice() -> None:
    numbers = [p["number"] for a in authorities().values() for p in a["phones"]]

    assert [number for number in numbers if not NUMBER.fullmatch(number)] == []
    last_digits = [re.sub(r"\D", "", n.split(" ext")[0])[-4:] for n in numbers]
    assert len(set(last_digits)) == len(numbers)


def test_no_text_holds_an_address_outside_example() -> None:
    for text in (*texts(network()), *texts(threads())):
        for found in re.findall(r"\S+@\S+", text):
            assert MAILBOX.fullmatch(found), found
        for host in re.findall(r"(?:https?://|www\.)([^/\s]+)", text):
            assert host.endswith(".example"), host


def test_no_two_authorities_share_a_mail_domain() -> None:
    owners: dict[str, set[str]] = {}
    for authority in authorities().values():
        for mailbox in authority["emails"]:
            owners.setdefault(mailbox["address"].partition("@")[2], set()).add(authority["key"])

    assert [domain for domain, keys in owners.items() if len(keys) > 1] == []
