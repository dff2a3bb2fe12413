"""Reactions to what lower features announce."""

from sqlalchemy import or_, select, update
from sqlalchemy.orm import joinedload, selectinload

from forum.core import clock
from forum.core.db import db
from forum.core.events import subscribe
from forum.core.mail import forget_mail
from forum.core.secrets import digest, new_token
from forum.core.typed import N_
from forum.members.erasing import FORMER
from forum.members.events import DataAsked, MemberErased
from forum.members.models import Member
from forum.vetting.models import Application, Naming, NamingStatus, Objection


def subscribe_all() -> None:
    """Listen; doing it twice changes nothing."""
    subscribe(DataAsked, add_applications)
    subscribe(MemberErased, erase)


def add_applications(event: DataAsked) -> None:
    """What the member gave in applications, and the notes that name them; nothing that was said or
    decided about it inside."""
    member = db.session.get_one(Member, event.member_id)
    # What was sent under the mailbox and never proved may be the words of a stranger.
    event.held["applications"] = [
        _given(each)
        for each in _applications_of(member.id, member.email_key)
        if each.member_id == member.id or each.mailbox_proved_at is not None
    ]
    event.held["namings"] = [
        {
            "state": naming.state_code,
            "name": naming.name,
            "post": naming.post,
            "mailbox": naming.email,
            "languages": naming.languages,
            "note": naming.note_reference,
            "note_dated_on": naming.note_dated_on,
            "from": naming.from_on,
            "until": naming.until_on,
        }
        for naming in db.session.scalars(
            select(Naming).where(Naming.member_id == member.id).order_by(Naming.id)
        )
    ]


def erase(event: MemberErased) -> None:
    """What was given in applications goes, and so do the words that were said about it; that and
    how it was decided, and by whom, stays."""
    for application in _applications_of(event.member_id, event.email_key):
        forget_mail(application.email)
        _blank(application)
    for naming in db.session.scalars(select(Naming).where(Naming.member_id == event.member_id)):
        forget_mail(naming.email)
        naming.name, naming.post, naming.languages = FORMER, "", []
        naming.email = naming.email_key = ""
        if naming.status is NamingStatus.CONFIRMED:
            naming.status, naming.ended_at = NamingStatus.ENDED, clock.now()
            naming.ended_by_id, naming.end_reason = event.by.id, N_("The account was erased.")
    about = Objection.member_id == event.member_id
    db.session.execute(update(Objection).where(about).values(reason="", settlement=""))
    db.session.execute(
        update(Objection)
        .where(about, Objection.settled_at.is_(None))
        .values(
            settled_at=clock.now(),
            settled_by_id=event.by.id,
            settlement=N_("The account was erased."),
        )
    )
    db.session.flush()


def _blank(application: Application) -> None:
    application.name, application.post, application.languages = FORMER, "", []
    application.email = application.email_key = application.reason = application.words = ""
    application.proposal_reason = application.decision_reason = application.call_note = ""
    # Nobody comes to its pages any more.
    application.sealed_reference = None
    application.reference_digest = digest(new_token())
    application.mailbox_token_digest = digest(new_token())
    for word in application.vouchings:
        word.note = ""
    for question in application.questions:
        question.question = question.answer = ""


def _applications_of(member_id: int, email_key: str) -> list[Application]:
    """Those that made the account, and others under its mailbox that came to nothing."""
    is_theirs = or_(
        Application.member_id == member_id,
        Application.member_id.is_(None) & (Application.email_key == email_key),
    )
    return list(
        db.session.scalars(
            select(Application)
            .where(is_theirs)
            .options(joinedload(Application.authority), selectinload(Application.questions))
            .order_by(Application.id)
        )
    )


def _given(application: Application) -> dict[str, object]:
    """A nomination is the words of whoever nominated, but for the facts about the nominee."""
    authority = application.authority
    return {
        "number": application.number,
        "sent_at": application.sent_at,
        "was_nominated": application.is_nomination,
        "state": application.state_code,
        "authority": authority.name if authority else application.unlisted_authority,
        "name": application.name,
        "post": application.post,
        "mailbox": application.email,
        "languages": application.languages,
        "reason": None if application.is_nomination else application.reason,
        "mailbox_proved_at": application.mailbox_proved_at,
        "answers": [
            {"at": question.answered_at, "answer": question.answer}
            for question in application.questions
            if question.answered_at
        ],
    }
