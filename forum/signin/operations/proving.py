"""Signing in, and proving oneself again."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import update

from forum.audit.operations import record
from forum.core import throttle
from forum.core.db import db, operation
from forum.core.mail import post_mail
from forum.members.models import Member
from forum.members.queries import member_with_mailbox
from forum.policy import ANONYMOUS, Actor
from forum.signin.held import Duty, duty_of
from forum.signin.models import Credential, OpenSession, SecondFactor
from forum.signin.operations import factors, strangers
from forum.signin.operations.entering import (
    OUTCOMES,
    PasskeyNeeded,
    SignedIn,
    Suspended,
    kept_out,
    let_in,
    opens_by_passkey_alone,
    record_failure,
)
from forum.signin.operations.sessions import renew_session
from forum.signin.operations.tries import (
    Client,
    Refused,
    Throttled,
    code_counter,
    confirm_counter,
    is_known,
    noted,
    password_counters,
    throttled,
    tried,
)
from forum.signin.queries import member_in_use, member_who_may_prove


@dataclass(frozen=True)
class PasswordRight:
    """The first factor was proved; nothing is open yet."""

    member_id: int


@dataclass(frozen=True)
class LinkNeeded:
    """The password was not looked at: a mailed link must make this browser known first."""


_OUTCOMES: Final = OUTCOMES | {LinkNeeded: "link needed"}


@dataclass(frozen=True)
class Confirmed:
    """Both factors were proved again; the session goes on under a new token."""

    token: str


@dataclass(frozen=True)
class _Claim:
    """Somebody says who they are; counted as a failure until the password was looked at."""

    member_id: int | None = None
    #: None takes the same work and is no.
    password_hash: str | None = None
    wait: Throttled | None = None
    needs_link: bool = False
    needs_passkey: bool = False
    attempts: list[str] = field(default_factory=list)


def prove_password(
    email: str, password: str, client: Client
) -> PasswordRight | LinkNeeded | Refused | Throttled:
    """The first step of signing in: the same answer for the same work, whoever it is.

    Two transactions with one hash between them: the hash takes its time, in which others must be
    able to write.
    """
    claim = _claim(email, client)
    is_right = factors.hasher().verify(claim.password_hash, password)
    if is_right and claim.password_hash and factors.hasher().needs_rehash(claim.password_hash):
        _keep_hash(claim, factors.hasher().hash(password))
    return _settle(claim, is_right, email, client)


@operation
def _claim(email: str, client: Client) -> _Claim:
    member = member_with_mailbox(email)
    member_id = member.id if member else None
    counters = password_counters(client, email, member_id)
    by_link = not is_known(client, member_id) and strangers.needs_link(email)
    if by_link:
        counters = counters[:1]  # that of the address: the account's own cannot keep its owner out
    wait = throttled(counters)
    if wait is not None:
        if member is not None and member.may_prove and throttled(counters[-1:]) and not by_link:
            strangers.tell_of_pause(member)
        return _Claim(member_id, wait=wait)
    attempts = noted(counters)
    if by_link:
        return _Claim(member_id, needs_link=True, attempts=attempts)
    return _Claim(member_id, _usable_hash(member), attempts=attempts)


def _usable_hash(member: Member | None) -> str | None:
    """The password's hash, if the account has both factors and is in use, or is suspended: who
    proves both is told so."""
    if member is None or not member.may_prove:
        return None
    credential = db.session.get(Credential, member.id)
    factor = db.session.get(SecondFactor, member.id)
    return credential.password_hash if credential and factor else None


@operation
def _keep_hash(claim: _Claim, password_hash: str) -> None:
    """The same password under today's parameters, unless it was changed meanwhile."""
    db.session.execute(
        update(Credential)
        .where(
            Credential.member_id == claim.member_id,
            Credential.password_hash == claim.password_hash,
        )
        .values(password_hash=password_hash)
    )


@operation
def _settle(
    claim: _Claim, is_right: bool, email: str, client: Client
) -> PasswordRight | LinkNeeded | Refused | Throttled:
    outcome: PasswordRight | LinkNeeded | Refused | Throttled = claim.wait or Refused()
    if claim.needs_link:
        outcome = LinkNeeded()
        member = None if claim.member_id is None else member_who_may_prove(claim.member_id)
        if member is not None and _usable_hash(member) is not None:
            strangers.send_sign_in_link(member)
    elif is_right and claim.member_id is not None:
        throttle.take_back(claim.attempts)
        outcome = PasswordRight(claim.member_id)
    elif isinstance(outcome, Refused) and not is_known(client, claim.member_id):
        strangers.note_failure(email)
    whose = "unknown" if claim.member_id is None else claim.member_id
    record(
        ANONYMOUS,
        "password:prove",
        f"member:{whose}",
        outcome=_OUTCOMES.get(type(outcome), "done"),
        details=client.told,
    )
    return outcome


@operation
def sign_in_with_code(
    member_id: int, code: str, client: Client, browser: str
) -> SignedIn | Suspended | Refused | Throttled:
    """The second step of signing in, with a code of the app."""
    return _second_step(
        member_id, client, browser, lambda: factors.accepts_code(member_id, code), "app"
    )


@operation
def sign_in_with_recovery_code(
    member_id: int, code: str, client: Client, browser: str
) -> SignedIn | Suspended | Refused | Throttled:
    """The second step of signing in, with a recovery code; its owner is told by mail."""
    outcome = _second_step(
        member_id,
        client,
        browser,
        lambda: factors.uses_recovery_code(member_id, code),
        "recovery code",
    )
    if isinstance(outcome, Refused | Throttled):
        return outcome
    left = factors.recovery_codes_left(member_id)
    member = member_who_may_prove(member_id)
    if member is not None:
        post_mail("signin/recovery_code_used", member.email, path="/", left=left)
    return outcome if isinstance(outcome, Suspended) else replace(outcome, codes_left=left)


def _second_step(
    member_id: int, client: Client, browser: str, proves: Callable[[], bool], how: str
) -> SignedIn | Suspended | Refused | Throttled:
    """Where no code opens the account none is looked at, and each is answered as a wrong one: so
    nobody learns from the answer that a code was right, or that the account is a moderator's."""
    member = member_who_may_prove(member_id)
    is_futile = member is not None and opens_by_passkey_alone(member)
    point = db.session.begin_nested()
    outcome = _proved_second(member_id, client, browser, lambda: not is_futile and proves(), how)
    if isinstance(outcome, PasskeyNeeded):  # made a moderator in this very moment
        point.rollback()
        is_futile, outcome = True, Refused()
    else:
        point.commit()
    if not isinstance(outcome, SignedIn):
        is_refused = isinstance(outcome, Refused)
        why = PasskeyNeeded if is_futile and is_refused else type(outcome)
        record_failure(member_id, how, client, _OUTCOMES[why])
    return outcome


def _proved_second(
    member_id: int, client: Client, browser: str, proves: Callable[[], bool], how: str
) -> SignedIn | Suspended | PasskeyNeeded | Refused | Throttled:
    member = member_who_may_prove(member_id)
    refusal = tried(code_counter(member_id), lambda: member is not None and proves())
    if member is None:
        return refusal or Refused()
    if refusal is not None:
        _note_what_failed(member, client, refusal)
        return refusal
    return kept_out(member) or let_in(member, client, browser, how)


def _note_what_failed(member: Member, client: Client, outcome: Refused | Throttled) -> None:
    if isinstance(outcome, Throttled):
        strangers.tell_of_pause(member)
    elif not is_known(client, member.id):
        strangers.note_failure(member.email)


def confirm(
    session_id: int, password: str, code: str
) -> Confirmed | PasskeyNeeded | Refused | Throttled:
    """Step-up: password and a fresh code at once, for a session that is open.

    Which of the two was wrong is not told, and a wrong password spends neither a code nor a try
    that signing in needs: whoever finds a session open can lock nobody out. Two transactions, as
    in `prove_password`.
    """
    claim = _claim_again(session_id)
    is_right = factors.hasher().verify(claim.password_hash, password)
    return _settle_again(session_id, claim, is_right, code)


@operation
def _claim_again(session_id: int) -> _Claim:
    session = db.session.get(OpenSession, session_id)
    whose = None if session is None else session.member_id
    member = None if whose is None else member_in_use(whose)
    if session is None or member is None:
        return _Claim()
    if duty_of(member.id, is_staff=session.is_staff) is Duty.USE:
        return _Claim(member.id, needs_passkey=True)
    counters = [confirm_counter(member.id)]
    wait = throttled([*counters, code_counter(member.id)])
    if wait is not None:
        return _Claim(member.id, wait=wait)
    return _Claim(member.id, _usable_hash(member), attempts=noted(counters))


@operation
def _settle_again(
    session_id: int, claim: _Claim, is_right: bool, code: str
) -> Confirmed | PasskeyNeeded | Refused | Throttled:
    member = None if claim.member_id is None else member_in_use(claim.member_id)
    if member is None:
        return Refused()
    outcome: Confirmed | PasskeyNeeded | Refused | Throttled
    outcome = claim.wait or confirm_counter(member.id).refused()
    if claim.needs_passkey:
        outcome = PasskeyNeeded()
    elif is_right:
        refusal = tried(code_counter(member.id), lambda: factors.accepts_code(member.id, code))
        token = renew_session(session_id) if refusal is None else None
        if token is not None:
            throttle.take_back(claim.attempts)
            outcome = Confirmed(token)
        elif isinstance(refusal, Throttled):
            outcome = refusal
    record(
        Actor(id=member.id, name=member.name),
        "session:confirm",
        f"session:{session_id}",
        outcome=_OUTCOMES.get(type(outcome), "done"),
    )
    return outcome
