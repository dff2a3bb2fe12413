"""Asking an applicant for more, and the answer."""

from sqlalchemy import update

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Invalid
from forum.core.mail import post_mail
from forum.core.typed import N_
from forum.policy import ANONYMOUS, Actor
from forum.vetting.models import ApplicantQuestion, Application, ApplicationStatus
from forum.vetting.operations.moving import DECIDE, move
from forum.vetting.queries import application_for, application_under


@operation
def ask_applicant(actor: Actor, application_id: int, question: str) -> None:
    """Put a question to the applicant, who answers on the status page.

    What was proposed before must be proposed anew: the answer may change it.
    """
    application = application_for(actor, application_id, DECIDE)
    move(
        application,
        {ApplicationStatus.PROVED, ApplicationStatus.PROPOSED},
        status=ApplicationStatus.ASKED,
        proposed_at=None,
        proposed_by_id=None,
        proposal_reason="",
    )
    db.session.add(
        ApplicantQuestion(
            application_id=application.id,
            asked_by_id=actor.id,
            asked_at=clock.now(),
            question=question,
        )
    )
    secret = application.sealed_reference
    post_mail(
        "vetting/more_asked",
        application.email,
        path=f"/request-access/{secret}" if secret else "/request-access",
        reference=application.number,
        has_link=secret is not None,
    )
    record(actor, "application:ask_applicant", f"application:{application_id}")


@operation
def answer_moderators(reference: str, answer: str) -> bool:
    """Keep the applicant's answer, and put the application back into the queue; False if nothing
    is asked any more."""
    application = application_under(reference)
    if not answer.strip():
        raise Invalid("answer", N_("Write an answer."))
    moved = db.session.scalar(
        update(Application)
        .where(Application.id == application.id, Application.status == ApplicationStatus.ASKED)
        .values(status=ApplicationStatus.PROVED)
        .returning(Application.id)
    )
    if moved is None:
        return False
    db.session.execute(
        update(ApplicantQuestion)
        .where(
            ApplicantQuestion.application_id == application.id,
            ApplicantQuestion.answered_at.is_(None),
        )
        .values(answered_at=clock.now(), answer=answer)
    )
    record(ANONYMOUS, "application:answer", f"application:{application.id}")
    return True
