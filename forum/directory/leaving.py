"""Leaving an authority: access ends, and what was left open passes to a successor.

Whoever answers for the authority, or a moderator, lets somebody go at once. A member announces the
own last day and proposes a successor; whoever answers for the authority is told, and can name
another one while letting the member go sooner. Where nobody took over, because the account was
closed or the successor left first, whoever answers for the authority names one afterwards.

The last day is counted in UTC, as all days of representations are. An announcement can be changed or
taken back until the day is over; afterwards nothing is undone: who comes back applies or is nominated
anew. What a State named a focal point by a note for is ended by the Secretariat, with the record of
the note. Nominations of a leaver stay in the queue, but are no word any more: who answers for the
authority today nominates anew.
"""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import or_, update
from sqlalchemy.sql.elements import ColumnElement

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid
from forum.core.events import announce
from forum.core.mail import post_mail
from forum.core.services import services
from forum.core.typed import N_
from forum.directory.events import RepresentationEnded
from forum.directory.models import Representation
from forum.directory.operations import NO_SUCCESSOR, end_representation, hold_members
from forum.directory.standing import (
    answering_for,
    has_left,
    is_successor,
    own_representation,
    successors_of,
)
from forum.members.models import Member
from forum.policy import Actor, Role

#: Nobody announces a last day that lies further ahead.
_LONGEST_AHEAD: Final = timedelta(days=366)
_BY_NOTE: Final = N_("Your State named you by a note; the Secretariat ends that with the note.")
_OVER: Final = N_("You stand for this authority no more already.")


@operation
def let_go(
    held: Representation, *, by: Actor, reason: str, successor_id: int | None = None
) -> None:
    """End what a member is for an authority now; the member is told by mail that it ended.

    Raises Conflict if it is over already, Invalid if the successor cannot be one.
    """
    mailbox = held.member.email
    end_representation(
        held.member_id, held.authority_id, by=by, reason=reason, successor_id=successor_id
    )
    post_mail(
        "directory/ended",
        mailbox,
        path="/",
        secretariat_email=services().settings.secretariat_email,
    )


@operation
def name_successor(held: Representation, *, by: Actor, successor_id: int) -> None:
    """Let somebody take over what a member left open who stands for the authority no more.

    Raises Conflict if the member still does, Invalid if the successor cannot be one.
    """
    hold_members(held.member_id, successor_id)
    if not has_left(held, clock.now().date()):
        raise Conflict(N_("This member stands for the authority still."))
    if not is_successor(held, successor_id):
        raise Invalid("successor", NO_SUCCESSOR)
    held.successor_id, held.settled_at = successor_id, held.settled_at or clock.now()
    db.session.flush()
    announce(RepresentationEnded(held.member_id, held.authority_id, successor_id))
    details: dict[str, object] = {"successor": successor_id}
    record(by, "representation:succeed", _subject(held), details=details)


@operation
def announce_leaving(
    actor: Actor, representation_id: int, last_on: date, successor_id: int | None = None
) -> None:
    """Say on which day one stands for an authority for the last time, and propose a successor.
    Whoever answers for the authority is told by mail. The same announcement twice is one.

    Raises NotFound, Invalid for a day or successor that cannot be, Conflict for a focal point.
    """
    held = own_representation(actor, representation_id)
    if held.role is Role.FOCAL_POINT:
        raise Conflict(_BY_NOTE)
    _check_day(held, last_on)
    if successor_id is not None and not is_successor(held, successor_id):
        raise Invalid("successor", NO_SUCCESSOR)
    said = (held.announced_at is not None, held.until_on, held.successor_id)
    if said == (True, last_on, successor_id):
        return
    _change(
        held,
        until_on=last_on,
        successor_id=successor_id,
        announced_at=clock.now(),
        term_on=_term_of(held),
    )
    details: dict[str, object] = {"until": last_on.isoformat()}
    if successor_id is not None:
        details["successor"] = successor_id
    record(actor, "representation:announce", _subject(held), details=details)
    _tell(held)


@operation
def take_back_leaving(actor: Actor, representation_id: int) -> None:
    """Stay after all: the announcement is as if it had not been made; who was told is told again.

    Raises NotFound, and Conflict if there is none.
    """
    held = own_representation(actor, representation_id)
    if held.announced_at is None:
        raise Conflict(N_("You have not announced that you leave."))
    _change(
        held,
        Representation.announced_at.is_not(None),
        until_on=held.term_on,
        successor_id=None,
        announced_at=None,
        term_on=None,
    )
    record(actor, "representation:stay", _subject(held))
    _tell(held)


def _term_of(held: Representation) -> date | None:
    """The last day that there is without the member's announcement."""
    return held.until_on if held.announced_at is None else held.term_on


def _check_day(held: Representation, last_on: date) -> None:
    today, term = clock.now().date(), _term_of(held)
    if not today <= last_on <= today + _LONGEST_AHEAD:
        raise Invalid("last_on", N_("Choose today or a later day, within a year."))
    if term is not None and last_on > term:
        raise Invalid("last_on", N_("You stand for the authority for a shorter time already."))


def _change(held: Representation, *conditions: ColumnElement[bool], **values: object) -> None:
    """Change a representation unless somebody ended it, or changed it, meanwhile."""
    changed = db.session.scalar(
        update(Representation)
        .where(
            Representation.id == held.id,
            or_(
                Representation.until_on.is_(None),
                Representation.until_on >= clock.now().date(),
            ),
            *conditions,
        )
        .values(**values)
        .returning(Representation.id)
    )
    if changed is None:
        raise Conflict(_OVER)


def _tell(held: Representation) -> None:
    """One mail to everybody who answers for the authority; it says neither who leaves nor when."""
    at_desk = held.authority.state_code is not None
    path = "/desk" if at_desk else f"/moderation/members/{held.member_id}"
    for member in _those_to_tell(held):
        post_mail("directory/leaving", member.email, path=path)


def _those_to_tell(held: Representation) -> list[Member]:
    """Who answers for the authority; of the Secretariat, the other moderators."""
    state = held.authority.state_code
    if state is None:
        return successors_of(held)
    found = {
        other.member_id: other.member
        for other in answering_for([state], clock.now().date())
        if other.role is Role.FOCAL_POINT or other.authority_id == held.authority_id
    }
    found.pop(held.member_id, None)
    return list(found.values())


def _subject(held: Representation) -> str:
    return f"member:{held.member_id} authority:{held.authority_id}"
