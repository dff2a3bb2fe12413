"""What those who answer look at: the desk's list, and the pages of the Secretariat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql.elements import ColumnElement

from forum.attestation.models import Answer, Attestation, RoundKind
from forum.attestation.queries import (
    falls_to_secretariat,
    has_nobody_at_a_desk,
    is_asked,
    is_open,
    is_overdue,
    subject_of,
)
from forum.attestation.schedule import next_on
from forum.core import clock
from forum.core.db import db
from forum.core.errors import NotFound
from forum.core.paging import Page, page_of
from forum.core.services import services
from forum.directory.models import Authority, Representation
from forum.directory.moderators import moderators_able
from forum.directory.standing import answering_for
from forum.members.models import Member
from forum.policy import Actor, Permission, Role, allows, require

#: So many are shown at once; the others follow as these are answered.
_SHOWN: Final = 100
_LAST_ANSWERS: Final = 20
#: It takes two others to confirm a moderator.
_ENOUGH_MODERATORS: Final = 3


@dataclass(frozen=True)
class Office:
    """An authority, and what is asked of its members."""

    authority: Authority
    asked: Sequence[Attestation]


@dataclass(frozen=True)
class DeskList:
    """What somebody is asked at the desk, authority by authority."""

    offices: Sequence[Office]
    #: How many there are, those not shown included.
    count: int
    shown: int
    next_round_on: date


def desk_list(actor: Actor) -> DeskList:
    """All that `actor` is asked; the oldest questions first, where they are too many."""
    today = clock.now().date()
    wanted = _questions().where(is_open(today), is_asked(actor))
    rows = db.session.scalars(
        wanted.options(*_whole())
        .order_by(Authority.state_code, Authority.name_en, Authority.id, Member.name, Member.id)
        .limit(_SHOWN)
    ).all()
    count = db.session.scalar(wanted.with_only_columns(func.count(Attestation.id))) or 0
    offices: dict[int, list[Attestation]] = {}
    for row in rows:
        offices.setdefault(row.representation.authority_id, []).append(row)
    return DeskList(
        offices=[Office(found[0].representation.authority, found) for found in offices.values()],
        count=count,
        shown=len(rows),
        next_round_on=next_on(services().settings.attestation_months, today),
    )


@dataclass(frozen=True)
class Waiting:
    """An authority some of whose members wait for the Secretariat, or wait for too long."""

    authority: Authority
    #: Those for whom nobody else can answer.
    for_secretariat: int
    overdue: int
    since: datetime
    asked: Sequence[Representation]


@dataclass(frozen=True)
class Peer:
    """A moderator whom others confirm, and whether the reader can."""

    attestation: Attestation
    may_confirm: bool


@dataclass(frozen=True)
class Overview:
    """The state of all rounds, as moderators see it."""

    authorities: Sequence[Waiting]
    peers: Sequence[Peer]
    has_too_few_moderators: bool
    next_rounds: Mapping[RoundKind, date]


def overview_for(actor: Actor) -> Overview:
    """What waits for the Secretariat, what is overdue, and which moderators are to be confirmed."""
    require(actor, Permission.ATTESTATION_READ)
    now, settings = clock.now(), services().settings
    return Overview(
        authorities=_authorities(now),
        peers=_peers(actor, now),
        has_too_few_moderators=len(moderators_able(now)) < _ENOUGH_MODERATORS,
        next_rounds={
            RoundKind.MEMBERS: next_on(settings.attestation_months, now.date()),
            RoundKind.MODERATORS: next_on(settings.moderator_attestation_months, now.date()),
        },
    )


def _authorities(now: datetime) -> list[Waiting]:
    for_secretariat = func.sum(case((has_nobody_at_a_desk(now), 1), else_=0))
    overdue = func.sum(case((is_overdue(now), 1), else_=0))
    counts = db.session.execute(
        _questions()
        .where(is_open(now.date()), _is_for_moderators(now))
        .with_only_columns(
            Representation.authority_id, for_secretariat, overdue, func.min(Attestation.asked_at)
        )
        .group_by(Representation.authority_id)
    ).all()
    found = {
        authority.id: authority
        for authority in db.session.scalars(
            select(Authority)
            .where(Authority.id.in_([row[0] for row in counts]))
            .options(joinedload(Authority.state))
        )
    }
    asked = _asked_for(list(found.values()), now.date())
    rows = [Waiting(found[row[0]], row[1], row[2], row[3], asked[row[0]]) for row in counts]
    return sorted(rows, key=lambda row: (row.since, row.authority.name_en, row.authority.id))


def _asked_for(
    authorities: Sequence[Authority], on: date
) -> Mapping[int, Sequence[Representation]]:
    """Who answers at a desk for each authority: heads, then the focal points of the State."""
    codes = {one.state_code for one in authorities if one.state_code}
    answering = answering_for(codes, on)
    return {
        one.id: [
            held
            for held in answering
            if held.authority_id == one.id
            or (held.role is Role.FOCAL_POINT and held.authority.state_code == one.state_code)
        ]
        for one in authorities
    }


def _peers(actor: Actor, now: datetime) -> list[Peer]:
    rows = db.session.scalars(
        _questions()
        .where(is_open(now.date()), Representation.role == Role.MODERATOR)
        .options(*_whole(), joinedload(Attestation.first_by))
        .order_by(Member.name, Member.id)
    )
    return [Peer(row, allows(actor, Permission.MODERATOR_CONFIRM, subject_of(row))) for row in rows]


@dataclass(frozen=True)
class OfficePage:
    """The members of one authority who wait for the Secretariat, or for too long."""

    authority: Authority
    page: Page[Attestation]
    asked: Sequence[Representation]
    #: The last answers, with how the Secretariat checked where it answered.
    answered: Sequence[Attestation]


def office_for(
    actor: Actor, authority_id: int, *, before: str | None = None, after: str | None = None
) -> OfficePage:
    """One authority of the overview. Raises NotFound."""
    require(actor, Permission.ATTESTATION_READ)
    now = clock.now()
    authority = db.session.scalar(
        select(Authority).where(Authority.id == authority_id).options(joinedload(Authority.state))
    )
    if authority is None or authority.state_code is None:
        raise NotFound(f"authority {authority_id}")
    page = page_of(
        _questions()
        .where(
            Representation.authority_id == authority_id,
            is_open(now.date()),
            _is_for_moderators(now),
        )
        .options(*_whole()),
        moment=Attestation.asked_at,
        number=Attestation.id,
        before=before,
        after=after,
        is_oldest_first=True,
    )
    asked = _asked_for([authority], now.date())[authority_id]
    return OfficePage(authority, page, asked, _last_answers(authority_id))


def _last_answers(authority_id: int) -> Sequence[Attestation]:
    return db.session.scalars(
        _questions()
        .where(
            Representation.authority_id == authority_id,
            Attestation.answer.in_((Answer.KEPT, Answer.REMOVED)),
        )
        .options(*_whole(), joinedload(Attestation.answered_by))
        .order_by(Attestation.answered_at.desc(), Attestation.id.desc())
        .limit(_LAST_ANSWERS)
    ).all()


def _is_for_moderators(now: datetime) -> ColumnElement[bool]:
    return (Representation.role != Role.MODERATOR) & falls_to_secretariat(now)


def _questions() -> Select[Attestation]:
    return (
        select(Attestation)
        .join(Attestation.representation)
        .join(Representation.member)
        .join(Representation.authority)
    )


def _whole() -> tuple[ORMOption, ...]:
    """Loads what the lists show of a question."""
    held = contains_eager(Attestation.representation)
    return (
        held.contains_eager(Representation.member),
        held.contains_eager(Representation.authority).joinedload(Authority.state),
        held.joinedload(Representation.confirmed_by),
    )
