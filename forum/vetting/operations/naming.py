"""Focal points: a moderator registers the State's note, another one confirms it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid
from forum.core.mail import post_mail
from forum.core.mailbox import mailbox_key
from forum.core.typed import N_
from forum.directory.models import Authority
from forum.directory.operations import end_representation, represent
from forum.directory.standing import representations_of
from forum.members.models import Member, MemberStatus
from forum.members.operations import admit_member
from forum.members.queries import member_with_mailbox
from forum.policy import Actor, Permission, Role, require
from forum.reference.languages import LANGUAGES
from forum.signin.operations import send_activation
from forum.vetting.focal_points import naming_for, subject_of
from forum.vetting.models import Naming, NamingStatus
from forum.vetting.queries import authority_to_claim

_VETTED: Final = N_("Note verbale of the State, two moderators")
_MOVED_ON: Final = N_("Somebody else was faster: this has moved on. Look at it again.")
_GONE: Final = N_("The account with this mailbox was closed, so it cannot become a focal point.")
_STAFF: Final = N_("A moderator speaks for no State, so this person cannot become a focal point.")


@dataclass(frozen=True)
class Note:
    """What the note verbale says."""

    state: str
    authority: str
    name: str
    post: str
    email: str
    languages: tuple[str, ...]
    reference: str
    dated_on: date
    from_on: date
    until_on: date | None = None


@operation
def register_focal_point(actor: Actor, note: Note, *, once: str) -> int:
    """Put a State's note on record; nothing comes of it until another moderator confirms.

    Gives the number of the record; sending the form twice gives the same. Raises Invalid.
    """
    require(actor, Permission.FOCAL_POINT_REGISTER)
    naming = _checked(note)
    naming.registered_by_id, naming.registered_at, naming.once = actor.id or 0, clock.now(), once
    try:
        with db.session.begin_nested():
            db.session.add(naming)
    except IntegrityError:  # the form was sent twice
        return db.session.scalars(select(Naming.id).where(Naming.once == once)).one()
    details: dict[str, object] = {"state": note.state, "note": note.reference}
    record(actor, "focal_point:register", f"naming:{naming.id}", details=details)
    return naming.id


def _checked(note: Note) -> Naming:
    authority = authority_to_claim(note.state, note.authority)
    if authority is None:
        raise Invalid("authority", N_("Choose one of the entries of this State."))
    if set(note.languages) - set(LANGUAGES):
        raise Invalid("languages", N_("Choose languages from the list."))
    if note.dated_on > clock.now().date():
        raise Invalid("note_dated_on", N_("This day has not come yet."))
    if note.until_on is not None and note.until_on < max(note.from_on, clock.now().date()):
        raise Invalid("until_on", N_("This is before the first day, or over already."))
    return Naming(
        state_code=note.state,
        authority_id=authority.id,
        name=note.name,
        post=note.post,
        email=note.email,
        email_key=mailbox_key(note.email),
        languages=list(note.languages),
        note_reference=note.reference,
        note_dated_on=note.dated_on,
        from_on=note.from_on,
        until_on=note.until_on,
    )


@operation
def confirm_focal_point(actor: Actor, naming_id: int) -> None:
    """Make the person a focal point, if another moderator registered the note: account,
    representation with the note's reference and dates, mailed link (security.md R4)."""
    naming = naming_for(actor, naming_id)
    require(actor, Permission.FOCAL_POINT_CONFIRM, subject_of(naming))
    _move(
        naming,
        NamingStatus.REGISTERED,
        Naming.registered_by_id != actor.id,
        status=NamingStatus.CONFIRMED,
        decided_at=clock.now(),
        decided_by_id=actor.id,
    )
    member, begins = _account(actor, naming)
    authority = db.session.get_one(Authority, naming.authority_id)
    represent(
        member,
        authority,
        Role.FOCAL_POINT,
        begins,
        by=actor,
        note_reference=naming.note_reference,
        until_on=naming.until_on,
    )
    naming.member_id = member.id
    if member.status is MemberStatus.PENDING:
        send_activation(member)
    else:
        post_mail("vetting/named", member.email, path="/desk")
    details: dict[str, object] = {"member": member.id, "note": naming.note_reference}
    record(actor, "focal_point:confirm", f"naming:{naming.id}", details=details)


def _account(actor: Actor, naming: Naming) -> tuple[Member, date]:
    """The account of the person named, and the first day as a focal point. Whoever stands for the
    authority already in another role does so no more."""
    member = member_with_mailbox(naming.email)
    if member is None:
        authority = db.session.get_one(Authority, naming.authority_id)
        made = admit_member(
            actor,
            name=naming.name,
            post=naming.post,
            email=naming.email,
            languages=naming.languages,
            zone=authority.zone,
            vetted_how=_VETTED,
            approved_by={number for number in (naming.registered_by_id, actor.id) if number},
        )
        return made, naming.from_on
    if member.status is MemberStatus.CLOSED:
        raise Conflict(_GONE)
    if any(held.role is Role.MODERATOR for held in representations_of(member.id)):
        raise Conflict(_STAFF)
    begins, today = max(naming.from_on, clock.now().date()), clock.now().date()
    for held in representations_of(member.id):
        is_over = held.until_on is not None and held.until_on < today
        if held.authority_id == naming.authority_id and not is_over:
            end_representation(member.id, naming.authority_id, by=actor, reason=_VETTED)
            begins = today
    return member, begins


@operation
def refuse_focal_point(actor: Actor, naming_id: int, reason: str) -> None:
    """Close a record without making anybody a focal point; whoever registered it may do so too."""
    naming = naming_for(actor, naming_id)
    require(actor, Permission.FOCAL_POINT_REGISTER)
    _move(
        naming,
        NamingStatus.REGISTERED,
        status=NamingStatus.REFUSED,
        decided_at=clock.now(),
        decided_by_id=actor.id,
        decision_reason=reason,
    )
    record(actor, "focal_point:refuse", f"naming:{naming.id}")


@operation
def end_focal_point(actor: Actor, naming_id: int, reason: str) -> None:
    """Let somebody be focal point no more, at once; sessions end with it."""
    naming = naming_for(actor, naming_id)
    require(actor, Permission.FOCAL_POINT_REGISTER)
    _move(
        naming,
        NamingStatus.CONFIRMED,
        status=NamingStatus.ENDED,
        ended_at=clock.now(),
        ended_by_id=actor.id,
        end_reason=reason,
    )
    yesterday = clock.now().date() - timedelta(days=1)
    for held in representations_of(naming.member_id or 0):
        is_this = (held.authority_id, held.role) == (naming.authority_id, Role.FOCAL_POINT)
        if is_this and (held.until_on is None or held.until_on > yesterday):
            end_representation(held.member_id, held.authority_id, by=actor, reason=reason)
    record(actor, "focal_point:end", f"naming:{naming.id}", reason=reason)


@operation
def invite_focal_point(actor: Actor, naming_id: int) -> None:
    """Mail a new activation link to a focal point who did not use the first one."""
    naming = naming_for(actor, naming_id)
    require(actor, Permission.FOCAL_POINT_REGISTER)
    member = naming.member
    is_pending = member is not None and member.status is MemberStatus.PENDING
    if member is None or not is_pending or naming.status is not NamingStatus.CONFIRMED:
        raise Conflict(N_("This account is activated already, or there is none."))
    send_activation(member)
    record(actor, "focal_point:invite", f"naming:{naming.id}")


def _move(naming: Naming, from_: NamingStatus, *conditions: Any, **changes: Any) -> None:
    moved = db.session.scalar(
        update(Naming)
        .where(Naming.id == naming.id, Naming.status == from_, *conditions)
        .values(**changes)
        .returning(Naming.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise Conflict(_MOVED_ON)
    db.session.refresh(naming)
