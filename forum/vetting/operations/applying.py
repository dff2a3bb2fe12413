"""What an applicant does: send an application, prove the mailbox, ask for the mail again.

To the applicant, a mailbox that a member or another application has already is like any other;
only the mail to that mailbox says more, and the moderators see it (security.md E2).
"""

import json
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import undefer
from sqlalchemy.orm.attributes import flag_modified

from forum.audit.operations import record, record_system
from forum.core import clock, throttle
from forum.core.db import db, operation
from forum.core.errors import Invalid, TooMany
from forum.core.mail import post_mail
from forum.core.mailbox import mailbox_key
from forum.core.secrets import digest, keyed_digest, new_token, spoken_words
from forum.core.services import services
from forum.core.throttle import Limit
from forum.core.typed import N_
from forum.policy import ANONYMOUS
from forum.reference.languages import LANGUAGES
from forum.reference.queries import state_with
from forum.vetting.models import OPEN, Application, ApplicationStatus
from forum.vetting.operations.vouching import ask_for_word
from forum.vetting.queries import (
    UNLISTED,
    Choice,
    application_under,
    authority_to_claim,
    holder_of,
    others_open,
)

#: An office shares one address, so several colleagues must be able to apply on one day.
_FROM_ONE_ADDRESS: Final = (Limit(20, timedelta(hours=1)), Limit(60, timedelta(days=1)))
_MAILS_ASKED_AGAIN: Final = (Limit(3, timedelta(hours=1)),)
#: Over all applications, so that nobody's mailbox is flooded; kept silently.
_MAILS_TO_ONE_MAILBOX: Final = (Limit(6, timedelta(hours=1)),)


@dataclass(frozen=True)
class Claim:
    """What an applicant sends."""

    state: str
    #: The number of the entry, or `UNLISTED`.
    authority: str
    unlisted_authority: str
    name: str
    post: str
    email: str
    languages: tuple[str, ...]
    reason: str


@operation
def send_application(claim: Claim, *, once: str, address: str) -> str:
    """Take an application, and give back the secret of its status page.

    The secret is derived from what was sent and from the form's random value, so sending the same
    form twice leads to the same page. `address` is the client's. Raises Invalid, TooMany.
    """
    authority = _claimed(claim)
    reference = _reference(claim, once)
    if exists(reference):
        return reference
    limit("applications:" + _keyed(throttle.network(address)), _FROM_ONE_ADDRESS)
    application = Application(
        reference_digest=digest(reference),
        sealed_reference=reference,
        state_code=claim.state,
        authority_id=None if authority is None else authority.id,
        unlisted_authority=claim.unlisted_authority if authority is None else "",
        name=claim.name,
        post=claim.post,
        email=claim.email,
        email_key=mailbox_key(claim.email),
        languages=list(claim.languages),
        reason=claim.reason,
        status=ApplicationStatus.SENT,
        sent_at=clock.now(),
        words=spoken_words(),
        mailbox_token_digest=digest(new_token()),
        mailbox_token_expires_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(application)
    except IntegrityError:
        return reference  # the same form was sent twice, and the other one was faster
    record(ANONYMOUS, "application:send", f"application:{application.id}")
    mail_proof(application, reference)
    return reference


def _claimed(claim: Claim) -> Choice | None:
    """The entry that is claimed; None if it is not listed."""
    if state_with(claim.state) is None:
        raise Invalid("state", N_("There is no such State. Choose one from the list."))
    if set(claim.languages) - set(LANGUAGES):
        raise Invalid("languages", N_("Choose languages from the list."))
    if claim.authority == UNLISTED:
        if not claim.unlisted_authority:
            raise Invalid("unlisted_authority", N_("Write the name of your authority."))
        return None
    found = authority_to_claim(claim.state, claim.authority)
    if found is None:
        raise Invalid(
            "authority", N_("This is not an authority of the State you chose. Choose it again.")
        )
    return found


def _reference(claim: Claim, once: str) -> str:
    sent = json.dumps([once, *astuple(claim)])
    return keyed_digest(services().settings.secret_key, "application:" + sent)[:32]  # 128 bits


def exists(reference: str) -> bool:
    found = select(Application.id).where(Application.reference_digest == digest(reference))
    return db.session.scalar(found) is not None


@operation
def send_proof_again(reference: str) -> bool:
    """Mail a new link to the applicant's mailbox; the one before is worth nothing any more.

    False if the application does not wait for it. Raises NotFound, TooMany.
    """
    application = application_under(reference)
    if application.status is not ApplicationStatus.SENT:
        return False
    limit(f"application:{application.id}", _MAILS_ASKED_AGAIN)
    record(ANONYMOUS, "application:mail", f"application:{application.id}")
    mail_proof(application, reference)
    return True


@operation
def prove_mailbox(reference: str, token: str) -> bool:
    """Spend the mailed link; False if it was spent, replaced or is too old."""
    application = application_under(reference)
    changed = db.session.scalar(
        update(Application)
        .where(
            Application.id == application.id,
            Application.status == ApplicationStatus.SENT,
            Application.mailbox_token_digest == digest(token),
            Application.mailbox_token_expires_at > clock.now(),
        )
        .values(status=ApplicationStatus.PROVED, mailbox_proved_at=clock.now())
        .returning(Application.id)
    )
    is_proved = changed is not None
    if is_proved:
        db.session.refresh(application)
        ask_for_word(application)
    outcome = "done" if is_proved else "refused"
    record(ANONYMOUS, "application:prove", f"application:{application.id}", outcome=outcome)
    return is_proved


@operation
def withdraw_application(reference: str) -> bool:
    """Take an application back; False if it is decided or over already."""
    application = application_under(reference)
    withdrawn = db.session.scalar(
        update(Application)
        .where(Application.id == application.id, Application.status.in_(OPEN))
        .values(status=ApplicationStatus.WITHDRAWN, decided_at=clock.now())
        .returning(Application.id)
    )
    if withdrawn is not None:
        record(ANONYMOUS, "application:withdraw", f"application:{application.id}")
    return withdrawn is not None


@operation
def reseal_references() -> int:
    """Encrypt the secrets of status pages anew under the first of the field keys."""
    kept = db.session.scalars(
        select(Application)
        .where(Application.sealed_reference.is_not(None))
        .options(undefer(Application.sealed_reference))
        .with_for_update()
    ).all()
    for application in kept:
        flag_modified(application, "sealed_reference")
    record_system("key:rotate", "applications", fields=len(kept))
    return len(kept)


@operation
def expire_old() -> int:
    """Close what nobody proved or decided in time; gives back how many. The worker calls it."""
    lasts = timedelta(days=services().settings.application_days)
    closed = db.session.scalars(
        update(Application)
        .where(Application.status.in_(OPEN), Application.sent_at <= clock.now() - lasts)
        .values(status=ApplicationStatus.EXPIRED, decided_at=clock.now())
        .returning(Application.id)
    ).all()
    for application_id in closed:
        record_system("application:expire", f"application:{application_id}")
    return len(closed)


def mail_proof(application: Application, reference: str) -> None:
    """A fresh link, unless the mailbox had so many that somebody else may be sending them; inside
    the operation in hand."""
    is_known = holder_of(application) is not None
    has_other = bool(others_open(application))
    key = "mailbox:" + _keyed(application.email_key)
    throttle.hold(key)
    if throttle.wait(key, _MAILS_TO_ONE_MAILBOX) is not None:
        return
    throttle.note(key)
    token = new_token()
    application.mailbox_token_digest = digest(token)
    application.mailbox_token_expires_at = clock.now() + timedelta(
        days=services().settings.mailbox_proof_days
    )
    asks = "vetting/nominated" if application.is_nomination else "vetting/prove_mailbox"
    kind = "vetting/mailbox_known" if is_known else asks
    post_mail(
        kind,
        application.email,
        path=f"/request-access/{reference}/prove/{token}",
        reference=application.number,
        days=services().settings.mailbox_proof_days,
        has_other=has_other,
        status_link=services().settings.link(f"/request-access/{reference}"),
    )


def limit(key: str, limits: tuple[Limit, ...]) -> None:
    throttle.hold(key)
    wait = throttle.wait(key, limits)
    if wait is not None:
        raise TooMany(int(wait.total_seconds()) or 1)
    throttle.note(key)


def _keyed(value: str) -> str:
    return keyed_digest(services().settings.secret_key, value)
