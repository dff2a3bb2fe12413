"""Reading cases: for the member by the secret address, for colleagues and moderators by number."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from forum.core import clock
from forum.core.db import db
from forum.core.errors import NotFound
from forum.core.paging import Page, page_of
from forum.core.secrets import digest, keyed_digest
from forum.core.services import services
from forum.directory.clockface import weekly_hours
from forum.directory.hours import is_open
from forum.directory.models import Authority, ContactKind, ContactPoint
from forum.directory.queries import answered_for_by, secretariat_or_none, telephones_of_state
from forum.directory.standing import answering_for, members_of
from forum.members.models import Member
from forum.policy import Actor, Permission, Role, allows, require
from forum.recovery.models import RecoveryCase, RecoveryStatus, Witness
from forum.signin.models import LinkPurpose, OneTimeLink
from forum.signin.queries import link_in_force

#: Those that wait for a moderator.
FOR_MODERATORS: Final = (RecoveryStatus.CONFIRMED, RecoveryStatus.CALLED)
#: What colleagues may do; they may know of the case by another rule than moderators.
_BESIDE: Final = frozenset(
    {Permission.RECOVERY_SEE, Permission.RECOVERY_CONFIRM, Permission.RECOVERY_STOP}
)


class Kind(StrEnum):
    """Which cases a moderator looks at."""

    OPEN = "open"
    OVER = "over"


def reference_of(token: str) -> str:
    """The secret of the page of the case that a mailed link begins: the same at every press."""
    return keyed_digest(services().settings.secret_key, "recovery:" + token)[:32]  # 128 bits


def is_known(reference: str) -> bool:
    """Whether there is a case under that secret."""
    found = select(RecoveryCase.id).where(RecoveryCase.reference_digest == digest(reference))
    return db.session.scalar(found) is not None


def case_under(reference: str) -> RecoveryCase:
    """The case of a page, for whoever holds its address. Raises NotFound."""
    found = db.session.scalar(
        select(RecoveryCase)
        .where(RecoveryCase.reference_digest == digest(reference))
        .options(joinedload(RecoveryCase.member), joinedload(RecoveryCase.authority))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("recovery case")
    return found


def beginning_link(token: str) -> OneTimeLink | None:
    """The mailed link that begins a case, unless it is over or the account not in use."""
    link = link_in_force(token, LinkPurpose.RECOVERY)
    return link if link is not None and link.member.is_in_use(clock.now()) else None


def holds_beginning(token: str) -> bool:
    """Whether a mailed link can still begin a case."""
    return beginning_link(token) is not None


def open_case_of(member_id: int) -> RecoveryCase | None:
    """The case of a member that goes on, if one does."""
    return db.session.scalar(
        select(RecoveryCase)
        .where(RecoveryCase.member_id == member_id, RecoveryCase.ended_at.is_(None))
        .options(joinedload(RecoveryCase.member), joinedload(RecoveryCase.authority))
        .execution_options(populate_existing=True)
    )


def case_to_stop(token: str) -> RecoveryCase | None:
    """The case that a mailed link stops; None if the link, or the case, is over."""
    link = link_in_force(token, LinkPurpose.RECOVERY_STOP)
    return None if link is None else open_case_of(link.member_id)


def case_for(
    actor: Actor, case_id: int, permission: Permission = Permission.RECOVERY_READ
) -> RecoveryCase:
    """One case, once the rules let `actor` use it in this way: a moderator, or a colleague of the
    member's. Raises NotFound for everybody else."""
    reads = Permission.RECOVERY_SEE if permission in _BESIDE else Permission.RECOVERY_READ
    found = db.session.scalar(
        select(RecoveryCase)
        .where(RecoveryCase.id == case_id)
        .options(
            joinedload(RecoveryCase.member),
            joinedload(RecoveryCase.authority).joinedload(Authority.state),
            joinedload(RecoveryCase.authority).selectinload(Authority.contacts),
            joinedload(RecoveryCase.authority).selectinload(Authority.hours),
            joinedload(RecoveryCase.confirmed_by),
            joinedload(RecoveryCase.called_by),
            joinedload(RecoveryCase.approved_by),
            joinedload(RecoveryCase.ended_by),
        )
        .execution_options(populate_existing=True)
    )
    if found is None or not allows(actor, reads, found.subject):
        raise NotFound(f"recovery case {case_id}")
    require(actor, permission, found.subject)
    return found


def cases_for(
    actor: Actor, kind: Kind, *, before: str | None = None, after: str | None = None
) -> Page[RecoveryCase]:
    """The cases of one kind, for moderators: open ones with the oldest first, others the newest."""
    require(actor, Permission.RECOVERY_READ)
    query = (
        select(RecoveryCase)
        .where(_of_kind(kind))
        .options(
            joinedload(RecoveryCase.member),
            joinedload(RecoveryCase.authority).joinedload(Authority.state),
        )
    )
    return page_of(
        query,
        moment=RecoveryCase.begun_at,
        number=RecoveryCase.id,
        before=before,
        after=after,
        is_oldest_first=kind is Kind.OPEN,
    )


def counts_for(actor: Actor) -> dict[Kind, int]:
    """How many cases there are of each kind."""
    require(actor, Permission.RECOVERY_READ)
    found = select(func.count()).select_from(RecoveryCase)
    return {kind: db.session.scalar(found.where(_of_kind(kind))) or 0 for kind in Kind}


def _of_kind(kind: Kind) -> ColumnElement[bool]:
    ended = RecoveryCase.ended_at
    return ended.is_(None) if kind is Kind.OPEN else ended.is_not(None)


def waiting_count(actor: Actor) -> int:
    """How many cases wait for a call or an approval; none for anybody but moderators."""
    if not allows(actor, Permission.RECOVERY_READ):
        return 0
    found = select(func.count()).select_from(RecoveryCase)
    waits = RecoveryCase.status.in_(FOR_MODERATORS) & (RecoveryCase.member_id != actor.id)
    return db.session.scalar(found.where(waits)) or 0


def cases_beside(actor: Actor) -> Sequence[RecoveryCase]:
    """The open cases of people beside `actor`, or of those that `actor` answers for; oldest first."""
    return db.session.scalars(
        select(RecoveryCase)
        .join(RecoveryCase.authority)
        .where(_beside(actor))
        .options(joinedload(RecoveryCase.member), joinedload(RecoveryCase.authority))
        .order_by(RecoveryCase.begun_at, RecoveryCase.id)
    ).all()


def asked_count(actor: Actor) -> int:
    """How many of these wait for a colleague's word."""
    found = select(func.count()).select_from(RecoveryCase).join(RecoveryCase.authority)
    begun = RecoveryCase.status == RecoveryStatus.BEGUN
    return db.session.scalar(found.where(_beside(actor), begun)) or 0


def _beside(actor: Actor) -> ColumnElement[bool]:
    """Of cases and their authorities: the open ones that the rule `recovery:see` shows `actor`."""
    own = sorted(standing.authority_id for standing in actor.standings)
    headed = Authority.state_code.in_(sorted(actor.states_headed))
    return and_(
        RecoveryCase.ended_at.is_(None),
        RecoveryCase.member_id != actor.id,
        or_(
            RecoveryCase.authority_id.in_(own),
            answered_for_by(actor),
            (RecoveryCase.witness == Witness.STATE) & headed,
        ),
    )


def witnesses(authority: Authority, member_id: int) -> tuple[Witness, list[Member]]:
    """Who can say that a member of this authority asks, and as what; nobody for the Secretariat,
    where two other moderators decide in any case."""
    today, state = clock.now().date(), authority.state_code
    if state is None:
        return Witness.NOBODY, []
    beside = members_of([authority.id], today).get(authority.id, [])
    answering = [held for held in answering_for([state], today) if held.member_id != member_id]
    beside += [held.member for held in answering if held.role is Role.FOCAL_POINT]
    found = {member.id: member for member in beside if member.id != member_id}
    if found:
        return Witness.COLLEAGUE, list(found.values())
    heads = {held.member_id: held.member for held in answering if held.role is Role.HEAD}
    return (Witness.STATE, list(heads.values())) if heads else (Witness.NOBODY, [])


def those_told(case: RecoveryCase) -> list[Member]:
    """Who is told that a case was approved: whoever answers for the authority; where nobody does,
    those who could be asked; of a moderator's case, the other moderators."""
    today, state = clock.now().date(), case.authority.state_code
    if state is None:
        return moderators_but(case.member_id)
    answering = {
        held.member_id: held.member
        for held in answering_for([state], today)
        if held.member_id != case.member_id
        and (held.role is Role.FOCAL_POINT or held.authority_id == case.authority_id)
    }
    return list(answering.values()) or witnesses(case.authority, case.member_id)[1]


def numbers_of(case: RecoveryCase) -> list[ContactPoint]:
    """The telephone numbers of the authority that may be called about the case: none where the call
    stands in for a colleague's word, which the member's own office cannot give."""
    return [] if case.witness is Witness.NOBODY else case.authority.lines(ContactKind.PHONE)


def may_call_elsewhere(case: RecoveryCase) -> bool:
    """Whether another authority of the State, or a mission, may be called."""
    return not numbers_of(case)


def numbers_elsewhere(case: RecoveryCase) -> list[ContactPoint]:
    """The numbers of the other authorities of the State, where these may be called."""
    state = case.authority.state_code
    if state is None or not may_call_elsewhere(case):
        return []
    return telephones_of_state(state, but=case.authority_id)


def is_stoppable(token: str) -> bool:
    """Whether a mailed link can still stop a case."""
    return case_to_stop(token) is not None


def own_case(actor: Actor) -> RecoveryCase | None:
    """The case about the actor's own account, if one goes on."""
    return None if actor.id is None else open_case_of(actor.id)


@dataclass(frozen=True)
class Review:
    """All that a moderator looks at before deciding on a case."""

    case: RecoveryCase
    numbers: Sequence[ContactPoint]
    may_call_elsewhere: bool
    #: Lines of the State's other authorities, where these may be called.
    numbers_elsewhere: Sequence[ContactPoint]
    #: Whether somebody should be there to answer; None where no hours are known.
    is_open_now: bool | None
    may_decide: bool
    may_call: bool


def review_for(actor: Actor, case_id: int) -> Review:
    """One case with what can be called about it. Raises NotFound for anybody but moderators."""
    case = case_for(actor, case_id)
    hours = case.authority.hours
    return Review(
        case=case,
        numbers=numbers_of(case),
        may_call_elsewhere=may_call_elsewhere(case),
        numbers_elsewhere=numbers_elsewhere(case),
        is_open_now=is_open(weekly_hours(case.authority), clock.now()) if hours else None,
        may_decide=allows(actor, Permission.RECOVERY_DECIDE, case.subject),
        may_call=allows(actor, Permission.RECOVERY_DECIDE, case.call_subject),
    )


def moderators_but(member_id: int) -> list[Member]:
    """The moderators, but for the one concerned."""
    office = secretariat_or_none()
    found = [] if office is None else members_of([office.id], clock.now().date()).get(office.id, [])
    return [member for member in found if member.id != member_id]
