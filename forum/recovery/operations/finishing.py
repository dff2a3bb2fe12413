"""The new factor, at the end of a case."""

from datetime import timedelta
from typing import Final

from forum.audit.operations import record
from forum.core import clock, throttle
from forum.core.db import db, operation
from forum.core.errors import TooMany
from forum.core.mail import post_mail
from forum.core.secrets import keyed_digest
from forum.core.services import services
from forum.core.throttle import Limit
from forum.directory.standing import actor_for
from forum.members.limits import limit_member
from forum.members.models import LimitCause, LimitKind
from forum.policy import ANONYMOUS
from forum.recovery.models import RecoveryCase, RecoveryStatus
from forum.recovery.operations.moving import end, hold, stands
from forum.recovery.operations.waiting import mail_link
from forum.recovery.queries import case_under, open_case_of
from forum.signin.held import needs_passkey
from forum.signin.operations import (
    Begun,
    Enrolled,
    Over,
    Refused,
    Throttled,
    begin_enrolment,
    begin_enrolment_with_new_password,
    finish_enrolment,
    remove_all_passkeys,
)
from forum.signin.queries import enrolment_link

_LINKS: Final = (Limit(3, timedelta(hours=1)),)


@operation
def mail_link_again(reference: str) -> bool:
    """Mail a new link in place of the one before; False if the case does not wait for one.

    Raises NotFound, TooMany.
    """
    case = case_under(reference)
    hold(case.member_id)
    db.session.refresh(case)
    if case.status is not RecoveryStatus.READY or case.expires_at <= clock.now():
        return False
    key = "recovery:" + keyed_digest(services().settings.secret_key, f"link:{case.id}")
    throttle.hold(key)
    wait = throttle.wait(key, _LINKS)
    if wait is not None:
        raise TooMany(int(wait.total_seconds()) or 1)
    throttle.note(key)
    record(ANONYMOUS, "recovery:mail", case.named)
    mail_link(case)
    return True


def is_ready(token: str) -> bool:
    """Whether a link leads to a new factor now."""
    return _ready_case(token) is not None


def begin_new_factor(token: str, browser: str, password: str) -> Begun | Refused | Throttled | Over:
    """Make the key of a new app for this browser, if the password is right; or, where the case says
    that it is not known, keep this one as the new password. Raises Invalid if it is not taken."""
    case = _ready_case(token)
    if case is None:
        return Over()
    if case.lacks_password:
        return begin_enrolment_with_new_password(token, browser, password)
    return begin_enrolment(token, browser, password)


def asks_new_password(token: str) -> bool:
    """Whether a link asks for a new password, in place of one that is not known."""
    case = _ready_case(token)
    return case is not None and case.lacks_password


@operation
def finish_new_factor(token: str, browser: str, code: str) -> Enrolled | Refused | Throttled | Over:
    """Put the new factor in the old one's place, once a code proves it; the member reads only for a
    while, and all sessions end."""
    case = _ready_case(token)
    if case is None:
        return Over()
    hold(case.member_id)
    outcome = finish_enrolment(token, browser, code)
    if not isinstance(outcome, Enrolled):
        return outcome
    # Whoever stops it holds the same row: it cannot have ended since the link was found in force.
    end(case, RecoveryStatus.DONE)
    passkeys = remove_all_passkeys(ANONYMOUS, case.member_id) if _loses_passkeys(case) else 0
    hours = services().settings.recovery_read_only_hours
    limit_member(
        ANONYMOUS,
        case.member_id,
        LimitKind.READ_ONLY,
        LimitCause.RECOVERY,
        until=clock.now() + timedelta(hours=hours),
    )
    post_mail(
        "recovery/done",
        case.member.email,
        path="/settings/security",
        hours=hours,
        passkeys=passkeys,
        new_password=case.lacks_password,
    )
    return outcome


def _loses_passkeys(case: RecoveryCase) -> bool:
    """Whether passkeys end with the old factor: if they may be stolen; and where the account opens
    by nothing else, for then they are lost as well."""
    return case.is_stolen or needs_passkey(is_staff=actor_for(case.member_id).is_staff)


def _ready_case(token: str) -> RecoveryCase | None:
    """The case that a link belongs to, if it waits for the new factor."""
    link = enrolment_link(token)
    case = None if link is None else open_case_of(link.member_id)
    is_ready = case is not None and case.status is RecoveryStatus.READY and stands(case)
    return case if is_ready else None
