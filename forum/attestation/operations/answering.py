"""Answering: a member still stands for the authority, or does so no more."""

from typing import Any, Final

from sqlalchemy import update

from forum.attestation.models import Answer, Attestation
from forum.attestation.operations.ladder import bring_up_to_date
from forum.attestation.queries import (
    asked_at_the_desk,
    asked_of_moderators,
    asked_of_secretariat,
    subject_of,
)
from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid
from forum.core.typed import N_
from forum.directory.models import Representation
from forum.directory.operations import end_representation
from forum.directory.standing import proposed_successor
from forum.members.models import Member
from forum.policy import Actor, Permission, Role, require

_ANSWERED: Final = N_("Somebody else was faster, or the member left meanwhile. Look at it again.")
_REMOVED: Final = N_("Not confirmed when the members were asked about")


@operation
def keep(actor: Actor, attestation_id: int) -> None:
    """Say at the desk that a member still stands for the authority; what limits the member for want
    of that word is lifted at once. Raises NotFound, and Conflict if somebody else was faster."""
    asked = asked_at_the_desk(actor, attestation_id)
    _answer(actor, asked, Answer.KEPT)
    _confirm(actor, asked.representation)
    record(actor, "member:keep", _what(asked))


@operation
def remove(actor: Actor, attestation_id: int) -> None:
    """Say at the desk that a member stands for the authority no more: access for it and all
    sessions end now. Raises NotFound, and Conflict if somebody else was faster."""
    _remove(actor, asked_at_the_desk(actor, attestation_id))


@operation
def keep_for_authority(actor: Actor, attestation_id: int, how: str) -> None:
    """Confirm a member for whom nobody else can or did; `how` says how the Secretariat checked, and
    stays with the question: it may name people, so it is not in the log.

    Raises NotFound, Forbidden, Invalid, Conflict."""
    asked = _of_secretariat(actor, attestation_id, how)
    _answer(actor, asked, Answer.KEPT, how=how)
    _confirm(actor, asked.representation)
    record(actor, "member:keep", _what(asked), details={"question": asked.id})


@operation
def remove_for_authority(actor: Actor, attestation_id: int, how: str) -> None:
    """The same, for a member who stands for the authority no more. A focal point is let go with the
    note that named the person. Raises NotFound, Forbidden, Invalid, Conflict."""
    asked = _of_secretariat(actor, attestation_id, how)
    if asked.representation.role is Role.FOCAL_POINT:
        raise Conflict(N_("End a focal point where the note is kept: the record ends with it."))
    _remove(actor, asked, how=how)


@operation
def confirm_moderator(actor: Actor, attestation_id: int) -> bool:
    """Confirm another moderator; True if it was the second one who did, which confirms.

    Raises NotFound, Forbidden for oneself and for whoever confirmed first, and Conflict.
    """
    asked = asked_of_moderators(actor, attestation_id)
    require(actor, Permission.MODERATOR_CONFIRM, subject_of(asked))
    if asked.first_by_id is None:
        _move(asked, Attestation.first_by_id.is_(None), first_by_id=actor.id, first_at=clock.now())
        record(actor, "moderator:confirm", _what(asked), details={"of_two": 1})
        return False
    _answer(actor, asked, Answer.KEPT)
    _confirm(actor, asked.representation)
    record(actor, "moderator:confirm", _what(asked), details={"of_two": 2})
    return True


def _of_secretariat(actor: Actor, attestation_id: int, how: str) -> Attestation:
    found = asked_of_secretariat(actor, attestation_id)
    asked = found.attestation
    if asked.answered_at is not None:
        raise Conflict(_ANSWERED)
    subject = subject_of(asked, falls_to_secretariat=found.falls_to_secretariat)
    require(actor, Permission.MEMBER_CONFIRM, subject)
    if not how.strip():
        raise Invalid("how", N_("Say how you checked."))
    return asked


def _answer(actor: Actor, asked: Attestation, answer: Answer, *, how: str = "") -> None:
    """Answer what is still open, with the member locked; raises Conflict otherwise."""
    held = asked.representation
    if held.is_over(clock.now().date()):
        raise Conflict(_ANSWERED)
    _move(
        asked,
        answered_at=clock.now(),
        answered_by_id=actor.id,
        answer=answer,
        how=how,
    )
    db.session.get_one(Member, held.member_id, with_for_update=True, populate_existing=True)


def _move(asked: Attestation, *conditions: Any, **changes: Any) -> None:
    moved = db.session.scalar(
        update(Attestation)
        .where(Attestation.id == asked.id, Attestation.answered_at.is_(None), *conditions)
        .values(**changes)
        .returning(Attestation.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise Conflict(_ANSWERED)


def _confirm(actor: Actor, held: Representation) -> None:
    held.confirmed_at, held.confirmed_by_id = clock.now(), actor.id
    db.session.flush()
    bring_up_to_date(actor, held.member_id)


def _remove(actor: Actor, asked: Attestation, *, how: str = "") -> None:
    _answer(actor, asked, Answer.REMOVED, how=how)
    held = asked.representation
    end_representation(
        held.member_id,
        held.authority_id,
        by=actor,
        reason=_REMOVED,
        successor_id=proposed_successor(held),
    )
    record(actor, "member:remove", _what(asked), details={"question": asked.id})


def _what(asked: Attestation) -> str:
    held = asked.representation
    return f"member:{held.member_id} authority:{held.authority_id}"
