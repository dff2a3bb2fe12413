"""How an application is decided: assign an entry, propose, admit, decline."""

from typing import Any, Final

from sqlalchemy import ColumnElement

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import operation
from forum.core.errors import Conflict, Invalid
from forum.core.mail import post_mail
from forum.core.services import services
from forum.core.typed import N_
from forum.directory.calls import CallBack, CallPlace
from forum.directory.operations import Confirmed, represent
from forum.members.models import MemberStatus
from forum.members.operations import admit_member
from forum.policy import Actor, Permission, Role, require
from forum.signin.operations import send_activation
from forum.vetting.checks import Need, given
from forum.vetting.models import OPEN, Answer, Application, ApplicationStatus
from forum.vetting.operations.moving import DECIDE, LACKS, move, require_evidence
from forum.vetting.operations.objecting import tell_of_admission
from forum.vetting.queries import (
    application_for,
    authority_to_claim,
    holder_of,
    second_subject,
)

#: For the profile.
_CALLED: Final = {
    CallPlace.AUTHORITY: N_(
        "Mailbox proved, call-back to the number in the directory, two moderators"
    ),
    CallPlace.OTHER_AUTHORITY: N_(
        "Mailbox proved, call to another authority of the State, two moderators"
    ),
    CallPlace.MISSION: N_(
        "Mailbox proved, call to a permanent mission of the State, two moderators"
    ),
}
_NOMINATED: Final = {
    Role.HEAD: N_("Nominated by the head of the authority, mailbox proved, a moderator"),
    Role.FOCAL_POINT: N_("Nominated by the focal point of the State, mailbox proved, a moderator"),
}
_NOT_CALLED: Final[dict[str, Any]] = {
    "call_back": None,
    "called_at": None,
    "called_by_id": None,
    "called_number": "",
    "call_place": None,
    "call_note": "",
}


@operation
def propose(actor: Actor, application_id: int, reason: str = "") -> None:
    """Ask another moderator to admit the applicant."""
    application = application_for(actor, application_id, DECIDE)
    require_evidence(application)
    move(
        application,
        {ApplicationStatus.PROVED},
        Application.call_back == CallBack.CONFIRMED,
        Application.nominated_by_id.is_(None),
        status=ApplicationStatus.PROPOSED,
        proposed_at=clock.now(),
        proposed_by_id=actor.id,
        proposal_reason=reason,
    )
    record(actor, "application:propose", f"application:{application_id}")


@operation
def approve(actor: Actor, application_id: int) -> None:
    """Admit an applicant whom another moderator proposed, or a nominee whose mailbox is proved:
    account, representation, mailed link."""
    application = application_for(actor, application_id, DECIDE)
    require(actor, DECIDE, second_subject(application, holder_of(application)))
    require_evidence(application)
    conditions: list[ColumnElement[bool]]
    if application.is_nomination:
        from_, conditions = ApplicationStatus.PROVED, [Application.nominated_by_id.is_not(None)]
    else:
        from_ = ApplicationStatus.PROPOSED
        conditions = [
            Application.proposed_by_id != actor.id,
            Application.call_back == CallBack.CONFIRMED,
        ]
        if application.status is not from_:
            raise Conflict(N_("Another moderator must propose to admit the applicant first."))
    move(
        application,
        {from_},
        *conditions,
        Application.mailbox_proved_at.is_not(None),
        Application.authority_id.is_not(None),
        status=ApplicationStatus.ADMITTED,
        decided_at=clock.now(),
        decided_by_id=actor.id,
    )
    _admit(actor, application)


def _admit(actor: Actor, application: Application) -> None:
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
        vetted_how=_vetted_how(application),
        approved_by={number for number in (application.proposed_by_id, actor.id) if number},
    )
    application.member = member
    represent(
        member,
        authority,
        Role.OFFICER,
        clock.now().date(),
        by=actor,
        confirmed=_confirmed(application),
    )
    tell_of_admission(application)
    send_activation(member)
    record(
        actor,
        "application:admit",
        f"application:{application.id}",
        details={"member": member.id, "authority": authority.id},
    )


def _confirmed(application: Application) -> Confirmed | None:
    """Who of those who answer for the authority nominated the applicant, or said last to know them,
    and when."""
    if application.nominated_by_id is not None:
        return Confirmed(application.nominated_by_id, application.sent_at)
    known = [word for word in given(application) if word.answer is Answer.KNOWN]
    return Confirmed(known[-1].by_id, known[-1].at) if known else None


def _vetted_how(application: Application) -> str:
    if application.nominated_as is not None:
        return _NOMINATED[application.nominated_as]
    return _CALLED[application.call_place or CallPlace.AUTHORITY]


@operation
def invite_again(actor: Actor, application_id: int) -> None:
    """Mail a new activation link to somebody admitted who did not use the first one."""
    application = application_for(actor, application_id, Permission.APPLICATION_READ)
    member = application.member
    if member is None or member.status is not MemberStatus.PENDING:
        raise Conflict(N_("This account is activated already, or there is none."))
    require(actor, DECIDE)
    send_activation(member)
    record(actor, "application:invite", f"application:{application_id}")


@operation
def decline(actor: Actor, application_id: int, reason: str) -> None:
    """Close an application without admitting; the reason stays inside."""
    application = application_for(actor, application_id, DECIDE)
    move(
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

    A call to a number of another entry, taken for its own, does not count for it.
    """
    application = application_for(actor, application_id, DECIDE)
    found = authority_to_claim(application.state_code, authority)
    if found is None:
        raise Invalid("authority", N_("Choose one of the entries of this State."))
    move(
        application,
        {ApplicationStatus.SENT, ApplicationStatus.PROVED},
        Application.unlisted_authority != "",
        authority_id=found.id,
        **(_NOT_CALLED if application.call_place is CallPlace.AUTHORITY else {}),
    )
    record(
        actor,
        "application:assign",
        f"application:{application_id}",
        details={"authority": found.name_en},
    )
