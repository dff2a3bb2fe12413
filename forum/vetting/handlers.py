"""Reactions to what lower features announce."""

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from forum.core.db import db
from forum.core.events import subscribe
from forum.members.events import DataAsked
from forum.members.models import Member
from forum.vetting.models import Application, Naming


def subscribe_all() -> None:
    """Listen; doing it twice changes nothing."""
    subscribe(DataAsked, add_applications)


def add_applications(event: DataAsked) -> None:
    """What the member gave in applications, and the notes that name them; nothing that was said or
    decided about it inside."""
    member = db.session.get_one(Member, event.member_id)
    event.held["applications"] = [_given(each) for each in _applications_of(member)]
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


def _applications_of(member: Member) -> list[Application]:
    """Those that made the account, and others under its mailbox."""
    is_theirs = or_(
        Application.member_id == member.id,
        Application.member_id.is_(None) & (Application.email_key == member.email_key),
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
