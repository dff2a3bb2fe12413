"""Signing in with a passkey, and confirming with one.

A passkey whose device made sure who holds it is both factors at once (security.md H3); after a
password, any passkey is the second. Nothing of it can be guessed, so none of the counts of failures
concerns it: whoever is locked out of password or code still gets in (T2). Nothing is told about
accounts: without a password the browser is asked for any passkey of the site, and what is not
accepted gets the same answer whether it is nobody's or belongs to an account that is closed.
"""

from forum.audit.operations import record
from forum.core.db import db, operation
from forum.core.services import services
from forum.policy import Actor
from forum.signin import ceremonies
from forum.signin.ceremonies import Site, Why
from forum.signin.held import known, passkeys_held_by
from forum.signin.models import OpenSession
from forum.signin.operations.challenges import (
    Declined,
    Purpose,
    make_challenge,
    proved,
)
from forum.signin.operations.entering import (
    OUTCOMES,
    PasskeyNeeded,
    SignedIn,
    Suspended,
    kept_out,
    let_in,
    record_failure,
)
from forum.signin.operations.proving import Confirmed
from forum.signin.operations.sessions import renew_session
from forum.signin.operations.tries import Client
from forum.signin.queries import member_in_use, member_who_may_prove

_HOW = "passkey"


@operation
def begin_sign_in(browser: str) -> str:
    """What a browser is asked in order to sign in by a passkey alone, as JSON: it names nobody."""
    challenge = make_challenge(browser, Purpose.SIGN_IN)
    return ceremonies.request_options(Site.of(services().settings), challenge, must_verify=True)


@operation
def begin_second_step(member_id: int, browser: str) -> str:
    """What a browser that proved the member's password is asked, as JSON: for one of that account."""
    return _asked_of(member_id, browser, Purpose.SECOND_STEP, must_verify=False)


@operation
def begin_confirmation(member_id: int, browser: str) -> str:
    """What a browser with an open session is asked, as JSON."""
    return _asked_of(member_id, browser, Purpose.CONFIRM, must_verify=True)


def _asked_of(member_id: int, browser: str, purpose: Purpose, *, must_verify: bool) -> str:
    challenge = make_challenge(browser, purpose)
    held = known(passkeys_held_by(member_id))
    site = Site.of(services().settings)
    return ceremonies.request_options(site, challenge, held, must_verify=must_verify)


@operation
def sign_in_with_passkey(
    answer: str, client: Client, browser: str
) -> SignedIn | Suspended | PasskeyNeeded | Declined:
    """Both factors at once."""
    return _signed_in(Purpose.SIGN_IN, None, answer, client, browser)


@operation
def sign_in_with_second_passkey(
    member_id: int, answer: str, client: Client, browser: str
) -> SignedIn | Suspended | PasskeyNeeded | Declined:
    """The second factor, after the password of that member."""
    return _signed_in(Purpose.SECOND_STEP, member_id, answer, client, browser)


def _signed_in(
    purpose: Purpose, owner: int | None, answer: str, client: Client, browser: str
) -> SignedIn | Suspended | PasskeyNeeded | Declined:
    must_verify = purpose is Purpose.SIGN_IN
    found = proved(browser, purpose, answer, owner=owner, must_verify=must_verify)
    if isinstance(found, Declined):
        record_failure(found.member_id, _HOW, client, "refused", why=found.why.value)
        return found
    member = member_who_may_prove(found.member_id)
    if member is None:
        return Declined(Why.UNKNOWN)
    if (outside := kept_out(member)) is not None:
        record_failure(member.id, _HOW, client, OUTCOMES[type(outside)])
        return outside
    point = db.session.begin_nested()
    outcome = let_in(member, client, browser, _HOW, verified_user=found.verified_user)
    if isinstance(outcome, PasskeyNeeded):  # a passkey, but its device does not know its user
        point.rollback()
        record_failure(found.member_id, _HOW, client, OUTCOMES[PasskeyNeeded])
    else:
        point.commit()
    return outcome


@operation
def confirm_with_passkey(session_id: int, browser: str, answer: str) -> Confirmed | Declined:
    """Step-up: both factors again, for a session that is open (security.md H4)."""
    session = db.session.get(OpenSession, session_id)
    whose = None if session is None else session.member_id
    member = None if whose is None else member_in_use(whose)
    if member is None:
        return Declined(Why.STALE)
    found = proved(browser, Purpose.CONFIRM, answer, owner=member.id, must_verify=True)
    token = None if isinstance(found, Declined) else renew_session(session_id)
    declined = found if isinstance(found, Declined) else Declined(Why.STALE, member.id)
    record(
        Actor(id=member.id, name=member.name),
        "session:confirm",
        f"session:{session_id}",
        outcome="done" if token else "refused",
        details={"by": _HOW} if token else {"by": _HOW, "why": declined.why.value},
    )
    return Confirmed(token) if token else declined
