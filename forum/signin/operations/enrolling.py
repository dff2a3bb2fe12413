"""A new second factor in place of a lost one: a link, the password, a new app, recovery codes.

Who gets such a link, and after what, is for a higher feature to decide; the link alone is not
enough, for the page behind it asks for the password; or for a new one, where that feature says that
the old one is lost as well: then people decided on that too. The old factor holds until a code proves the
new one, and ends with it, as do the old recovery codes and every session.
"""

from dataclasses import dataclass
from datetime import timedelta

from forum.audit.operations import record
from forum.core import clock, throttle
from forum.core.db import db, operation
from forum.core.errors import Invalid
from forum.core.secrets import digest
from forum.core.services import services
from forum.members.models import Member
from forum.policy import ANONYMOUS, Actor
from forum.signin.models import Credential, LinkPurpose, OneTimeLink, SecondFactor
from forum.signin.operations import factors
from forum.signin.operations.activation import Over
from forum.signin.operations.links import keep_progress, kill_links, make_link, spends_link
from forum.signin.operations.sessions import end_sessions_of
from forum.signin.operations.tries import (
    Refused,
    Throttled,
    code_counter,
    confirm_counter,
    noted,
    throttled,
    tried,
)
from forum.signin.passwords import refusal
from forum.signin.queries import Progress, enrolment_link, progress_of
from forum.signin.totp import accepted_step, new_secret


@dataclass(frozen=True)
class Begun:
    """The password was right; the new app can be set up in this browser."""


@dataclass(frozen=True)
class Enrolled:
    """The new factor is in use; its recovery codes wait to be saved."""

    member_id: int


@dataclass(frozen=True)
class _Claim:
    """A password to be looked at; counted as a failure until it was."""

    password_hash: str | None
    attempts: tuple[str, ...]


def make_enrolment_link(member: Member, lasts: timedelta) -> str:
    """The token of a link to a new second factor; older ones are worth nothing from then on.

    Inside the operation in hand.
    """
    token, link_id = make_link(member.id, LinkPurpose.ENROLMENT, lasts)
    details: dict[str, object] = {"link": link_id, "purpose": LinkPurpose.ENROLMENT.value}
    record(ANONYMOUS, "link:make", f"member:{member.id}", details=details)
    return token


def begin_enrolment(token: str, browser: str, password: str) -> Begun | Refused | Throttled | Over:
    """Make the key of a new app for this browser, if the password is right; the link is not spent.

    Two transactions with the hash between them, in which others must be able to write.
    """
    claim = _claim(token)
    if not isinstance(claim, _Claim):
        return claim
    is_right = factors.hasher().verify(claim.password_hash, password)
    return _settle(token, browser, claim, is_right)


@operation
def _claim(token: str) -> _Claim | Throttled | Over:
    link = enrolment_link(token)
    if link is None:
        return Over()
    counters = [confirm_counter(link.member_id)]
    wait = throttled(counters)
    if wait is not None:
        record(ANONYMOUS, "enrolment:begin", f"member:{link.member_id}", outcome="throttled")
        return wait
    credential = db.session.get(Credential, link.member_id)
    return _Claim(credential.password_hash if credential else None, tuple(noted(counters)))


@operation
def _settle(token: str, browser: str, claim: _Claim, is_right: bool) -> Begun | Refused | Over:
    link = enrolment_link(token)
    if link is None:
        return Over()
    subject = f"member:{link.member_id}"
    if not is_right or claim.password_hash is None:
        record(ANONYMOUS, "enrolment:begin", subject, outcome="refused")
        return confirm_counter(link.member_id).refused()
    throttle.take_back(claim.attempts)
    return _begun(link, browser)


def begin_enrolment_with_new_password(token: str, browser: str, password: str) -> Begun | Over:
    """Keep a new password, and the key of a new app, for this browser; the link is not spent.

    Raises Invalid if the password is not taken.
    """
    link = enrolment_link(token)
    if link is None:
        return Over()
    why_not = refusal(password, about=[link.member.name, link.member.email])
    if why_not is not None:
        raise Invalid("password", why_not.sentence)
    return _keep_new_password(token, browser, factors.hasher().hash(password))


@operation
def _keep_new_password(token: str, browser: str, password_hash: str) -> Begun | Over:
    link = enrolment_link(token)
    return Over() if link is None else _begun(link, browser, password_hash)


def _begun(link: OneTimeLink, browser: str, password_hash: str = "") -> Begun:
    # Whoever goes back and forth keeps the key that their app may know already.
    known = progress_of(link, browser)
    secret = known.secret if known else new_secret()
    keep_progress(link, Progress(digest(browser), password_hash, secret=secret))
    record(ANONYMOUS, "enrolment:begin", f"member:{link.member_id}", details={"link": link.id})
    return Begun()


@operation
def finish_enrolment(token: str, browser: str, code: str) -> Enrolled | Refused | Throttled | Over:
    """Put the new app in the old one's place, and the new password if one was chosen, once a code
    proves the app; spends the link.

    No session comes of it, and all that were open end: both factors are proved at the next sign-in.
    """
    link = enrolment_link(token)
    progress = None if link is None else progress_of(link, browser)
    if link is None or progress is None:
        return Over()
    member, subject = link.member, f"member:{link.member_id}"
    step = accepted_step(progress.secret, code, clock.now())
    refused = tried(code_counter(member.id), lambda: step is not None)
    if refused is not None or step is None:
        outcome = "throttled" if isinstance(refused, Throttled) else "refused"
        record(ANONYMOUS, "factor:replace", subject, outcome=outcome)
        return refused or Refused()
    if not spends_link(link):
        return Over()
    _replace(member.id, progress.secret, step)
    codes = factors.new_recovery_codes(member.id)
    keep_progress(link, Progress(progress.browser, codes=codes))
    kill_links(member.id, LinkPurpose.RESET, LinkPurpose.SIGN_IN)
    details: dict[str, object] = {"by": "recovery", "link": link.id}
    whoever = Actor(id=member.id, name=member.name)
    if progress.password_hash:
        _replace_password(member.id, progress.password_hash)
        record(whoever, "password:reset", subject, details=details)
    record(whoever, "factor:replace", subject, details=details)
    end_sessions_of(member.id)
    return Enrolled(member.id)


def _replace_password(member_id: int, password_hash: str) -> None:
    db.session.merge(
        Credential(member_id=member_id, password_hash=password_hash, changed_at=clock.now())
    )
    db.session.flush()


def _replace(member_id: int, secret: str, step: int) -> None:
    sealed = services().cipher.seal(secret)
    db.session.merge(
        SecondFactor(
            member_id=member_id, sealed_secret=sealed, last_step=step, proved_at=clock.now()
        )
    )
    db.session.flush()
