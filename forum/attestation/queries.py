"""Who answers which question: for many in SQL, for one as the rules have it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload
from sqlalchemy.sql.elements import ColumnElement

from forum.attestation.models import Attestation
from forum.attestation.schedule import Stage, overdue_before
from forum.core import clock
from forum.core.db import db
from forum.core.errors import NotFound
from forum.directory.models import Authority, Representation
from forum.directory.moderators import able
from forum.directory.queries import answered_for_by, is_in_force
from forum.members.models import Member, MemberStatus
from forum.policy import Actor, Permission, Role, Subject, allows, allows_at_all

#: Somebody who answers, the authority of theirs, as they stand beside the question.
_Answering = aliased(Representation, name="answering")
_Home = aliased(Authority, name="home")


def is_open(on: date) -> ColumnElement[bool]:
    """Of attestations joined with representation and member: those that wait for an answer."""
    return (
        Attestation.answered_at.is_(None)
        & is_in_force(Representation, on)
        & (Member.status != MemberStatus.CLOSED)
    )


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Of open attestations: those that came to a limit."""
    return Attestation.asked_at <= overdue_before(now, Stage.READ_ONLY)


def has_nobody_at_a_desk(now: datetime) -> ColumnElement[bool]:
    """Of representations joined with their authority: nobody but the Secretariat can answer. The
    State named the member itself, or there is no head and no focal point who can act but the member."""
    answering = (
        select(_Answering.id)
        .where(
            is_in_force(_Answering, now.date()),
            _Answering.member_id != Representation.member_id,
            _Answering.member_id.in_(able(now)),
        )
        .correlate(Representation, Authority)
    )
    # Two questions, since one with "or" would look at everybody for each.
    has_head = exists(
        answering.where(
            _Answering.role == Role.HEAD, _Answering.authority_id == Representation.authority_id
        )
    )
    has_focal_point = exists(
        answering.join(_Home, _Home.id == _Answering.authority_id).where(
            _Answering.role == Role.FOCAL_POINT, _Home.state_code == Authority.state_code
        )
    )
    return or_(Representation.role == Role.FOCAL_POINT, ~or_(has_head, has_focal_point))


def falls_to_secretariat(now: datetime) -> ColumnElement[bool]:
    """Of open attestations with representation and authority: those the Secretariat may answer."""
    return has_nobody_at_a_desk(now) | is_overdue(now)


def is_asked(actor: Actor) -> ColumnElement[bool]:
    """Of representations joined with their authority: those that `actor` answers for at a desk, as
    the rule `member:attest` has it."""
    return (
        answered_for_by(actor)
        & (Representation.member_id != actor.id)
        & Representation.role.not_in((Role.FOCAL_POINT, Role.MODERATOR))
    )


def subject_of(asked: Attestation, *, falls_to_secretariat: bool = False) -> Subject:
    """What is asked, as the rules see it: of nobody about themselves, nor twice of the same."""
    held = asked.representation
    barred = {held.member_id} | ({asked.first_by_id} if asked.first_by_id else set())
    return Subject(
        authority_id=held.authority_id,
        state=held.authority.state_code,
        barred=frozenset(barred),
        is_named=held.role is Role.FOCAL_POINT,
        falls_to_secretariat=falls_to_secretariat,
    )


@dataclass(frozen=True)
class Asked:
    """What is asked, and whether the Secretariat may answer it."""

    attestation: Attestation
    falls_to_secretariat: bool


def asked_with(attestation_id: int) -> Asked | None:
    """The question of that number that is asked of a representation, as it is now."""
    found = db.session.execute(
        select(Attestation, falls_to_secretariat(clock.now()))
        .join(Attestation.representation)
        .join(Representation.authority)
        .where(Attestation.id == attestation_id)
        .options(
            contains_eager(Attestation.representation).joinedload(Representation.member),
            contains_eager(Attestation.representation)
            .contains_eager(Representation.authority)
            .joinedload(Authority.state),
            joinedload(Attestation.answered_by),
            joinedload(Attestation.first_by),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    return None if found is None else Asked(found[0], bool(found[1]))


def asked_at_the_desk(actor: Actor, attestation_id: int) -> Attestation:
    """A question that `actor` answers, or might have answered before somebody else did. Raises
    NotFound."""
    found = asked_with(attestation_id)
    if found is not None:
        subject = subject_of(found.attestation)
        if allows(actor, Permission.MEMBER_ATTEST, subject):
            return found.attestation
    raise NotFound(f"attestation {attestation_id}")


def asked_of_secretariat(actor: Actor, attestation_id: int) -> Asked:
    """A question about a member, for moderators to look at. Raises NotFound."""
    found = asked_with(attestation_id)
    if found is None or not allows(actor, Permission.ATTESTATION_READ):
        raise NotFound(f"attestation {attestation_id}")
    if found.attestation.representation.role is Role.MODERATOR:
        raise NotFound(f"attestation {attestation_id} of a member")
    return found


def secretariat_may_answer(actor: Actor, asked: Asked) -> bool:
    """Whether `actor` may answer a question about a member in place of those at the desks."""
    subject = subject_of(asked.attestation, falls_to_secretariat=asked.falls_to_secretariat)
    is_open = asked.attestation.answered_at is None
    return is_open and allows(actor, Permission.MEMBER_CONFIRM, subject)


def asked_of_moderators(actor: Actor, attestation_id: int) -> Attestation:
    """A question about a moderator, for the others. Raises NotFound."""
    found = asked_with(attestation_id)
    if found is None or not allows(actor, Permission.ATTESTATION_READ):
        raise NotFound(f"attestation {attestation_id}")
    if found.attestation.representation.role is not Role.MODERATOR:
        raise NotFound(f"attestation {attestation_id} of a moderator")
    return found.attestation


def asked_count(actor: Actor) -> int:
    """Of how many members `actor` is asked at the desk."""
    if not allows_at_all(actor, Permission.MEMBER_ATTEST) or actor.is_read_only:
        return 0
    return db.session.scalar(_counted().where(is_open(clock.now().date()), is_asked(actor))) or 0


def secretariat_count(actor: Actor) -> int:
    """How many questions only `actor` and other moderators can answer: of members who have nobody
    else, and of moderators whom `actor` did not confirm yet."""
    if not allows(actor, Permission.ATTESTATION_READ) or actor.is_read_only:
        return 0
    now = clock.now()
    is_moderator = Representation.role == Role.MODERATOR
    of_moderators = (
        is_moderator
        & (Representation.member_id != actor.id)
        & Attestation.first_by_id.is_distinct_from(actor.id)
    )
    of_members = ~is_moderator & has_nobody_at_a_desk(now) & (Representation.member_id != actor.id)
    found = _counted().where(is_open(now.date()), or_(of_moderators, of_members))
    return db.session.scalar(found) or 0


def _counted() -> Select[int]:
    return (
        select(func.count(Attestation.id))
        .join(Attestation.representation)
        .join(Representation.member)
        .join(Representation.authority)
    )
