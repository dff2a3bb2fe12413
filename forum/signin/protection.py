"""What protects an account, and the sessions that are open in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from forum.core import clock
from forum.core.db import db
from forum.core.errors import NotFound
from forum.core.services import services
from forum.policy import Actor
from forum.signin.devices import device_of
from forum.signin.held import MOST_PASSKEYS, Duty, needs_passkey, passkey_of, passkeys_held_by
from forum.signin.models import (
    Credential,
    OpenSession,
    Passkey,
    RecoveryCode,
    SecondFactor,
    SecretKind,
)
from forum.signin.queries import Enrolment, is_lapsed, member_in_use, shown_secret
from forum.signin.totp import provisioning_uri
from forum.signin.words import device_words


@dataclass(frozen=True)
class Protection:
    """The factors of a member, and since when they hold."""

    password_changed_at: datetime
    authenticator_since: datetime
    codes_left: int
    #: None if there are none, or the day is not known.
    codes_made_at: datetime | None


@dataclass(frozen=True)
class ShownPasskey:
    """A passkey, as its owner knows it again."""

    id: int
    name: str
    made_at: datetime
    used_at: datetime | None
    #: It is both factors at once, for its device makes sure who holds it.
    verifies_user: bool
    #: The last that a moderator must have.
    must_stay: bool = False


@dataclass(frozen=True)
class ShownPasskeys:
    """All passkeys of an account."""

    all: tuple[ShownPasskey, ...]
    #: There is no room for another.
    is_full: bool
    duty: Duty


@dataclass(frozen=True)
class Sitting:
    """An open session, as its owner knows it again."""

    id: int
    device: str
    opened_at: datetime
    seen_at: datetime
    is_current: bool


def protection_of(actor: Actor) -> Protection:
    """What protects the actor's own account. Raises NotFound for somebody without one."""
    found = db.session.execute(
        select(Credential.changed_at, SecondFactor.proved_at)
        .join(SecondFactor, SecondFactor.member_id == Credential.member_id)
        .where(Credential.member_id == actor.id)
    ).one_or_none()
    if found is None:
        raise NotFound(f"factors of member {actor.id}")
    left, made_at = db.session.execute(
        select(func.count(), func.min(RecoveryCode.made_at)).where(
            RecoveryCode.member_id == actor.id, RecoveryCode.used_at.is_(None)
        )
    ).one()
    return Protection(*found, left, made_at)


def passkeys_of(actor: Actor) -> ShownPasskeys:
    """The actor's own passkeys, the oldest first."""
    held = passkeys_held_by(actor.id or 0)
    verifying = [passkey for passkey in held if passkey.verifies_user]
    is_needed = needs_passkey(is_staff=actor.is_staff)
    last = verifying[0] if is_needed and len(verifying) == 1 else None
    duty = Duty.NONE if not is_needed else Duty.USE if verifying else Duty.ADD
    shown = tuple(_shown(passkey, must_stay=passkey is last) for passkey in held)
    return ShownPasskeys(shown, len(held) >= MOST_PASSKEYS, duty)


def passkey_shown(actor: Actor, passkey_id: int) -> ShownPasskey:
    """One of the actor's own passkeys. Raises NotFound if it is none of theirs."""
    return _shown(passkey_of(actor, passkey_id))


def _shown(passkey: Passkey, *, must_stay: bool = False) -> ShownPasskey:
    return ShownPasskey(
        id=passkey.id,
        name=passkey.name,
        made_at=passkey.made_at,
        used_at=passkey.used_at,
        verifies_user=passkey.verifies_user,
        must_stay=must_stay,
    )


def sittings_of(actor: Actor, here: int) -> list[Sitting]:
    """The actor's open sessions: the current one first, then the one used last."""
    settings = services().settings
    since = clock.now() - timedelta(hours=max(settings.session_hours, settings.staff_hours))
    found = db.session.scalars(
        select(OpenSession).where(
            OpenSession.member_id == actor.id,
            OpenSession.ended_at.is_(None),
            OpenSession.opened_at > since,
        )
    )
    open_ones = [_sitting(session, here) for session in found if not is_lapsed(session)]
    return sorted(open_ones, key=lambda one: (one.is_current, one.seen_at, one.id), reverse=True)


def all_sittings_of(member_id: int) -> list[Sitting]:
    """The sessions of a member of which something is kept, open or ended, the oldest first."""
    found = db.session.scalars(
        select(OpenSession).where(OpenSession.member_id == member_id).order_by(OpenSession.id)
    )
    return [_sitting(session, 0) for session in found]


def sitting_of(actor: Actor, here: int, session_id: int) -> Sitting:
    """One of the actor's sessions, open or ended. Raises NotFound if it is none of theirs."""
    found = db.session.get(OpenSession, session_id)
    if found is None or found.member_id is None or found.member_id != actor.id:
        raise NotFound(f"session {session_id}")
    return _sitting(found, here)


def new_authenticator_of(actor: Actor, here: int) -> Enrolment | None:
    """The authenticator app that is being set up in this session, if one is."""
    member = None if actor.id is None else member_in_use(actor.id)
    begun = shown_secret(here, SecretKind.AUTHENTICATOR)
    if member is None or not begun:
        return None
    (secret,) = begun
    uri = provisioning_uri(secret, member.email, services().settings.site_name)
    return Enrolment(member.email, secret, uri)


def new_codes_of(here: int) -> tuple[str, ...]:
    """The recovery codes that were made in this session, until they are saved."""
    return shown_secret(here, SecretKind.RECOVERY_CODES)


def _sitting(session: OpenSession, here: int) -> Sitting:
    return Sitting(
        id=session.id,
        device=device_words(device_of(session.device)),
        opened_at=session.opened_at,
        seen_at=session.seen_at,
        is_current=session.id == here,
    )
