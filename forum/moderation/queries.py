"""Reading members as moderators see them: a list to search, and one account with its history."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from forum.audit.models import AuditEntry, AuditWho
from forum.core import clock
from forum.core.db import db
from forum.core.errors import NotFound
from forum.core.paging import Page, page_of
from forum.directory.matching import matches
from forum.directory.models import Authority, Representation
from forum.directory.standing import members_of, representations_of
from forum.members.models import Limit, LimitCause, Member
from forum.members.queries import approvers_of, in_force, members_approved_by
from forum.policy import Actor, Permission, Role, Subject, allows, require
from forum.reference.models import State
from forum.signin.models import OpenSession
from forum.signin.queries import is_alive

#: What a moderator may lift; the others have a way of their own.
LIFTED_BY_MODERATORS = frozenset({LimitCause.SANCTION, LimitCause.UNSEEN})
_SHOWN_OF_HISTORY = 50


@dataclass(frozen=True)
class Search:
    """What a moderator looks for; all of it must hold."""

    name: str = ""
    #: A code; "" for all.
    state: str = ""
    authority: str = ""
    is_limited: bool = False


@dataclass(frozen=True)
class Listing:
    """A page of members, newest account first, with what they stand for and what limits them."""

    page: Page[Member]
    held: Mapping[int, Sequence[Representation]]
    limits: Mapping[int, Sequence[Limit]]
    states: Sequence[State]


@dataclass(frozen=True)
class Endable:
    """What a member is for an authority, as long as a moderator can end it."""

    held: Representation
    #: Who could take over what the member leaves open.
    successors: Sequence[Member]


@dataclass(frozen=True)
class Record:
    """All that moderators know of one account."""

    member: Member
    held: Sequence[Representation]
    approvers: Sequence[Member]
    open_sessions: int
    #: Everything that ever limited the member, the latest first.
    limits: Sequence[Limit]
    in_force: Sequence[Limit]
    #: What was done to the account, the latest first, with the name of who did it.
    history: Sequence[tuple[AuditEntry, str]]
    may_decide: bool
    is_self: bool
    endable: Sequence["Endable"]
    #: Numbers of what the member is for an authority as focal point, if `actor` says whether such
    #: a one may speak for it.
    speakable: frozenset[int]

    @property
    def liftable(self) -> Sequence[Limit]:
        """What `actor` may lift now."""
        causes = LIFTED_BY_MODERATORS if self.may_decide else frozenset()
        return [limit for limit in self.in_force if limit.cause in causes]


def members_for(
    actor: Actor, wanted: Search, *, before: str | None = None, after: str | None = None
) -> Listing:
    """The members that fit; `before` and `after` are cursors."""
    require(actor, Permission.MEMBER_REVIEW)
    page = page_of(
        _found(wanted),
        moment=Member.created_at,
        number=Member.id,
        before=before,
        after=after,
    )
    ids = [member.id for member in page.rows]
    return Listing(page, _held_by(ids), _limits_of(ids), _states())


def _found(wanted: Search) -> Select[Member]:
    query = select(Member)
    if wanted.name.strip():
        names = db.session.execute(select(Member.id, Member.name)).all()
        query = query.where(
            Member.id.in_([number for number, name in names if matches(wanted.name, [name])])
        )
    if wanted.state or wanted.authority.strip():
        query = query.where(Member.id.in_(_standing_for(wanted)))
    if wanted.is_limited:
        query = query.where(Member.id.in_(select(Limit.member_id).where(in_force(clock.now()))))
    return query


def _standing_for(wanted: Search) -> Select[int]:
    """Numbers of members who stand, stood or will stand for the State and authority asked for."""
    standing = select(Representation.member_id).join(Representation.authority)
    if wanted.state:
        standing = standing.where(Authority.state_code == wanted.state)
    if wanted.authority.strip():
        authorities = db.session.execute(select(Authority.id, Authority.name, Authority.name_en))
        standing = standing.where(
            Representation.authority_id.in_(
                [number for number, *names in authorities if matches(wanted.authority, names)]
            )
        )
    return standing


def _held_by(ids: Collection[int]) -> dict[int, list[Representation]]:
    found: dict[int, list[Representation]] = {number: [] for number in ids}
    for held in db.session.scalars(
        select(Representation)
        .where(Representation.member_id.in_(ids))
        .options(joinedload(Representation.authority).joinedload(Authority.state))
        .order_by(Representation.from_on, Representation.id)
    ):
        found[held.member_id].append(held)
    return found


def _limits_of(ids: Collection[int]) -> dict[int, list[Limit]]:
    found: dict[int, list[Limit]] = {number: [] for number in ids}
    for limit in db.session.scalars(
        select(Limit).where(Limit.member_id.in_(ids), in_force(clock.now())).order_by(Limit.id)
    ):
        found[limit.member_id].append(limit)
    return found


def _states() -> list[State]:
    """The States for which somebody ever stood."""
    codes = select(Authority.state_code).join(
        Representation, Representation.authority_id == Authority.id
    )
    return list(
        db.session.scalars(
            select(State).where(State.code.in_(codes)).order_by(State.name_en, State.code)
        )
    )


def record_for(actor: Actor, member_id: int) -> Record:
    """One account with its history. Raises NotFound if there is none of that number."""
    require(actor, Permission.MEMBER_REVIEW)
    member = member_to_review(actor, member_id)
    now = clock.now()
    held, subject = representations_of(member_id), subject_of(member_id)
    may_revoke = allows(actor, Permission.REPRESENTATION_REVOKE, subject)
    limits = list(
        db.session.scalars(
            select(Limit)
            .where(Limit.member_id == member_id)
            .options(joinedload(Limit.by), joinedload(Limit.lifted_by))
            .order_by(Limit.id.desc())
        )
    )
    return Record(
        member=member,
        held=held,
        approvers=approvers_of(member_id),
        open_sessions=_open_sessions(member_id),
        limits=limits,
        in_force=[limit for limit in limits if limit.is_in_force(now)],
        history=_history_of(member_id),
        may_decide=allows(actor, Permission.MEMBER_LIMIT, subject),
        is_self=actor.id == member_id,
        speakable=frozenset(
            one.id
            for one in held
            if not one.is_over(now.date())
            and allows(actor, Permission.SPEAKER_NAME_FOCAL_POINT, replace(subject, role=one.role))
        ),
        endable=_endable(held, now.date()) if may_revoke else [],
    )


def _endable(held: Sequence[Representation], today: date) -> list[Endable]:
    ending = [one for one in held if is_endable(one) and not one.is_over(today)]
    standing = members_of([one.authority_id for one in ending], today)
    return [
        Endable(
            one,
            [other for other in standing.get(one.authority_id, []) if other.id != one.member_id],
        )
        for one in ending
    ]


def is_endable(held: Representation) -> bool:
    """Whether a moderator ends it with the account. What a State gave a focal point by a note is
    ended together with the record of that note."""
    return held.role is not Role.FOCAL_POINT


def representation_to_end(actor: Actor, member_id: int, representation_id: int) -> Representation:
    """One of that member that `actor` may end, or might have ended before it was over. Raises
    NotFound, and Forbidden for a member on whom `actor` may not act."""
    member_to_review(actor, member_id, Permission.REPRESENTATION_REVOKE)
    held = _representation(member_id, representation_id)
    if not is_endable(held):
        raise NotFound(f"representation {representation_id} is ended elsewhere")
    return held


def speaker_for(actor: Actor, member_id: int, representation_id: int) -> Representation:
    """One of that member, a focal point, of whom `actor` may say whether they may speak. Raises
    NotFound and Forbidden like `representation_to_end`."""
    member_to_review(actor, member_id)
    held = _representation(member_id, representation_id)
    subject = replace(subject_of(member_id), role=held.role)
    require(actor, Permission.SPEAKER_NAME_FOCAL_POINT, subject)
    return held


def _representation(member_id: int, representation_id: int) -> Representation:
    held = db.session.scalar(
        select(Representation)
        .where(Representation.id == representation_id, Representation.member_id == member_id)
        .options(joinedload(Representation.member), joinedload(Representation.authority))
        .execution_options(populate_existing=True)
    )
    if held is None:
        raise NotFound(f"representation {representation_id} of member {member_id}")
    return held


def member_to_review(
    actor: Actor, member_id: int, permission: Permission = Permission.MEMBER_REVIEW
) -> Member:
    """The member, once the rules let `actor` act in this way. Raises NotFound if there is none."""
    member = db.session.get(Member, member_id)
    if member is None or not allows(actor, Permission.MEMBER_REVIEW):
        raise NotFound(f"member {member_id}")
    if permission is not Permission.MEMBER_REVIEW:
        require(actor, permission, subject_of(member_id))
    return member


def subject_of(member_id: int) -> Subject:
    """The member as the rules see one who may be limited: not by themselves, and not by somebody
    whom they approved."""
    return Subject(barred=frozenset({member_id, *members_approved_by(member_id)}))


def _open_sessions(member_id: int) -> int:
    rows = db.session.scalars(
        select(OpenSession)
        .where(OpenSession.member_id == member_id, OpenSession.ended_at.is_(None))
        .options(joinedload(OpenSession.member))
    )
    return sum(is_alive(session) for session in rows)


def _history_of(member_id: int) -> list[tuple[AuditEntry, str]]:
    whose = f"member:{member_id}"
    return [
        (entry, name or "")
        for entry, name in db.session.execute(
            select(AuditEntry, AuditWho.name)
            .outerjoin(AuditWho, AuditWho.entry_id == AuditEntry.id)
            .where(or_(AuditEntry.object == whose, AuditEntry.object.startswith(f"{whose} ")))
            .order_by(AuditEntry.id.desc())
            .limit(_SHOWN_OF_HISTORY)
        )
    ]
