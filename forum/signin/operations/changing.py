"""Changing what protects an account in use.

Each change is made in a session that proved both factors a few minutes ago (the door asks for it),
is told to the owner by mail, and has its line in the log. Another password or authenticator ends
all other sessions at once (security.md S4).
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, update

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Invalid
from forum.core.events import announce
from forum.core.mail import post_mail
from forum.core.services import services
from forum.core.typed import N_
from forum.policy import Actor
from forum.signin.events import AlarmRaised
from forum.signin.models import Credential, LinkPurpose, SecondFactor, SecretKind, ShownSecret
from forum.signin.operations import factors
from forum.signin.operations.links import kill_links
from forum.signin.operations.sessions import (
    end_other_sessions,
    end_sessions_of,
    member_in_session,
)
from forum.signin.operations.tries import Refused, Throttled, code_counter, tried
from forum.signin.passwords import refusal
from forum.signin.queries import member_of, shown_secret
from forum.signin.totp import accepted_step, new_secret

#: Where each mail about a change leads: what protects the account, and what happened to it.
_PAGE: Final = "/settings/security"
_SAME: Final = N_("This is the password you have now. Choose another one.")


@dataclass(frozen=True)
class Replaced:
    """The new authenticator is in use, and the old one is not."""


@dataclass(frozen=True)
class NothingBegun:
    """No new authenticator waits for its first code in this session."""


def change_password(actor: Actor, session_id: int, password: str) -> None:
    """Choose another password; the other sessions end.

    Raises Invalid if the password is not taken. Hashes take their time, in which others must be
    able to write, so they lie between two transactions.
    """
    about, current = _password_of(actor)
    why_not = refusal(password, about=about)
    if why_not is not None:
        raise Invalid("password", why_not.sentence)
    if factors.hasher().verify(current, password):
        raise Invalid("password", _SAME)
    _keep_password(actor, session_id, factors.hasher().hash(password))


@operation
def _password_of(actor: Actor) -> tuple[list[str], str]:
    """What a password may not be about, and the hash of the one in use."""
    member = member_of(actor)
    credential = db.session.get_one(Credential, member.id)
    return [member.name, member.email], credential.password_hash


@operation
def _keep_password(actor: Actor, session_id: int, password_hash: str) -> None:
    member = member_in_session(actor, session_id)
    db.session.execute(
        update(Credential)
        .where(Credential.member_id == member.id)
        .values(password_hash=password_hash, changed_at=clock.now())
    )
    kill_links(member.id, LinkPurpose.RESET)
    record(actor, "password:change", f"member:{member.id}")
    end_other_sessions(actor, session_id)
    post_mail("signin/password_changed", member.email, path=_PAGE)


@operation
def begin_new_authenticator(actor: Actor, session_id: int) -> None:
    """Make the key of a new app, for this session alone; what was begun in it goes on.

    The app in use stays in use until a code proves the new one.
    """
    member = member_in_session(actor, session_id)
    if shown_secret(session_id, SecretKind.AUTHENTICATOR):
        return
    _show(session_id, SecretKind.AUTHENTICATOR, (new_secret(),))
    record(actor, "factor:begin", f"member:{member.id}")


@operation
def finish_new_authenticator(
    actor: Actor, session_id: int, code: str
) -> Replaced | NothingBegun | Refused | Throttled:
    """Put the new app in the old one's place, once a code proves it; the other sessions end.

    The time step of that code is spent with it.
    """
    member = member_in_session(actor, session_id)
    begun = shown_secret(session_id, SecretKind.AUTHENTICATOR)
    if not begun:
        return NothingBegun()
    (secret,) = begun
    step = accepted_step(secret, code, clock.now())
    refused = tried(code_counter(member.id), lambda: step is not None)
    if refused is not None or step is None:
        outcome = "throttled" if isinstance(refused, Throttled) else "refused"
        record(actor, "factor:replace", f"member:{member.id}", outcome=outcome)
        return refused or Refused()
    _forget(session_id, SecretKind.AUTHENTICATOR)
    db.session.execute(
        update(SecondFactor)
        .where(SecondFactor.member_id == member.id)
        .values(sealed_secret=services().cipher.seal(secret), last_step=step, proved_at=clock.now())
    )
    record(actor, "factor:replace", f"member:{member.id}")
    end_other_sessions(actor, session_id)
    post_mail("signin/authenticator_replaced", member.email, path=_PAGE)
    return Replaced()


@operation
def renew_recovery_codes(actor: Actor, session_id: int) -> None:
    """Ten new recovery codes in place of the old ones, to be shown to this session.

    While new ones wait to be saved, pressing the button again makes no others.
    """
    member = member_in_session(actor, session_id)
    if shown_secret(session_id, SecretKind.RECOVERY_CODES):
        return
    _show(session_id, SecretKind.RECOVERY_CODES, factors.new_recovery_codes(member.id))
    record(actor, "codes:renew", f"member:{member.id}")
    post_mail("signin/recovery_codes_renewed", member.email, path=_PAGE)


@operation
def forget_shown_codes(session_id: int) -> None:
    """The new recovery codes were saved: they cannot be shown again."""
    _forget(session_id, SecretKind.RECOVERY_CODES)


@operation
def raise_alarm(actor: Actor, session_id: int) -> None:
    """Somebody else was at work in the account: all its sessions end, also the one at hand, and
    moderators are told."""
    member = member_in_session(actor, session_id)
    record(actor, "account:alarm", f"member:{member.id}")
    end_sessions_of(member.id)
    announce(AlarmRaised(member.id))


def _show(session_id: int, kind: SecretKind, lines: tuple[str, ...]) -> None:
    _forget(session_id, kind)
    sealed = services().cipher.seal("\n".join(lines))
    db.session.add(
        ShownSecret(session_id=session_id, kind=kind, sealed=sealed, made_at=clock.now())
    )


def _forget(session_id: int, kind: SecretKind) -> None:
    db.session.execute(
        delete(ShownSecret).where(ShownSecret.session_id == session_id, ShownSecret.kind == kind)
    )
