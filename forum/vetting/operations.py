"""What moderators do: record a call, propose, admit, decline, assign an entry.

Every step moves the row only from where it may start, so of two moderators at once one is told
that the other was faster.
"""

from typing import Any, Final

from sqlalchemy import update

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid
from forum.core.mail import post_mail
from forum.core.services import services
from forum.core.typed import N_
from forum.directory.operations import represent
from forum.members.models import MemberStatus
from forum.members.operations import admit_member
from forum.policy import Actor, Permission, Role, require
from forum.signin.operations import send_activation
from forum.vetting.evidence import are_same_words
from forum.vetting.models import OPEN, Application, ApplicationStatus, CallBack
from forum.vetting.queries import (
    Need,
    application_for,
    authority_to_claim,
    holder_of,
    needs_of,
    numbers_of,
    second_subject,
)

_DECIDE: Final = Permission.APPLICATION_DECIDE

LACKS: Final = {
    Need.AUTHORITY: N_("No directory entry is assigned yet, so there is no number to call."),
    Need.MAILBOX: N_("The mailbox is not proved yet."),
    Need.CALL_BACK: N_("No call-back has confirmed the applicant yet."),
    Need.NEW_MAILBOX: N_("A member has this mailbox already, so no account can come of it."),
}
_MOVED_ON: Final = N_("Somebody else was faster: this application has moved on. Look at it again.")


@operation
def record_call_back(
    actor: Actor,
    application_id: int,
    *,
    number: int,
    outcome: str,
    words: str = "",
    note: str = "",
) -> bool:
    """Note how a call to a number from the directory ended.

    False, with a trace in the log, if the words read back are not those of the status page: then
    the call confirmed nobody.
    """
    application = application_for(actor, application_id, _DECIDE)
    called = next((line for line in numbers_of(application) if line.id == number), None)
    if called is None:
        raise Invalid("number", N_("Choose a number from the directory entry."))
    subject, ended = f"application:{application_id}", _ending(outcome)
    if ended is CallBack.CONFIRMED and not are_same_words(words, application.words):
        record(actor, "application:call_back", subject, outcome="wrong words")
        return False
    _move(
        application,
        {ApplicationStatus.PROVED},
        call_back=ended,
        called_at=clock.now(),
        called_by_id=actor.id,
        called_number=called.value,
        call_note=note,
    )
    details: dict[str, object] = {"call": str(ended), "number": called.value}
    record(actor, "application:call_back", subject, details=details)
    return True


@operation
def propose(actor: Actor, application_id: int, reason: str = "") -> None:
    """Ask another moderator to admit the applicant."""
    application = application_for(actor, application_id, _DECIDE)
    _require_evidence(application)
    _move(
        application,
        {ApplicationStatus.PROVED},
        Application.call_back == CallBack.CONFIRMED,
        status=ApplicationStatus.PROPOSED,
        proposed_at=clock.now(),
        proposed_by_id=actor.id,
        proposal_reason=reason,
    )
    record(actor, "application:propose", f"application:{application_id}")


@operation
def approve(actor: Actor, application_id: int) -> None:
    """Admit the applicant whom another moderator proposed: account, representation, mailed link."""
    application = application_for(actor, application_id, _DECIDE)
    require(actor, _DECIDE, second_subject(application, holder_of(application)))
    _require_evidence(application)
    if application.status is not ApplicationStatus.PROPOSED:
        raise Conflict(N_("Another moderator must propose to admit the applicant first."))
    _move(
        application,
        {ApplicationStatus.PROPOSED},
        Application.proposed_by_id != actor.id,
        Application.call_back == CallBack.CONFIRMED,
        Application.mailbox_proved_at.is_not(None),
        Application.authority_id.is_not(None),
        status=ApplicationStatus.ADMITTED,
        decided_at=clock.now(),
        decided_by_id=actor.id,
    )
    authority = application.authority
    if authority is None:  # the update above asked for it
        raise Conflict(LACKS[Need.AUTHORITY])
    member = admit_member(
        actor,
        name=application.name,
        post=application.post,
        email=application.email,
        languages=application.languages,
        zone=authority.zone,
        vetted_how=N_("Mailbox proved, call-back to the number in the directory, two moderators"),
    )
    application.member = member
    represent(member, authority, Role.OFFICER, clock.now().date(), by=actor)
    send_activation(member)
    record(
        actor,
        "application:admit",
        f"application:{application_id}",
        details={"member": member.id, "authority": authority.id},
    )


@operation
def invite_again(actor: Actor, application_id: int) -> None:
    """Mail a new activation link to somebody admitted who did not use the first one."""
    application = application_for(actor, application_id, Permission.APPLICATION_READ)
    member = application.member
    if member is None or member.status is not MemberStatus.PENDING:
        raise Conflict(N_("This account is activated already, or there is none."))
    require(actor, _DECIDE)
    send_activation(member)
    record(actor, "application:invite", f"application:{application_id}")


@operation
def decline(actor: Actor, application_id: int, reason: str) -> None:
    """Close an application without admitting; the reason stays inside."""
    application = application_for(actor, application_id, _DECIDE)
    _move(
        application,
        OPEN,
        status=ApplicationStatus.DECLINED,
        decided_at=clock.now(),
        decided_by_id=actor.id,
        decision_reason=reason,
    )
    post_mail(
        "vetting/declined",
        application.email,
        path="/request-access",
        reference=application.number,
        secretariat_email=services().settings.secretariat_email,
    )
    record(actor, "application:decline", f"application:{application_id}")


@operation
def assign_authority(actor: Actor, application_id: int, authority: str) -> None:
    """Say which entry an authority is that the applicant did not find listed.

    What was called before does not count for it.
    """
    application = application_for(actor, application_id, _DECIDE)
    found = authority_to_claim(application.state_code, authority)
    if found is None:
        raise Invalid("authority", N_("Choose one of the entries of this State."))
    _move(
        application,
        {ApplicationStatus.SENT, ApplicationStatus.PROVED},
        Application.unlisted_authority != "",
        authority_id=found.id,
        call_back=None,
        called_at=None,
        called_by_id=None,
        called_number="",
        call_note="",
    )
    record(
        actor,
        "application:assign",
        f"application:{application_id}",
        details={"authority": found.name_en},
    )


def _ending(outcome: str) -> CallBack:
    try:
        return CallBack(outcome)
    except ValueError:
        raise Invalid("outcome", N_("Say how the call ended.")) from None


def _require_evidence(application: Application) -> None:
    if application.status not in OPEN:
        raise Conflict(_MOVED_ON)
    for need in needs_of(application, holder_of(application)):
        raise Conflict(LACKS[need])


def _move(
    application: Application,
    from_: frozenset[ApplicationStatus] | set[ApplicationStatus],
    *conditions: Any,
    **changes: Any,
) -> None:
    """Change the row if it is still where the step may start; raises Conflict otherwise."""
    if application.status is ApplicationStatus.SENT and application.status not in from_:
        raise Conflict(LACKS[Need.MAILBOX])
    moved = db.session.scalar(
        update(Application)
        .where(Application.id == application.id, Application.status.in_(from_), *conditions)
        .values(**changes)
        .returning(Application.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise Conflict(_MOVED_ON)
    db.session.refresh(application)
