"""Changing who stands for what; and giving entries out."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import or_, select, update

from forum.audit.operations import record
from forum.core import clock, events
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid, NotFound
from forum.core.services import services
from forum.core.typed import N_
from forum.directory import vcard
from forum.directory.events import RepresentationEnded
from forum.directory.models import (
    Authority,
    ContactKind,
    ContactPurpose,
    HostKind,
    Representation,
    Visibility,
)
from forum.directory.queries import contacts_for, entry_for, secretariat_or_none
from forum.directory.standing import has_left, is_successor, proposed_successor
from forum.members.events import RoleChanged
from forum.members.models import Member
from forum.policy import ANONYMOUS, Actor, Role

_SECRETARIAT_SLUG = "secretariat"

#: Said of a successor who is none.
NO_SUCCESSOR: Final = N_("Choose one of those who stand for the authority today, or nobody.")


@dataclass(frozen=True)
class Confirmed:
    """The word of somebody who answers for an authority that a member is one of its own."""

    by_id: int
    at: datetime


@operation
def secretariat() -> Authority:
    """The authority that moderators stand for; made if there is none yet."""
    found = secretariat_or_none()
    if found is not None:
        return found
    made = Authority(
        state_code=None,
        slug=_SECRETARIAT_SLUG,
        name="Secretariat",
        name_en="Secretariat",
        host_kind=HostKind.SECRETARIAT,
        zone="UTC",
        visibility=Visibility.MEMBERS,
        updated_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    record(ANONYMOUS, "authority:create", f"authority:{made.id}")
    return made


@operation
def represent(
    member: Member,
    authority: Authority,
    role: Role,
    from_on: date,
    *,
    by: Actor = ANONYMOUS,
    note_reference: str = "",
    until_on: date | None = None,
    confirmed: Confirmed | None = None,
) -> Representation:
    """Let a member stand for an authority from a day on, up to a last day if there is one.

    `confirmed` says who of those who answer for the authority said so, and when.
    Only the Secretariat has moderators, and it has nobody else. Raises Conflict if the member
    stands for the authority already.
    """
    if (role is Role.MODERATOR) != (authority.host_kind is HostKind.SECRETARIAT):
        raise Invalid("role", N_("Moderators stand for the Secretariat, and nobody else does."))
    held = _held(member.id, authority.id, from_on)
    if held is not None:
        raise Conflict(N_("This member stands for this authority already."))
    made = Representation(
        member_id=member.id,
        authority_id=authority.id,
        role=role,
        from_on=from_on,
        until_on=until_on,
        confirmed_at=None if confirmed is None else confirmed.at,
        confirmed_by_id=None if confirmed is None else confirmed.by_id,
        note_reference=note_reference,
    )
    db.session.add(made)
    db.session.flush()
    details: dict[str, object] = {"role": role.value, "from": from_on.isoformat()}
    record(by, "representation:begin", _subject(made), details=details)
    events.announce(RoleChanged(member.id))
    return made


@operation
def end_representation(
    member_id: int,
    authority_id: int,
    *,
    by: Actor = ANONYMOUS,
    reason: str = "",
    successor_id: int | None = None,
) -> Representation:
    """Let a member stand for an authority no more, at once. What was written stays with it; what
    the member left open passes to the successor, if one is named.

    Raises NotFound if the member does not stand for it today, Conflict if somebody else was faster,
    Invalid if the successor does not stand for it.
    """
    hold_members(member_id, successor_id)
    today = clock.now().date()
    held = _held(member_id, authority_id, today)
    if held is None:
        raise NotFound(f"representation of {authority_id} by {member_id}")
    if successor_id is not None and not is_successor(held, successor_id):
        raise Invalid("successor", NO_SUCCESSOR)
    ended = db.session.scalar(
        update(Representation)
        .where(
            Representation.id == held.id,
            or_(Representation.until_on.is_(None), Representation.until_on >= today),
        )
        .values(
            until_on=today - timedelta(days=1), successor_id=successor_id, settled_at=clock.now()
        )
        .returning(Representation.id)
    )
    if ended is None:
        raise Conflict(N_("This member stands for the authority no more already."))
    db.session.refresh(held)
    # Threads are locked before the log is: whoever writes a post locks them in that order.
    events.announce(RepresentationEnded(member_id, authority_id, successor_id))
    events.announce(RoleChanged(member_id))
    details: dict[str, object] = {"role": held.role.value, "until": str(held.until_on)}
    if successor_id is not None:
        details["successor"] = successor_id
    record(by, "representation:end", _subject(held), reason=reason, details=details)
    return held


def settle_ended() -> int:
    """Do what follows where the last day of a representation is over: end sessions, pass on what
    the member left open; gives how many there were.

    Nobody could use anything since the day ended, for that is read with every request.
    """
    over = db.session.scalars(
        select(Representation.id)
        .where(
            Representation.until_on < clock.now().date(),
            Representation.settled_at.is_(None),
        )
        .order_by(Representation.id)
    ).all()
    return sum(_settle(number) for number in over)


@operation
def _settle(representation_id: int) -> bool:
    held = db.session.get_one(Representation, representation_id)
    hold_members(held.member_id, held.successor_id)
    settled = db.session.scalar(
        update(Representation)
        .where(Representation.id == representation_id, Representation.settled_at.is_(None))
        .values(settled_at=clock.now())
        .returning(Representation.id)
    )
    if settled is None:
        return False
    db.session.refresh(held)
    stands_again = not has_left(held, clock.now().date())
    heir = None if stands_again else proposed_successor(held)
    events.announce(RepresentationEnded(held.member_id, held.authority_id, heir))
    events.announce(RoleChanged(held.member_id))
    details: dict[str, object] = {"role": held.role.value, "until": str(held.until_on)}
    if heir is not None:
        details["successor"] = heir
    record(ANONYMOUS, "representation:lapse", _subject(held), details=details)
    return True


def hold_members(*numbers: int | None) -> None:
    """Whoever leaves and whoever takes over do not both leave at the same moment: the second waits
    for the first. Posts of theirs are not held up."""
    db.session.execute(
        select(Member.id)
        .where(Member.id.in_([number for number in numbers if number is not None]))
        .order_by(Member.id)
        .with_for_update(key_share=True)
    )


def _held(member_id: int, authority_id: int, from_on: date) -> Representation | None:
    """The representation that holds on that day or begins later."""
    for held in db.session.scalars(
        select(Representation).where(
            Representation.member_id == member_id, Representation.authority_id == authority_id
        ),
        execution_options={"populate_existing": True},
    ):
        if held.until_on is None or held.until_on >= from_on:
            return held
    return None


def _subject(held: Representation) -> str:
    return f"member:{held.member_id} authority:{held.authority_id}"


@operation
def download_vcard(actor: Actor, state_code: str, slug: str) -> str:
    """The vCard of an entry, with what `actor` may see of it.

    Raises NotFound if `actor` may not know of the entry.
    """
    authority = entry_for(actor, state_code, slug)
    record(actor, "vcard:download", f"authority:{authority.id}")
    return vcard.text(_vcard(actor, authority))


def _vcard(actor: Actor, authority: Authority) -> vcard.Card:
    contacts = contacts_for(actor, authority)
    return vcard.Card(
        name=authority.name,
        organisation=(authority.name, *authority.units),
        telephones=tuple(
            vcard.Telephone(
                line.value,
                vcard.Line.FAX if line.kind is ContactKind.FAX else vcard.Line.VOICE,
                is_urgent=line.purpose is ContactPurpose.URGENT,
            )
            for line in contacts
            if line.kind is not ContactKind.EMAIL
        ),
        emails=tuple(line.value for line in contacts if line.kind is ContactKind.EMAIL),
        address=vcard.Address(
            street=tuple(authority.address_lines),
            city=authority.city,
            region=authority.territory,
            code=authority.postal_code,
            country=authority.state.name_en if authority.state else "",
        ),
        zone=authority.zone,
        languages=tuple(dict.fromkeys(accepted.code for accepted in authority.languages)),
        website=authority.website or None,
        note=_note(authority),
        revised_at=authority.updated_at,
        source=services().settings.link(
            f"/directory/{(authority.state_code or '').lower()}/{authority.slug}"
        ),
    )


def _note(authority: Authority) -> str:
    parts = (authority.english_name, authority.contact_post, authority.urgent_procedure)
    return "\n".join(part for part in parts if part)
