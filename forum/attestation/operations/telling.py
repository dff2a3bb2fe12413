"""Mail to those who answer: when a round begins, and reminders while questions are open.

It says that something waits, and neither of whom nor for which authority.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import aliased

from forum.attestation.models import Attestation, Notice, Round, RoundKind
from forum.attestation.queries import has_nobody_at_a_desk
from forum.attestation.schedule import days_left, step_of
from forum.audit.operations import record_system
from forum.core import clock
from forum.core.db import db, operation
from forum.core.mail import post_mail
from forum.directory.models import Authority, Representation
from forum.directory.moderators import able
from forum.directory.queries import is_in_force
from forum.members.models import Member, MemberStatus
from forum.policy import Role

_BATCH: Final = 100

_Teller = aliased(Representation, name="teller")
_Home = aliased(Authority, name="teller_home")


def tell_those_asked() -> int:
    """Mail to whoever is asked and was not told yet, or is to be reminded; gives how many mails.
    The worker calls it."""
    told = 0
    for number in _latest_rounds():
        while found := _tell_more(number):
            told += found
    return told


def _latest_rounds() -> list[int]:
    """Of each kind the last round, once everybody is asked."""
    found: dict[RoundKind, Round] = {}
    for one in db.session.scalars(select(Round).order_by(Round.begins_on)):
        found[one.kind] = one
    return [one.id for one in found.values() if one.filled_at is not None]


@operation
def _tell_more(round_id: int) -> int:
    at_hand = db.session.get_one(Round, round_id, with_for_update=True, populate_existing=True)
    step = step_of(at_hand.opened_at, clock.now())
    members = _to_tell(at_hand, step)
    left = days_left(at_hand.opened_at, clock.now())
    for member, is_at_desk in members:
        db.session.add(Notice(round_id=round_id, member_id=member.id, step=step, at=clock.now()))
        post_mail(
            "attestation/asked" if is_at_desk else "attestation/secretariat_asked",
            member.email,
            path="/desk/attest" if is_at_desk else "/moderation/attestation",
            is_reminder=step > 0,
            days=left,
        )
    if members:
        record_system("attestation:tell", f"round:{round_id}", step=step, mails=len(members))
    return len(members)


def _to_tell(at_hand: Round, step: int) -> Sequence[tuple[Member, bool]]:
    """The next of those who can answer something that is open, and had no mail of this step; and
    whether they answer at a desk."""
    told = select(Notice.member_id).where(Notice.round_id == at_hand.id, Notice.step == step)
    found: list[tuple[Member, bool]] = []
    for condition, is_at_desk in _those_asked(at_hand.kind):
        rows = db.session.scalars(
            select(Member)
            .where(condition, Member.id.in_(able(clock.now())), Member.id.not_in(told))
            .order_by(Member.id)
            .limit(_BATCH)
        )
        known = {member.id for member, _ in found}
        found += [(member, is_at_desk) for member in rows if member.id not in known]
    return found


def _those_asked(kind: RoundKind) -> list[tuple[ColumnElement[bool], bool]]:
    """Of members: who can answer at a desk, and as moderators."""
    if kind is RoundKind.MODERATORS:
        return [(_answers_as_moderator(_is_unconfirmed_by_them()), False)]
    nobody = has_nobody_at_a_desk(clock.now()) & (Representation.role != Role.MODERATOR)
    return [(_answers_at_a_desk(), True), (_answers_as_moderator(nobody), False)]


def _answers_at_a_desk() -> ColumnElement[bool]:
    today = clock.now().date()
    waiting = _waiting().where(
        Representation.member_id != _Teller.member_id,
        Representation.role.not_in((Role.FOCAL_POINT, Role.MODERATOR)),
        or_(
            (_Teller.role == Role.HEAD) & (Representation.authority_id == _Teller.authority_id),
            (_Teller.role == Role.FOCAL_POINT) & (Authority.state_code == _Home.state_code),
        ),
    )
    return Member.id.in_(
        select(_Teller.member_id)
        .join(_Home, _Home.id == _Teller.authority_id)
        .where(
            is_in_force(_Teller, today),
            _Teller.role.in_((Role.HEAD, Role.FOCAL_POINT)),
            exists(waiting.correlate(_Teller, _Home)),
        )
    )


def _answers_as_moderator(what: ColumnElement[bool]) -> ColumnElement[bool]:
    waiting = _waiting().where(what, Representation.member_id != _Teller.member_id)
    return Member.id.in_(
        select(_Teller.member_id).where(
            is_in_force(_Teller, clock.now().date()),
            _Teller.role == Role.MODERATOR,
            exists(waiting.correlate(_Teller)),
        )
    )


def _is_unconfirmed_by_them() -> ColumnElement[bool]:
    return (Representation.role == Role.MODERATOR) & Attestation.first_by_id.is_distinct_from(
        _Teller.member_id
    )


def _waiting() -> Select[int]:
    """Questions that are open."""
    asked = aliased(Member, name="asked")
    return (
        select(Attestation.id)
        .join(Attestation.representation)
        .join(Representation.authority)
        .join(asked, asked.id == Representation.member_id)
        .where(
            Attestation.answered_at.is_(None),
            is_in_force(Representation, clock.now().date()),
            asked.status != MemberStatus.CLOSED,
        )
    )
