"""The invented members and applicants, and whether they fit the entries and the threads."""

import re
from datetime import timedelta
from typing import Final

from tests.reference.demo_files import (
    EXT,
    INVENTED,
    MLA,
    SEA,
    TSP,
    authorities,
    in_force,
    members,
    network,
    offices,
    rows,
    states,
    threads,
)

STATUSES: Final = {
    *("submitted", "mailbox_proved", "asked", "proposed"),
    *("approved", "declined", "withdrawn"),
}
MAILBOX: Final = re.compile(r"[a-z0-9.-]+@([a-z0-9-]+\.)+example")


def test_everyone_who_writes_is_a_member_of_the_authority_named_there() -> None:
    for writer in threads()["cast"]:
        member = members()[writer["id"]]
        authority = authorities()[member["authority"]]

        assert authority["name"] == writer["authority"]
        assert authority["state"] == writer["state_code"]
        assert set(writer["functions"]) <= {d["function"] for d in in_force(authority)}
        assert (member["name"], member["post"]) == (writer["display_name"], writer["post"])
        assert member["languages"] == writer["languages"]
        assert member["zone"] == writer["tz"]
        assert member["ended_days_ago"] is None


def test_the_cast_calls_its_states_by_the_names_they_have_here() -> None:
    names = {state["code"]: state["names"]["en"] for state in states()}

    for writer in threads()["cast"]:
        assert names.get(writer["state_code"]) == writer["state"]


def test_whoever_writes_was_a_member_before_writing() -> None:
    for thread in threads()["threads"]:
        for author, ago in (
            (thread["author"], thread["days_ago"]),
            *((r["author"], thread["days_ago"] - r["days_after"]) for r in thread["replies"]),
        ):
            assert members()[author]["since_days_ago"] > ago >= 0


def test_threads_name_known_boards_functions_and_states() -> None:
    boards = {board["slug"] for board in rows("boards.csv")}

    for thread in threads()["threads"]:
        assert thread["board"] in boards
        assert thread.get("function") in {MLA, EXT, TSP, SEA, None}
        assert set(thread.get("addressed", [])) <= set(INVENTED)


def test_every_member_uses_the_mailbox_of_his_or_her_authority() -> None:
    assert len(members()) == len(network()["members"])
    assert len({m["email"] for m in members().values()}) == len(members())

    for member in members().values():
        authority = authorities()[member["authority"]]
        domains = {mailbox["address"].partition("@")[2] for mailbox in authority["emails"]}
        assert MAILBOX.fullmatch(member["email"])
        assert member["email"].partition("@")[2] in domains
        assert set(member["functions"]) <= {d["function"] for d in in_force(authority)}


def test_heads_and_focal_points_stand_in_at_least_three_states() -> None:
    found: dict[str, set[str]] = {}
    for member in members().values():
        state = authorities()[member["authority"]]["state"]
        if state is not None and member["ended_days_ago"] is None:
            found.setdefault(member["role"], set()).add(state)

    assert set(found) == {"officer", "head", "focal_point"}
    assert len(found["head"]) == len(found["focal_point"]) == 5
    assert set(INVENTED) - found["officer"] == {"QU"}


def test_three_moderators_represent_the_secretariat() -> None:
    found = [key for key, member in members().items() if member["authority"] == "secretariat"]

    assert found == ["sec-1", "sec-2", "sec-3"]


def test_each_separate_office_has_an_officer_who_can_answer() -> None:
    staffed = {
        m["authority"]
        for m in members().values()
        if m["role"] == "officer" and m["ended_days_ago"] is None
    }

    for state in ("QP", "QQ", "QS", "QV"):
        for function in (EXT, MLA, TSP):
            assert set(offices(state, function)) & staffed, (state, function)


def test_one_representation_has_ended() -> None:
    ended = [m for m in members().values() if m["ended_days_ago"] is not None]

    assert [member["key"] for member in ended] == ["qn-5"]
    assert ended[0]["since_days_ago"] > ended[0]["ended_days_ago"]


def test_applications_are_there_in_every_state_and_one_is_for_an_unlisted_office() -> None:
    found = network()["applications"]

    assert {application["status"] for application in found} == STATUSES
    assert len({application["email"] for application in found}) == len(found)
    assert not {a["email"] for a in found} & {m["email"] for m in members().values()}
    for application in found:
        assert (application["authority"] is None) == bool(application["authority_named"])
        assert application["authority"] in {*authorities(), None}
        if application["authority"]:
            assert authorities()[application["authority"]]["state"] == application["state"]
    assert [a for a in found if a["authority"] is None and a["status"] == "mailbox_proved"]


def test_each_application_has_the_evidence_its_state_asks_for() -> None:
    for application in network()["applications"]:
        status, decision = application["status"], application["decision"]

        assert (application["mailbox_proved_days_ago"] is None) == (status == "submitted")
        assert (decision is not None) == (status in {"approved", "declined"})
        assert ("question" in application) == (status == "asked")
        if status in {"proposed", "approved"}:
            assert application["call_back"]["words_match"]
            assert application["proposal"]["outcome"] == "approve"
        if status == "approved":
            assert decision["by"] != application["proposal"]["by"]
        if status == "declined":
            assert decision["reason"]


def test_a_nomination_was_made_by_somebody_who_answers_for_the_authority() -> None:
    (nominated,) = [a for a in network()["applications"] if "nominated_by" in a]

    nominator = members()[nominated["nominated_by"]]

    assert nominator["role"] == "focal_point"
    assert authorities()[nominator["authority"]]["state"] == nominated["state"]


def test_each_focal_point_was_named_by_a_note_that_two_moderators_saw() -> None:
    notes = {note["email"]: note for note in network()["focal_points"]}
    focal_points = {m["email"] for m in members().values() if m["role"] == "focal_point"}

    assert focal_points == {email for email, note in notes.items() if note["confirmed"]}
    assert len(notes) == len(focal_points) + 1  # one waits
    for note in notes.values():
        assert authorities()[note["authority"]]["state"] == note["state"]
        seen = [note["registered"], *([note["confirmed"]] if note["confirmed"] else [])]
        assert len({one["by"] for one in seen}) == len(seen)
        for one in seen:
            assert members()[one["by"]]["since_days_ago"] > one["days_ago"]


def test_a_call_back_used_the_number_in_the_directory() -> None:
    called = [a for a in network()["applications"] if a["call_back"]]

    assert called
    for application in called:
        listed = {p["number"] for p in authorities()[application["authority"]]["phones"]}
        assert application["call_back"]["number"] in listed


def test_steps_of_an_application_follow_each_other() -> None:
    moderators = {"sec-1", "sec-2", "sec-3"}

    for application in network()["applications"]:
        steps = [application[step] for step in ("call_back", "proposal", "decision")]
        taken = [step for step in steps if step]
        ago = [application["days_ago"], application["mailbox_proved_days_ago"] or 0]
        ago = [*ago[: 2 if application["status"] != "submitted" else 1]]
        ago += [step["days_ago"] for step in taken]

        assert ago == sorted(ago, reverse=True)
        assert {step["by"] for step in taken} <= moderators


def test_an_approved_application_can_still_be_activated() -> None:
    (approved,) = [a for a in network()["applications"] if a["status"] == "approved"]

    assert timedelta(days=approved["decision"]["days_ago"]) < timedelta(days=7)
