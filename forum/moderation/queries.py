"""Reading members as moderators see them: a list to search, and one account with its history."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from forum.audit.models import AuditEntry, AuditWho
from forum.core import clock
from forum.core.db import db
from forum.core.errors import NotFound
from forum.core.paging import Page, page_of
from forum.directory.matching import matches
from forum.directory.models import Authority, Representation
from forum.directory.queries import representations_of
from forum.members.models import Limit, LimitCause, Member
from forum.members.queries import approvers_of, in_force, members_approved_by
from forum.policy import Actor, Permission, Subject, allows, require
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
        held=representations_of(member_id),
        approvers=approvers_of(member_id),
        open_sessions=_open_sessions(member_id),
        limits=limits,
        in_force=[limit for limit in limits if limit.is_in_force(now)],
        history=_history_of(member_id),
        may_decide=allows(actor, Permission.MEMBER_LIMIT, subject_of(member_id)),
        is_self=actor.id == member_id,
    )


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
