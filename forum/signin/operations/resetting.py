"""A new password by mail, for whoever still has the second factor.

The request keeps an address and nothing more: whose it is, is for the worker to find out, so that
nobody can tell from the answer, or from the time it took, whether there is an account (security.md
E1). The link replaces a password and never the second factor: the page behind it asks for the code
of the app or a recovery code, from the same spender and under the same count as at sign-in (R2).
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update

from forum.audit.operations import record
from forum.core import clock, throttle
from forum.core.db import db, operation
from forum.core.errors import Invalid, NotFound
from forum.core.mail import post_mail
from forum.core.secrets import keyed_digest
from forum.core.services import services
from forum.core.throttle import Limit
from forum.members.models import Member
from forum.members.queries import member_with_mailbox
from forum.policy import ANONYMOUS, Actor
from forum.signin.models import Credential, LinkPurpose, OneTimeLink, ResetRequest
from forum.signin.operations import factors
from forum.signin.operations.links import kill_links, make_link, spends_link
from forum.signin.operations.sessions import end_sessions_of
from forum.signin.operations.tries import Refused, Throttled, code_counter, tried
from forum.signin.passwords import refusal
from forum.signin.queries import link_in_force, member_in_use

#: Of these mails to one account; what is asked beyond is silently left out.
_MAILS: Final = (Limit(3, timedelta(hours=1)),)


@operation
def ask_for_reset(address: str) -> None:
    """Keep the address for the worker, whosever it is."""
    db.session.add(ResetRequest(address=address, asked_at=clock.now()))
    record(ANONYMOUS, "reset:ask", "mailbox:typed")


def answer_resets() -> int:
    """Mail a link for each request under the address of an account in use; how many were answered."""
    answered = 0
    while (waiting := db.session.scalar(select(ResetRequest.id).limit(1))) is not None:
        _answer(waiting)
        answered += 1
    return answered


@operation
def _answer(request_id: int) -> None:
    address = db.session.scalar(
        delete(ResetRequest).where(ResetRequest.id == request_id).returning(ResetRequest.address)
    )
    if address is None:
        return  # another worker was faster
    known = member_with_mailbox(address)
    member = None if known is None else member_in_use(known.id)
    if member is None:
        record(ANONYMOUS, "reset:send", "member:unknown", outcome="refused")
        return
    key = "reset:" + keyed_digest(services().settings.secret_key, f"reset:{member.id}")
    throttle.hold(key)
    if throttle.wait(key, _MAILS) is not None:
        record(ANONYMOUS, "reset:send", f"member:{member.id}", outcome="throttled")
        return
    throttle.note(key)
    minutes = services().settings.reset_minutes
    token, link_id = make_link(member.id, LinkPurpose.RESET, timedelta(minutes=minutes))
    post_mail("signin/reset", member.email, path=f"/recover/{token}", minutes=minutes)
    record(ANONYMOUS, "reset:send", f"member:{member.id}", details={"link": link_id})


def whose_reset(token: str) -> str:
    """The address of the account whose password the link replaces. Raises NotFound if it is over."""
    return _member_of(_link(token)).email


def reset_password(token: str, password: str, code: str) -> Member | Refused | Throttled:
    """Replace the password, once a code proves the second factor; spends link and code together.

    No session comes of it, and all that were open end. Raises Invalid if the password is not
    taken, NotFound if the link is over. The hash takes its time, in which others must be able to
    write, so it is made before the one transaction.
    """
    member = _member_of(_link(token))
    why_not = refusal(password, about=[member.name, member.email])
    if why_not is not None:
        raise Invalid("password", why_not.sentence)
    return _reset(token, factors.hasher().hash(password), code)


@operation
def _reset(token: str, password_hash: str, code: str) -> Member | Refused | Throttled:
    link = _link(token)
    member = _member_of(link)
    proof = _Proof(member.id, code)
    refused = tried(code_counter(member.id), proof.holds)
    if refused is not None:
        outcome = "throttled" if isinstance(refused, Throttled) else "refused"
        record(ANONYMOUS, "password:reset", f"member:{member.id}", outcome=outcome)
        return refused
    if not spends_link(link):
        raise NotFound("reset link")  # another browser was faster; the code is not spent either
    db.session.execute(
        update(Credential)
        .where(Credential.member_id == member.id)
        .values(password_hash=password_hash, changed_at=clock.now())
    )
    kill_links(member.id, LinkPurpose.RESET)
    record(
        Actor(id=member.id, name=member.name),
        "password:reset",
        f"member:{member.id}",
        details={"by": proof.how, "link": link.id},
    )
    end_sessions_of(member.id)
    _tell(member, proof)
    return member


class _Proof:
    """A code that may be the app's or a recovery code."""

    def __init__(self, member_id: int, code: str) -> None:
        self._member_id = member_id
        self._code = code
        self.how = "app"

    def holds(self) -> bool:
        """Whether it is one or the other; asking spends it."""
        if factors.accepts_code(self._member_id, self._code):
            return True
        self.how = "recovery code"
        return factors.uses_recovery_code(self._member_id, self._code)


def _tell(member: Member, proof: _Proof) -> None:
    post_mail("signin/password_reset", member.email, path="/sign-in")
    if proof.how == "recovery code":
        left = factors.recovery_codes_left(member.id)
        post_mail("signin/recovery_code_used", member.email, path="/", left=left)


def _link(token: str) -> OneTimeLink:
    link = link_in_force(token, LinkPurpose.RESET)
    if link is None:
        raise NotFound("reset link")
    return link


def _member_of(link: OneTimeLink) -> Member:
    member = member_in_use(link.member_id)
    if member is None:
        raise NotFound("reset link")
    return member
