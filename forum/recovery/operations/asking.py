"""Asking for a new second factor, and the link that begins the case."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update

from forum.audit.operations import record
from forum.core import clock, throttle
from forum.core.db import db, operation
from forum.core.mail import post_mail
from forum.core.secrets import digest, keyed_digest, spoken_words
from forum.core.services import services
from forum.core.throttle import Limit
from forum.directory.models import Authority
from forum.directory.standing import actor_for
from forum.members.models import Member
from forum.members.queries import member_with_mailbox
from forum.policy import ANONYMOUS
from forum.recovery.models import RecoveryCase, RecoveryRequest, RecoveryStatus, Witness
from forum.recovery.operations.moving import end, hold
from forum.recovery.queries import (
    beginning_link,
    is_known,
    open_case_of,
    reference_of,
    witnesses,
)
from forum.signin.models import LinkPurpose
from forum.signin.operations import end_sessions_of, make_link, spends_link

#: Of these mails to one account; what is asked beyond is silently left out.
_MAILS: Final = (Limit(3, timedelta(hours=1)),)


@operation
def ask(address: str, *, is_stolen: bool) -> None:
    """Keep what was typed for the worker, whosever address it is."""
    db.session.add(RecoveryRequest(address=address, is_stolen=is_stolen, asked_at=clock.now()))
    record(ANONYMOUS, "recovery:ask", "mailbox:typed")


def answer_requests() -> int:
    """Mail a link for each request under the address of an account that can be used; how many were
    answered. The worker calls it."""
    answered = 0
    while (waiting := db.session.scalar(select(RecoveryRequest.id).limit(1))) is not None:
        _answer(waiting)
        answered += 1
    return answered


@operation
def _answer(request_id: int) -> None:
    taken = db.session.execute(
        delete(RecoveryRequest)
        .where(RecoveryRequest.id == request_id)
        .returning(RecoveryRequest.address, RecoveryRequest.is_stolen)
    ).one_or_none()
    if taken is None:
        return  # another worker was faster
    member = member_with_mailbox(taken.address)
    if member is None or not actor_for(member.id).is_member:
        record(ANONYMOUS, "recovery:send", "member:unknown", outcome="refused")
        return
    key = "recovery:" + keyed_digest(services().settings.secret_key, f"recovery:{member.id}")
    throttle.hold(key)
    if throttle.wait(key, _MAILS) is not None:
        record(ANONYMOUS, "recovery:send", f"member:{member.id}", outcome="throttled")
        return
    throttle.note(key)
    minutes = services().settings.recovery_mail_minutes
    token, link_id = make_link(member.id, LinkPurpose.RECOVERY, timedelta(minutes=minutes))
    path = f"/recover/second-factor/begin/{token}" + ("?stolen=1" if taken.is_stolen else "")
    post_mail("recovery/begin", member.email, path=path, minutes=minutes)
    record(ANONYMOUS, "recovery:send", f"member:{member.id}", details={"link": link_id})


@dataclass(frozen=True)
class Begun:
    """There is a case: the secret of its page, and whose sessions this press ended."""

    reference: str
    ended_for: int | None = None


@operation
def begin(token: str, *, is_stolen: bool) -> Begun | None:
    """Spend the mailed link and begin the case, in place of an older one; None if the link is over.

    Whoever pressed it before, or presses twice, is led to the same case. If the device was stolen,
    all sessions end now.
    """
    reference = reference_of(token)
    link = beginning_link(token)
    if link is not None:
        hold(link.member_id)
    standing = None if link is None else actor_for(link.member_id).main
    if link is None or standing is None or not spends_link(link):
        return Begun(reference) if is_known(reference) else None
    member = link.member
    older = open_case_of(member.id)
    if older is not None:
        end(older, RecoveryStatus.REPLACED)
    case = _new_case(reference, member, standing.authority_id, is_stolen=is_stolen)
    details: dict[str, object] = {"case": case.id, "stolen": is_stolen, "link": link.id}
    record(ANONYMOUS, "recovery:begin", f"member:{member.id}", details=details)
    if is_stolen:
        end_sessions_of(member.id)
    return Begun(reference, member.id if is_stolen else None)


def _new_case(
    reference: str, member: Member, authority_id: int, *, is_stolen: bool
) -> RecoveryCase:
    """The case; whoever can say that the member asks is asked for that."""
    authority = db.session.get_one(Authority, authority_id)
    witness, asked = witnesses(authority, member.id)
    goes_without = witness is Witness.NOBODY
    case = RecoveryCase(
        reference_digest=digest(reference),
        member_id=member.id,
        authority_id=authority_id,
        witness=witness,
        status=RecoveryStatus.CONFIRMED if goes_without else RecoveryStatus.BEGUN,
        words=spoken_words(),
        is_stolen=is_stolen,
        begun_at=clock.now(),
        expires_at=clock.now() + timedelta(days=services().settings.recovery_days),
    )
    db.session.add(case)
    db.session.flush()
    db.session.execute(
        update(Member).where(Member.id == member.id).values(recovering_since=clock.now())
    )
    for colleague in asked:
        path = f"/recoveries/{case.id}"
        post_mail("recovery/word_asked", colleague.email, path=path, reference=case.number)
    return case
