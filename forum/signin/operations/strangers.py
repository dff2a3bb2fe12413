"""Browsers that a member was never seen in: what they need after many failures, and who is told.

After so many failures in a row (security.md T2) a browser that is not known needs a mailed link as
well. The password is then not even looked at: right or wrong, known account or none, the answer and
the work are the same, so nothing can be guessed on; and as nothing can be guessed, the pause of the
account does not apply, so that nobody is locked out for good. A known browser is never concerned,
neither by the count nor by the link.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from forum.audit.operations import record
from forum.core import clock, throttle
from forum.core.db import db, operation
from forum.core.mail import post_mail
from forum.core.mailbox import mailbox_key
from forum.core.services import services
from forum.core.throttle import Limit
from forum.members.models import Member
from forum.policy import ANONYMOUS
from forum.signin.devices import device_of
from forum.signin.models import FailureStreak, LinkPurpose
from forum.signin.operations.links import make_link, spends_link
from forum.signin.operations.tries import Client, counter_key, device_pass
from forum.signin.queries import sign_in_link
from forum.signin.words import device_words, moment_words

#: As many links as there can be mails about them; the newest works for as long.
_LINKS: Final = (Limit(3, timedelta(hours=1)),)
_NOTICES: Final = (Limit(1, timedelta(days=1)),)


def note_failure(email: str) -> None:
    """Count one more failure in a row, for an account or for an address without one."""
    key, now = _streak(email), clock.now()
    longer = (
        update(FailureStreak)
        .where(FailureStreak.key == key)
        .values(failures=FailureStreak.failures + 1, failed_at=now)
        .returning(FailureStreak.key)
        .execution_options(synchronize_session=False)
    )
    if db.session.scalar(longer) is not None:
        return
    try:
        with db.session.begin_nested():
            db.session.add(FailureStreak(key=key, failures=1, failed_at=now))
    except IntegrityError:  # another try was faster
        db.session.execute(longer)


def end_streak(email: str) -> None:
    """Somebody signed in from a browser that was not known: the failures before are over."""
    db.session.execute(delete(FailureStreak).where(FailureStreak.key == _streak(email)))


def needs_link(email: str) -> bool:
    """Whether a browser that is not known needs a mailed link to sign in under that address."""
    failures = db.session.scalar(
        select(FailureStreak.failures).where(FailureStreak.key == _streak(email))
    )
    return (failures or 0) >= services().settings.link_after_failures


def send_sign_in_link(member: Member) -> None:
    """Mail a link that makes a browser known; no more than a few an hour."""
    key = counter_key("link", str(member.id))
    if throttle.wait(key, _LINKS) is not None:
        return
    throttle.note(key)
    minutes = services().settings.sign_in_link_minutes
    token, link_id = make_link(member.id, LinkPurpose.SIGN_IN, timedelta(minutes=minutes))
    details: dict[str, object] = {"link": link_id, "purpose": LinkPurpose.SIGN_IN.value}
    record(ANONYMOUS, "link:make", f"member:{member.id}", details=details)
    post_mail("signin/sign_in_link", member.email, path=f"/sign-in/link/{token}", minutes=minutes)


@operation
def let_browser_in(token: str, client: Client) -> str | None:
    """Spend a mailed link; gives what this browser keeps from then on, None if the link is over.

    It stands for no factor: both are asked for next.
    """
    link = sign_in_link(token)
    if link is None or not spends_link(link):
        return None
    details = {"link": link.id, **client.told}
    record(ANONYMOUS, "device:admit", f"member:{link.member_id}", details=details)
    return device_pass(link.member_id, client.device, by_link=True)


def tell_of_new_device(member: Member, client: Client) -> None:
    """Mail that the account was opened in a browser it was never seen in."""
    post_mail(
        "signin/new_device",
        member.email,
        path="/settings/security",
        device=device_words(device_of(client.agent)),
        moment=moment_words(clock.now(), member.zone),
    )


def tell_of_pause(member: Member) -> None:
    """Mail that failures brought a pause; once a day at most."""
    key = counter_key("told of a pause", str(member.id))
    if throttle.wait(key, _NOTICES) is None:
        throttle.note(key)
        post_mail("signin/paused", member.email, path="/settings/security")


def _streak(email: str) -> str:
    return counter_key("streak", mailbox_key(email))
