"""Applications for membership, in every state that one can be in."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from forum.core import clock
from forum.core.db import db
from forum.core.mailbox import mailbox_key
from forum.core.secrets import digest, new_reference, new_token, spoken_words
from forum.core.services import services
from forum.demo.files import Ledger, Row, moment_ago, network
from forum.demo.network import authority_ids
from forum.demo.people import VETTED, members
from forum.directory.calls import CallBack, CallPlace
from forum.directory.models import Representation
from forum.members.models import Member, MemberStatus
from forum.policy import Role
from forum.vetting.models import (
    ApplicantQuestion,
    Application,
    ApplicationStatus,
)

_STATUSES: Final = {
    "submitted": ApplicationStatus.SENT,
    "mailbox_proved": ApplicationStatus.PROVED,
    "proposed": ApplicationStatus.PROPOSED,
    "asked": ApplicationStatus.ASKED,
    "approved": ApplicationStatus.ADMITTED,
    "declined": ApplicationStatus.DECLINED,
    "withdrawn": ApplicationStatus.WITHDRAWN,
}


def load_applications(ledger: Ledger) -> None:
    """Add the applications; their links are random, and nobody was mailed them."""
    people = members()
    staff = {key: member.id for key, member in people.items()}
    authorities = authority_ids()
    for row in ledger.new("application", network()["applications"]):
        application = _application(row, authorities)
        _add_evidence(application, row, staff)
        if nominator := people.get(row.get("nominated_by", "")):
            application.nominated_by_id = nominator.id
            application.nominated_as = _role(nominator)
        db.session.add(application)
        if application.status is ApplicationStatus.ADMITTED:
            application.member_id = _admitted(application).id
        db.session.flush()


def _application(row: Row, authorities: dict[str, int]) -> Application:
    sent_at, settings = moment_ago(row["days_ago"]), services().settings
    application = Application(
        reference_digest=digest(new_reference()),
        state_code=row["state"],
        authority_id=authorities[row["authority"]] if row["authority"] else None,
        unlisted_authority=row["authority_named"] or "",
        name=row["name"],
        post=row["post"],
        email=row["email"],
        email_key=mailbox_key(row["email"]),
        languages=row["languages"],
        reason=row["reason"],
        status=_STATUSES[row["status"]],
        sent_at=sent_at,
        mailbox_token_digest=digest(new_token()),
        mailbox_token_expires_at=sent_at + timedelta(days=settings.mailbox_proof_days),
        words=spoken_words(),
    )
    ends_at = sent_at + timedelta(days=settings.application_days)
    if application.status.is_open and ends_at <= clock.now():
        application.status, application.decided_at = ApplicationStatus.EXPIRED, ends_at
    return application


def _add_evidence(application: Application, row: Row, staff: dict[str, int]) -> None:
    """What was proved, who called back, who proposed and who decided."""
    if row["mailbox_proved_days_ago"] is not None:
        application.mailbox_proved_at = _at(row["mailbox_proved_days_ago"], 1)
    if call := row["call_back"]:
        is_known = call["words_match"]
        application.call_back = CallBack.CONFIRMED if is_known else CallBack.NOT_KNOWN
        application.called_at = _at(call["days_ago"], 2)
        application.called_by_id = staff[call["by"]]
        application.called_number = call["number"]
        application.call_place = CallPlace.AUTHORITY
        application.call_note = call["note"]
    if question := row.get("question"):
        asked = ApplicantQuestion(
            asked_by_id=staff[question["by"]],
            asked_at=_at(question["days_ago"], 2),
            question=question["text"],
        )
        application.questions.append(asked)
    if application.status is ApplicationStatus.WITHDRAWN:
        application.decided_at = _at(row["days_ago"], 5)
    if proposal := row["proposal"]:
        application.proposed_at = _at(proposal["days_ago"], 3)
        application.proposed_by_id = staff[proposal["by"]]
        application.proposal_reason = proposal["reason"]
    if decision := row["decision"]:
        application.decided_at = _at(decision["days_ago"], 4)
        application.decided_by_id = staff[decision["by"]]
        application.decision_reason = decision["reason"]


def _role(member: Member) -> Role:
    held = select(Representation.role).where(Representation.member_id == member.id)
    return db.session.scalars(held).one()


def _at(days_ago: int, step: int) -> datetime:
    """So many days ago, one thing an hour after the other."""
    return min(moment_ago(days_ago) + timedelta(hours=step), clock.now())


def _admitted(application: Application) -> Member:
    """The account that came of it, whose activation link was not used yet."""
    member = Member(
        name=application.name,
        post=application.post,
        email=application.email,
        email_key=application.email_key,
        languages=application.languages,
        status=MemberStatus.PENDING,
        created_at=application.decided_at or clock.now(),
        vetted_at=application.decided_at,
        vetted_how=VETTED,
    )
    db.session.add(member)
    db.session.flush()
    if application.authority_id is not None:
        db.session.add(
            Representation(
                member_id=member.id,
                authority_id=application.authority_id,
                role=Role.OFFICER,
                from_on=member.created_at.date(),
            )
        )
    return member
