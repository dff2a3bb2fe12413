"""The moderators who can act. Rules of time leave two of them whatever happens to the others: nobody
else lets a moderator in again, confirms one, or approves another mailbox."""

from datetime import datetime
from typing import Final

from sqlalchemy import ScalarSelect, select

from forum.core import clock
from forum.core.db import db
from forum.directory.models import Representation
from forum.directory.queries import is_in_force, secretariat_or_none
from forum.members.models import Limit, LimitKind, Member, in_use
from forum.members.queries import in_force
from forum.policy import Role
from forum.signin.held import with_needed_passkey

#: So many must always be able to act: it takes two to decide on one.
LEAST: Final = 2


def able(now: datetime) -> ScalarSelect[int]:
    """Numbers of the members who can come in and write."""
    reading = select(Limit.member_id).where(in_force(now), Limit.kind == LimitKind.READ_ONLY)
    return (
        select(Member.id)
        .where(in_use(now), Member.id.not_in(reading))
        .correlate(None)
        .scalar_subquery()
    )


def moderators_able(now: datetime) -> set[int]:
    """Numbers of the moderators who can come in and decide: with the passkey that takes."""
    return with_needed_passkey(_not_limited(now))


def _not_limited(now: datetime) -> set[int]:
    return set(
        db.session.scalars(
            select(Representation.member_id).where(
                Representation.role == Role.MODERATOR,
                is_in_force(Representation, now.date()),
                Representation.member_id.in_(able(now)),
            )
        )
    )


def hold_moderators() -> None:
    """Nobody else limits a moderator by a rule of time until the operation in hand ends, so that two
    workers do not each limit one of the last. Before any member is locked."""
    office = secretariat_or_none()
    if office is not None:
        db.session.refresh(office, with_for_update=True)


def is_needed(member_id: int) -> bool:
    """Whether it is a moderator without whom too few could act; one who has yet to add a passkey
    could do so, where the others do not suffice."""
    found = _not_limited(clock.now())
    return member_id in found and len(with_needed_passkey(found - {member_id})) < LEAST
