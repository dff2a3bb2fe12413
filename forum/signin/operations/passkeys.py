"""Keeping passkeys: adding, naming, removing them.

Adding and removing a passkey is told by mail and ends the other sessions (security.md S4). Any
passkey can be removed, since the authenticator app stays, but for the last that a moderator must
have (`forum.signin.held`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict
from forum.core.mail import post_mail
from forum.core.secrets import keyed_digest
from forum.core.services import services
from forum.core.typed import N_
from forum.members.models import Member
from forum.policy import Actor
from forum.signin import ceremonies
from forum.signin.ceremonies import Enrolled, Owner, Site, Why
from forum.signin.held import MOST_PASSKEYS, known, needs_passkey, passkey_of, passkeys_held_by
from forum.signin.models import Passkey
from forum.signin.operations.challenges import (
    PASSKEYS_PAGE,
    Declined,
    Purpose,
    make_challenge,
    spent_challenge,
)
from forum.signin.operations.sessions import end_other_sessions, member_in_session

_TOO_MANY: Final = N_("You have ten passkeys. Remove one before you add another.")
_LAST: Final = N_("Moderators need a passkey, and this is your last. Add another one first.")


@dataclass(frozen=True)
class Added:
    """The passkey is in use."""

    passkey_id: int


@operation
def begin_passkey(actor: Actor, session_id: int, browser: str) -> str:
    """What the browser is asked in order to make a passkey, as JSON."""
    member = member_in_session(actor, session_id)
    held = passkeys_held_by(member.id)
    if len(held) >= MOST_PASSKEYS:
        raise Conflict(_TOO_MANY)
    return ceremonies.creation_options(
        Site.of(services().settings),
        make_challenge(browser, Purpose.ADD),
        Owner(_handle(member.id, held), member.email, member.name),
        known(held),
        must_verify=needs_passkey(is_staff=actor.is_staff),
    )


@operation
def add_passkey(
    actor: Actor, session_id: int, browser: str, name: str, answer: str
) -> Added | Declined:
    """Take a passkey into use that the browser just made; the other sessions end.

    Raises Conflict if there are too many.
    """
    member = member_in_session(actor, session_id)
    held = passkeys_held_by(member.id)
    if len(held) >= MOST_PASSKEYS:
        raise Conflict(_TOO_MANY)
    challenge = spent_challenge(browser, Purpose.ADD)
    enrolled = challenge and ceremonies.enrolled(
        Site.of(services().settings),
        challenge,
        answer,
        must_verify=needs_passkey(is_staff=actor.is_staff),
    )
    if not enrolled:
        outcome = Declined(Why.WRONG if challenge else Why.STALE, member.id)
        record(actor, "passkey:add", f"member:{member.id}", outcome="refused")
        return outcome
    passkey_id = _kept(member, _handle(member.id, held), name, enrolled)
    if passkey_id is None:
        record(actor, "passkey:add", f"member:{member.id}", outcome="refused")
        return Declined(Why.ALREADY, member.id)
    record(actor, "passkey:add", f"member:{member.id}", details={"passkey": passkey_id})
    end_other_sessions(actor, session_id)
    post_mail("signin/passkey_added", member.email, path=PASSKEYS_PAGE)
    return Added(passkey_id)


def _kept(member: Member, handle: str, name: str, enrolled: Enrolled) -> int | None:
    """The number of the new passkey; None if it was added before, by whomever."""
    passkey = Passkey(
        member_id=member.id,
        credential_id=enrolled.credential_id,
        public_key=enrolled.public_key,
        handle=handle,
        sign_count=enrolled.sign_count,
        verifies_user=enrolled.verified_user,
        transports=list(enrolled.transports),
        aaguid=enrolled.aaguid,
        name=name,
        made_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(passkey)
    except IntegrityError:
        return None
    return passkey.id


def _handle(member_id: int, held: Sequence[Passkey]) -> str:
    """What stands for the member in a device: the same each time, and it names nobody."""
    key = services().settings.secret_key
    return held[0].handle if held else keyed_digest(key, f"passkeys of:{member_id}")


@operation
def rename_passkey(actor: Actor, passkey_id: int, name: str) -> None:
    """Call one of the actor's passkeys otherwise. Raises NotFound if it is none of theirs."""
    passkey = passkey_of(actor, passkey_id)
    passkey.name = name
    record(actor, "passkey:rename", f"member:{passkey.member_id}", details={"passkey": passkey_id})


@operation
def remove_passkey(actor: Actor, session_id: int, passkey_id: int) -> None:
    """Let one of the actor's passkeys be worth nothing any more; the other sessions end.

    Raises NotFound if the actor has no such passkey, Conflict if it is the last of a moderator who
    must have one.
    """
    member = member_in_session(actor, session_id)  # held, so that two are removed one by one
    passkey = passkey_of(actor, passkey_id)
    if needs_passkey(is_staff=actor.is_staff) and passkey.verifies_user:
        others = [one for one in passkeys_held_by(member.id) if one.id != passkey_id]
        if not any(other.verifies_user for other in others):
            raise Conflict(_LAST)
    db.session.delete(passkey)
    record(actor, "passkey:remove", f"member:{member.id}", details={"passkey": passkey_id})
    end_other_sessions(actor, session_id)
    post_mail("signin/passkey_removed", member.email, path=PASSKEYS_PAGE)


@operation
def remove_all_passkeys(actor: Actor, member_id: int) -> int:
    """Let all passkeys of a member be worth nothing: they are lost, and somebody else made sure of
    it. How many there were."""
    ended = db.session.scalars(
        delete(Passkey).where(Passkey.member_id == member_id).returning(Passkey.id)
    ).all()
    if ended:
        details: dict[str, object] = {"passkeys": sorted(ended)}
        record(actor, "passkey:remove", f"member:{member_id}", details=details)
    return len(ended)
