"""Who may do what, as a table: actor, permission, subject, answer. No database."""

from dataclasses import replace
from datetime import date

import pytest

from forum.core.errors import Forbidden, ReadingOnly
from forum.policy import (
    ANONYMOUS,
    NETWORK,
    RULES,
    WRITES,
    Actor,
    Permission,
    Restriction,
    Role,
    Standing,
    Subject,
    allows,
    allows_at_all,
    member_key,
    readable_by,
    require,
    state_key,
)


def an_actor(number: int, state: str | None, role: Role = Role.OFFICER) -> Actor:
    standing = Standing(
        authority_id=number,
        authority="Office",
        state=state,
        alpha3=None,
        state_name=None,
        role=role,
        since=date(2024, 1, 1),
        functions=frozenset({"UNTOC-18-MLA"}) if state else frozenset(),
    )
    return Actor(id=number, name=f"Person {number}", standings=(standing,))


ASKER = an_actor(1, "QM")
ADDRESSED = an_actor(2, "QN")
THIRD = an_actor(3, "QP")
FOCAL = an_actor(4, "QP", Role.FOCAL_POINT)
HEAD = an_actor(5, "QP", Role.HEAD)
MODERATOR = an_actor(6, None, Role.MODERATOR)
OTHER_MODERATOR = an_actor(7, None, Role.MODERATOR)
FORMER = Actor(id=8, name="Person 8")

TO_ALL = Subject(
    readers=frozenset({NETWORK}), is_question=True, author_id=ASKER.id, asker_id=ASKER.id
)
BETWEEN_TWO = Subject(
    readers=frozenset({state_key("QM"), state_key("QN")}),
    is_question=True,
    author_id=ASKER.id,
    asker_id=ASKER.id,
)
ANSWER = Subject(
    readers=BETWEEN_TWO.readers, is_question=True, author_id=ADDRESSED.id, asker_id=ASKER.id
)


def but(subject: Subject, **changes: object) -> Subject:
    return Subject(**{**subject.__dict__, **changes})  # type: ignore[arg-type]


TABLE = [
    (Permission.ACCOUNT_USE, Subject(), {ASKER, ADDRESSED, THIRD, FOCAL, HEAD, MODERATOR}),
    (Permission.BOARD_READ, Subject(), {ASKER, ADDRESSED, THIRD, FOCAL, HEAD, MODERATOR}),
    (Permission.MEMBER_READ, Subject(), {ASKER, ADDRESSED, THIRD, FOCAL, HEAD, MODERATOR}),
    (Permission.THREAD_READ, TO_ALL, {ASKER, ADDRESSED, THIRD, FOCAL, HEAD, MODERATOR}),
    (Permission.THREAD_READ, BETWEEN_TWO, {ASKER, ADDRESSED}),
    (Permission.POST_READ, BETWEEN_TWO, {ASKER, ADDRESSED}),
    (Permission.THREAD_REPLY, BETWEEN_TWO, {ASKER, ADDRESSED}),
    (Permission.THREAD_REPLY, but(BETWEEN_TWO, is_open=False), set()),
    (Permission.THREAD_SEE, BETWEEN_TWO, {ASKER, ADDRESSED}),
    (Permission.THREAD_READ, Subject(readers=frozenset({member_key(3)})), {THIRD}),
    (Permission.THREAD_READ, Subject(), set()),
    (Permission.THREAD_OPEN, Subject(), {ASKER, ADDRESSED, THIRD, FOCAL, HEAD, MODERATOR}),
    (Permission.THREAD_OPEN, Subject(is_for_notices=True), {FOCAL, MODERATOR}),
    (Permission.ANSWER_ACCEPT, ANSWER, {ASKER}),
    (Permission.ANSWER_ACCEPT, but(ANSWER, is_opening=True), set()),
    (Permission.ANSWER_ACCEPT, but(ANSWER, is_withdrawn=True), set()),
    (Permission.ANSWER_ACCEPT, but(ANSWER, is_question=False), set()),
    (Permission.POST_CHANGE, ANSWER, {ADDRESSED}),
    (Permission.POST_CHANGE, but(ANSWER, is_withdrawn=True), set()),
    (Permission.POST_CHANGE, but(ANSWER, is_open=False), set()),
    (Permission.POST_WITHDRAW, ANSWER, {ADDRESSED}),
    (Permission.POST_WITHDRAW, but(ANSWER, is_open=False), {ADDRESSED}),
    (Permission.POST_WITHDRAW, but(ANSWER, is_withdrawn=True), set()),
    (Permission.POST_WITHDRAW, but(ANSWER, readers=frozenset({state_key("QM")})), set()),
    (Permission.ENTRY_READ, Subject(is_public=True), "all"),
    (Permission.ENTRY_READ, Subject(), {ASKER, ADDRESSED, THIRD, FOCAL, HEAD, MODERATOR}),
    (Permission.DESK_READ, Subject(), set()),
    (Permission.DESK_READ, Subject(authority_id=5, state="QP"), {HEAD, FOCAL}),
    (Permission.DESK_READ, Subject(authority_id=9, state="QP"), {FOCAL}),
    (Permission.DESK_READ, Subject(authority_id=2, state="QN"), set()),
    (Permission.MEMBER_OBJECT, Subject(authority_id=5, state="QP"), {HEAD, FOCAL}),
    (Permission.RECOVERY_SEE, Subject(authority_id=3, state="QP"), {THIRD, FOCAL}),
    (Permission.RECOVERY_SEE, Subject(authority_id=3, state="QP", barred=frozenset({3})), {FOCAL}),
    (Permission.RECOVERY_SEE, Subject(authority_id=9, state="QN"), set()),
    (Permission.RECOVERY_SEE, Subject(authority_id=9, state="QP"), {FOCAL}),
    (
        Permission.RECOVERY_SEE,
        Subject(authority_id=9, state="QP", has_no_colleague=True),
        {FOCAL, HEAD},
    ),
    (Permission.RECOVERY_CONFIRM, Subject(authority_id=5, state="QP"), {FOCAL, HEAD}),
    (Permission.RECOVERY_CONFIRM, Subject(authority_id=2, state="QN"), {ADDRESSED}),
    (Permission.RECOVERY_STOP, Subject(authority_id=5, state="QP"), {FOCAL, HEAD}),
    (Permission.RECOVERY_READ, Subject(), {MODERATOR, OTHER_MODERATOR}),
    (Permission.RECOVERY_DECIDE, Subject(), {MODERATOR, OTHER_MODERATOR}),
    (Permission.RECOVERY_DECIDE, Subject(barred=frozenset({6})), {OTHER_MODERATOR}),
    (Permission.REPRESENTATION_END, Subject(authority_id=5, state="QP"), {HEAD, FOCAL}),
    (Permission.REPRESENTATION_END, Subject(state="QP", barred=frozenset({5})), {FOCAL}),
    (
        Permission.SPEAKER_NAME,
        Subject(authority_id=5, state="QP", role=Role.OFFICER),
        {HEAD, FOCAL},
    ),
    (Permission.SPEAKER_NAME, Subject(authority_id=5, state="QP", role=Role.HEAD), {FOCAL}),
    (Permission.SPEAKER_NAME, Subject(authority_id=5, state="QP", role=Role.FOCAL_POINT), set()),
    (
        Permission.SPEAKER_NAME,
        Subject(authority_id=5, role=Role.OFFICER, barred=frozenset({5})),
        set(),
    ),
    (Permission.SPEAKER_NAME_FOCAL_POINT, Subject(role=Role.HEAD), set()),
    (
        Permission.SPEAKER_NAME_FOCAL_POINT,
        Subject(role=Role.FOCAL_POINT, barred=frozenset({6})),
        {OTHER_MODERATOR},
    ),
    (Permission.LEAVING_ANNOUNCE, Subject(member_id=1), {ASKER}),
    (Permission.LEAVING_ANNOUNCE, Subject(member_id=8), set()),
    (Permission.LEAVING_ANNOUNCE, Subject(), set()),
    (Permission.REPRESENTATION_REVOKE, Subject(), {MODERATOR, OTHER_MODERATOR}),
    (Permission.REPRESENTATION_REVOKE, Subject(barred=frozenset({6})), {OTHER_MODERATOR}),
    (Permission.MEMBER_OBJECT, Subject(authority_id=5, state="QP", barred=frozenset({5})), {FOCAL}),
    (Permission.FOCAL_POINT_READ, Subject(), {MODERATOR, OTHER_MODERATOR}),
    (Permission.FOCAL_POINT_REGISTER, Subject(), {MODERATOR, OTHER_MODERATOR}),
    (Permission.FOCAL_POINT_CONFIRM, Subject(), {MODERATOR, OTHER_MODERATOR}),
    (Permission.FOCAL_POINT_CONFIRM, Subject(barred=frozenset({6})), {OTHER_MODERATOR}),
    (Permission.OBJECTION_READ, Subject(), {MODERATOR, OTHER_MODERATOR}),
    (Permission.OBJECTION_SETTLE, Subject(barred=frozenset({6})), {OTHER_MODERATOR}),
    (Permission.MEMBER_NOMINATE, Subject(authority_id=5, state="QP"), {HEAD, FOCAL}),
    (Permission.MEMBER_NOMINATE, Subject(authority_id=9, state="QP"), {FOCAL}),
    (Permission.MEMBER_NOMINATE, Subject(authority_id=2, state="QN"), set()),
    (Permission.LOG_READ, Subject(), {MODERATOR, OTHER_MODERATOR}),
    (Permission.MAILBOX_READ, Subject(), {MODERATOR, OTHER_MODERATOR}),
    (Permission.MAILBOX_DECIDE, Subject(barred=frozenset({6})), {OTHER_MODERATOR}),
    (Permission.MAILBOX_APPROVE, Subject(authority_id=5, state="QP"), {HEAD, FOCAL}),
    (
        Permission.MAILBOX_APPROVE,
        Subject(authority_id=5, state="QP", barred=frozenset({5})),
        {FOCAL},
    ),
    (Permission.MAILBOX_APPROVE, Subject(authority_id=2, state="QN"), set()),
    (Permission.MEMBER_LET_IN, Subject(authority_id=5, state="QP"), {HEAD, FOCAL}),
    (
        Permission.MEMBER_LET_IN,
        Subject(authority_id=5, state="QP", barred=frozenset({4})),
        {HEAD},
    ),
    (Permission.MEMBER_VOUCH, Subject(authority_id=5, state="QP"), {HEAD, FOCAL}),
    (Permission.MEMBER_VOUCH, Subject(authority_id=5, state="QP", barred=frozenset({5})), {FOCAL}),
    (Permission.MEMBER_VOUCH, Subject(authority_id=2, state="QN"), set()),
    (Permission.APPLICATION_READ, Subject(), {MODERATOR, OTHER_MODERATOR}),
    (Permission.APPLICATION_DECIDE, Subject(), {MODERATOR, OTHER_MODERATOR}),
    (Permission.MEMBER_REVIEW, Subject(), {MODERATOR, OTHER_MODERATOR}),
    (Permission.ERASURE_READ, Subject(), {MODERATOR, OTHER_MODERATOR}),
    (Permission.ERASURE_DECIDE, Subject(barred=frozenset({6})), {OTHER_MODERATOR}),
    (Permission.MEMBER_LIMIT, Subject(), {MODERATOR, OTHER_MODERATOR}),
    (Permission.MEMBER_LIMIT, Subject(barred=frozenset({6})), {OTHER_MODERATOR}),
    (Permission.APPLICATION_DECIDE, Subject(barred=frozenset({6})), {OTHER_MODERATOR}),
    (Permission.ATTESTATION_READ, Subject(), {MODERATOR, OTHER_MODERATOR}),
    (Permission.MEMBER_ATTEST, Subject(authority_id=5, state="QP"), {HEAD, FOCAL}),
    (Permission.MEMBER_ATTEST, Subject(authority_id=9, state="QP"), {FOCAL}),
    (Permission.MEMBER_ATTEST, Subject(authority_id=5, state="QP", barred=frozenset({5})), {FOCAL}),
    (Permission.MEMBER_ATTEST, Subject(authority_id=5, state="QP", is_named=True), set()),
    (Permission.MEMBER_ATTEST, Subject(authority_id=2, state="QN"), set()),
    (Permission.MEMBER_CONFIRM, Subject(authority_id=5, state="QP"), set()),
    (Permission.MEMBER_CONFIRM, Subject(falls_to_secretariat=True), {MODERATOR, OTHER_MODERATOR}),
    (
        Permission.MEMBER_CONFIRM,
        Subject(falls_to_secretariat=True, barred=frozenset({6})),
        {OTHER_MODERATOR},
    ),
    (Permission.MODERATOR_CONFIRM, Subject(), {MODERATOR, OTHER_MODERATOR}),
    (Permission.MODERATOR_CONFIRM, Subject(barred=frozenset({6})), {OTHER_MODERATOR}),
]
PEOPLE = [ASKER, ADDRESSED, THIRD, FOCAL, HEAD, MODERATOR, FORMER, ANONYMOUS]


@pytest.mark.parametrize("actor", PEOPLE, ids=lambda actor: actor.name or "visitor")
@pytest.mark.parametrize(("permission", "subject", "allowed"), TABLE)
def test_the_rules_allow_exactly_these_people(
    actor: Actor, permission: Permission, subject: Subject, allowed: object
) -> None:
    expected = allowed == "all" or actor in allowed  # type: ignore[operator]

    assert allows(actor, permission, subject) is expected


def test_every_permission_has_a_rule_and_a_row_in_the_table() -> None:
    assert set(RULES) == set(Permission)
    assert {permission for permission, _, _ in TABLE} == set(Permission)


def test_a_permission_without_a_rule_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forum.policy.rules.RULES", {})

    assert not allows(MODERATOR, Permission.THREAD_READ, TO_ALL)


def test_whoever_represents_nobody_holds_no_reader_key() -> None:
    assert readable_by(FORMER) == frozenset()
    assert readable_by(ANONYMOUS) == frozenset()


def test_a_member_holds_the_keys_of_the_network_the_state_and_themselves() -> None:
    assert readable_by(ASKER) == {NETWORK, "state:QM", "member:1"}
    assert readable_by(MODERATOR) == {NETWORK, "member:6"}


def test_a_state_named_network_would_not_open_every_thread() -> None:
    assert state_key("network") != NETWORK


def test_requiring_what_is_not_allowed_names_the_permission() -> None:
    require(ASKER, Permission.THREAD_READ, TO_ALL)
    with pytest.raises(Forbidden, match="thread:read"):
        require(THIRD, Permission.THREAD_READ, BETWEEN_TWO)


def test_a_member_writes_under_the_standing_held_longest() -> None:
    early = an_actor(1, "QM").standings[0]
    late = Standing(2, "Other", "QN", None, None, Role.OFFICER, date(2025, 1, 1))

    assert Actor(id=1, standings=(late, early)).main == early
    assert FORMER.main is None


@pytest.mark.parametrize(("permission", "subject", "allowed"), TABLE)
def test_the_door_lets_in_whoever_may_do_it_to_anything(
    permission: Permission, subject: Subject, allowed: object
) -> None:
    for actor in PEOPLE:
        if actor.is_member and allows(actor, permission, subject):
            assert allows_at_all(actor, permission)
    assert not allows_at_all(ANONYMOUS, permission)
    assert not allows_at_all(FORMER, permission)


@pytest.mark.parametrize(("permission", "subject", "allowed"), TABLE)
def test_who_is_restricted_to_reading_may_do_all_that_writes_nothing_and_nothing_else(
    permission: Permission, subject: Subject, allowed: object
) -> None:
    for actor in PEOPLE:
        restricted = replace(actor, restriction=Restriction("sanction"))
        may = allows(actor, permission, subject) and permission not in WRITES
        assert allows(restricted, permission, subject) is may


def test_only_who_is_refused_for_nothing_else_is_told_of_the_restriction() -> None:
    asker, third = (replace(one, restriction=Restriction("sanction")) for one in (ASKER, THIRD))

    with pytest.raises(ReadingOnly):
        require(asker, Permission.THREAD_REPLY, BETWEEN_TWO)
    with pytest.raises(Forbidden) as refused:
        require(third, Permission.THREAD_REPLY, BETWEEN_TWO)
    assert not isinstance(refused.value, ReadingOnly)
