"""A member's own mailbox and its change, what lies behind a mailed link, and who answers for whom."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from forum.core import clock
from forum.core.db import db
from forum.core.errors import NotFound
from forum.directory.models import Authority, Representation
from forum.directory.queries import answered_for_by, is_in_force
from forum.mailboxes.models import ChangeStatus, MailboxChange
from forum.members.models import Member
from forum.policy import Actor, Permission, Subject, allows
from forum.signin.models import LinkPurpose
from forum.signin.queries import link_in_force, member_in_use


def own_member(actor: Actor) -> Member:
    """The actor's own account. Raises NotFound for somebody without one."""
    member = None if actor.id is None else member_in_use(actor.id)
    if member is None:
        raise NotFound(f"member {actor.id}")
    return member


def latest_change(actor: Actor) -> MailboxChange | None:
    """The newest change of the actor's own e-mail, whatever became of it."""
    return db.session.scalar(
        select(MailboxChange)
        .where(MailboxChange.member_id == actor.id)
        .order_by(MailboxChange.id.desc())
        .limit(1)
    )


def open_change(member_id: int) -> MailboxChange | None:
    """The change that is under way in an account."""
    return db.session.scalar(
        select(MailboxChange)
        .where(MailboxChange.member_id == member_id, MailboxChange.ended_at.is_(None))
        .execution_options(populate_existing=True)
    )


def change_behind(token: str, purpose: LinkPurpose) -> MailboxChange:
    """The change that a link proves or stops. Raises NotFound if the link is over."""
    link = link_in_force(token, purpose)
    change = None if link is None else open_change(link.member_id)
    if change is None:
        raise NotFound("link of a change of e-mail")
    return change


def change_to_prove(token: str) -> MailboxChange:
    """The change whose new mailbox a link proves. Raises NotFound if the link is over."""
    return change_behind(token, LinkPurpose.MAILBOX_PROOF)


def change_to_stop(token: str) -> MailboxChange:
    """The change that a link stops. Raises NotFound if the link is over."""
    return change_behind(token, LinkPurpose.MAILBOX_STOP)


def changes_due(at: datetime) -> Sequence[int]:
    """Numbers of those that nobody stopped in time."""
    return _numbers(MailboxChange.status == ChangeStatus.APPROVED, MailboxChange.due_at <= at)


def changes_past(at: datetime) -> Sequence[int]:
    """Numbers of those whose new mailbox was not proved, or that nobody approved, in time."""
    unproved = (MailboxChange.status == ChangeStatus.ASKED) & (MailboxChange.prove_by <= at)
    undecided = (MailboxChange.status == ChangeStatus.PROVED) & (MailboxChange.decide_by <= at)
    return _numbers(unproved | undecided)


def _numbers(*which: ColumnElement[bool]) -> Sequence[int]:
    return db.session.scalars(
        select(MailboxChange.id).where(*which).order_by(MailboxChange.id)
    ).all()


def authorities_of(member_ids: Collection[int]) -> dict[int, list[Authority]]:
    """The authorities that members stand for today, the one held longest first, with the State."""
    found: dict[int, list[Authority]] = {}
    for held in db.session.scalars(
        select(Representation)
        .where(
            Representation.member_id.in_(sorted(set(member_ids))),
            is_in_force(Representation, clock.now().date()),
        )
        .options(joinedload(Representation.authority).joinedload(Authority.state))
        .order_by(Representation.from_on, Representation.id)
    ):
        found.setdefault(held.member_id, []).append(held.authority)
    return found


def answered_for(actor: Actor) -> Select[int]:
    """Numbers of the members who stand today for an authority that `actor` answers for."""
    return (
        select(Representation.member_id)
        .join(Representation.authority)
        .where(
            is_in_force(Representation, clock.now().date()),
            answered_for_by(actor),
            Representation.member_id != actor.id,
        )
    )


def subjects_of(authorities: Sequence[Authority], *barred: int) -> Sequence[Subject]:
    """Somebody who stands for these authorities, as the rules see it: once for each of them."""
    return [
        Subject(authority_id=one.id, state=one.state_code, barred=frozenset(barred))
        for one in authorities
    ] or [Subject(barred=frozenset(barred))]


def may(actor: Actor, permission: Permission, subjects: Sequence[Subject]) -> bool:
    """Whether the rules let `actor` act so for one of the authorities."""
    return any(allows(actor, permission, subject) for subject in subjects)
