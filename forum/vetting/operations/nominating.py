"""Nominating an officer: what the head of an authority and the focal point of a State do."""

import json
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid
from forum.core.mailbox import mailbox_key
from forum.core.secrets import digest, keyed_digest, new_token, spoken_words
from forum.core.services import services
from forum.core.throttle import Limit
from forum.core.typed import N_
from forum.directory.models import Authority
from forum.policy import Actor, Permission, allows
from forum.reference.languages import LANGUAGES
from forum.vetting.models import OPEN, Application, ApplicationStatus
from forum.vetting.nominations import authorities_to_nominate_for, nomination_for
from forum.vetting.operations.applying import exists, limit, mail_proof
from forum.vetting.questions import role_towards

_BY_ONE_MEMBER: Final = (Limit(30, timedelta(days=1)),)


@dataclass(frozen=True)
class Nominee:
    """Whom somebody nominates."""

    #: The number of the entry.
    authority: str
    name: str
    post: str
    email: str
    languages: tuple[str, ...]
    reason: str = ""


@operation
def nominate(actor: Actor, nominee: Nominee, *, once: str) -> None:
    """Nominate an officer; the mailbox gets a link that proves it.

    Sending the same form twice nominates once. Whether the mailbox is in use already is told to
    nobody but its holder. Raises Invalid, TooMany.
    """
    authority = _authority(actor, nominee.authority)
    if set(nominee.languages) - set(LANGUAGES):
        raise Invalid("languages", N_("Choose languages from the list."))
    sent = json.dumps(["nomination", actor.id, once, *astuple(nominee)])
    reference = keyed_digest(services().settings.secret_key, sent)[:32]  # 128 bits
    if exists(reference):
        return
    limit(f"nominations:{actor.id}", _BY_ONE_MEMBER)
    application = _application(actor, authority, nominee, reference)
    try:
        with db.session.begin_nested():
            db.session.add(application)
    except IntegrityError:
        return  # the same form was sent twice, and the other one was faster
    details: dict[str, object] = {"authority": authority.id, "as": str(application.nominated_as)}
    record(actor, "application:nominate", f"application:{application.id}", details=details)
    mail_proof(application, reference)


def _authority(actor: Actor, chosen: str) -> Authority:
    for authority in authorities_to_nominate_for(actor):
        if str(authority.id) == chosen and allows(
            actor, Permission.MEMBER_NOMINATE, authority.subject
        ):
            return authority
    raise Invalid("authority", N_("Choose one of the authorities you answer for."))


def _application(
    actor: Actor, authority: Authority, nominee: Nominee, reference: str
) -> Application:
    application = Application(
        reference_digest=digest(reference),
        sealed_reference=reference,
        state_code=authority.state_code,
        authority_id=authority.id,
        nominated_by_id=actor.id,
        name=nominee.name,
        post=nominee.post,
        email=nominee.email,
        email_key=mailbox_key(nominee.email),
        languages=list(nominee.languages),
        reason=nominee.reason,
        status=ApplicationStatus.SENT,
        sent_at=clock.now(),
        words=spoken_words(),
        mailbox_token_digest=digest(new_token()),
        mailbox_token_expires_at=clock.now(),
    )
    application.nominated_as = role_towards(actor, application)
    return application


@operation
def withdraw_nomination(actor: Actor, application_id: int) -> None:
    """Take a nomination back that is not decided yet. Raises NotFound, Conflict."""
    application = nomination_for(actor, application_id)
    withdrawn = db.session.scalar(
        update(Application)
        .where(Application.id == application.id, Application.status.in_(OPEN))
        .values(status=ApplicationStatus.WITHDRAWN, decided_at=clock.now())
        .returning(Application.id)
    )
    if withdrawn is None:
        raise Conflict(N_("This nomination is decided already, or over."))
    record(actor, "application:withdraw", f"application:{application.id}")
