"""What a passkey is to sign, and what its answer proves.

A challenge is kept in the row of the session, for one purpose, five minutes and one answer: right or
wrong, the answer spends it.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select, update

from forum.audit.operations import record
from forum.core import clock, throttle
from forum.core.db import db
from forum.core.mail import post_mail
from forum.core.secrets import digest, new_token, same
from forum.core.services import services
from forum.core.throttle import Limit
from forum.policy import ANONYMOUS
from forum.signin import ceremonies
from forum.signin.ceremonies import Site, Why
from forum.signin.models import OpenSession, Passkey
from forum.signin.operations.sessions import begins
from forum.signin.operations.tries import counter_key

CHALLENGE_LASTS: Final = timedelta(minutes=5)
_NOTICES: Final = (Limit(1, timedelta(hours=1)),)
#: Where mails about passkeys lead.
PASSKEYS_PAGE: Final = "/settings/security/passkeys"


class Purpose(StrEnum):
    """What a challenge is for; an answer given for one serves no other."""

    SIGN_IN = "sign_in"
    #: After the password.
    SECOND_STEP = "second_step"
    CONFIRM = "confirm"
    ADD = "add"


@dataclass(frozen=True)
class Declined:
    """The answer was not accepted."""

    why: Why
    #: Whose passkey it is, if it is anybody's.
    member_id: int | None = None


@dataclass(frozen=True)
class Proved:
    """A passkey signed what this browser was to have signed."""

    member_id: int
    #: Its device made sure who held it, so that it stands for both factors.
    verified_user: bool


def make_challenge(browser: str, purpose: Purpose) -> str:
    """A new challenge for that browser, in place of an older one; inside the operation in hand."""
    if not _challenges(browser, purpose, challenge := new_token()):
        begins(digest(browser), "{}")  # or another request of the same browser is faster
        _challenges(browser, purpose, challenge)
    return challenge


def _challenges(browser: str, purpose: Purpose, challenge: str) -> bool:
    changed = db.session.scalar(
        update(OpenSession)
        .where(OpenSession.token_digest == digest(browser), OpenSession.ended_at.is_(None))
        .values(challenge=f"{purpose}:{challenge}", challenged_at=clock.now())
        .returning(OpenSession.id)
        .execution_options(synchronize_session=False)
    )
    return changed is not None


def spent_challenge(browser: str, purpose: Purpose) -> str | None:
    """The challenge, if it is for that and holds; of two who come at once, one gets it."""
    kept = db.session.execute(
        select(OpenSession.id, OpenSession.challenge, OpenSession.challenged_at).where(
            OpenSession.token_digest == digest(browser),
            OpenSession.ended_at.is_(None),
            OpenSession.challenge.is_not(None),
        )
    ).one_or_none()
    if kept is None:
        return None
    spent = db.session.scalar(
        update(OpenSession)
        .where(OpenSession.id == kept.id, OpenSession.challenge == kept.challenge)
        .values(challenge=None, challenged_at=None)
        .returning(OpenSession.id)
        .execution_options(synchronize_session=False)
    )
    wanted, _, challenge = kept.challenge.partition(":")
    is_over = clock.now() - kept.challenged_at >= CHALLENGE_LASTS
    return None if spent is None or wanted != purpose or is_over else challenge


def proved(
    browser: str, purpose: Purpose, answer: str, *, owner: int | None = None, must_verify: bool
) -> Proved | Declined:
    """What the answer proves, with the challenge spent; inside the operation in hand.

    `owner`: whose passkey it must be, where that is known already.
    """
    challenge = spent_challenge(browser, purpose)
    if challenge is None:
        return Declined(Why.STALE)
    read = ceremonies.answered(answer)
    if read is None:
        return Declined(Why.WRONG)
    passkey = db.session.scalar(select(Passkey).where(Passkey.credential_id == read.credential_id))
    if passkey is None or owner not in (None, passkey.member_id) or not passkey.member.may_prove:
        return Declined(Why.UNKNOWN)
    whose = passkey.member_id
    signed = ceremonies.signed(
        Site.of(services().settings), challenge, read, bytes(passkey.public_key)
    )
    # Without a list of its own, the browser let the device choose: it must say whose passkey it is.
    handle = read.handle if purpose is Purpose.SIGN_IN else read.handle or passkey.handle
    if signed is None or not same(handle or "", passkey.handle):
        return Declined(Why.WRONG, whose)
    if must_verify and not signed.verified_user:
        return Declined(Why.UNVERIFIED, whose)
    if not _counts_on(passkey, signed.sign_count, signed.verified_user):
        record(ANONYMOUS, "passkey:suspect", f"member:{whose}", details={"passkey": passkey.id})
        _tell_of_copy(passkey)
        return Declined(Why.COPY, whose)
    return Proved(whose, signed.verified_user)


def _tell_of_copy(passkey: Passkey) -> None:
    """Mail its owner; once an hour at most, however often it is tried."""
    key = counter_key("told of a copy", str(passkey.id))
    if throttle.wait(key, _NOTICES) is None:
        throttle.note(key)
        post_mail("signin/passkey_copied", passkey.member.email, path=PASSKEYS_PAGE)


def _counts_on(passkey: Passkey, sign_count: int, verified_user: bool) -> bool:
    """Keep the count, unless it went back; a device that does not count says 0 each time."""
    keeps = (Passkey.sign_count < sign_count) | ((Passkey.sign_count == 0) & (sign_count == 0))
    kept = db.session.scalar(
        update(Passkey)
        .where(Passkey.id == passkey.id, keeps)
        .values(
            sign_count=sign_count,
            used_at=clock.now(),
            verifies_user=passkey.verifies_user or verified_user,
        )
        .returning(Passkey.id)
        .execution_options(synchronize_session=False)
    )
    return kept is not None
