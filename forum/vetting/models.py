"""The application."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Base
from forum.core.sealed import SealedText
from forum.directory.calls import CallBack, CallPlace
from forum.directory.models import Authority
from forum.members.models import Member
from forum.policy import Role, Subject
from forum.reference.models import State


class ApplicationStatus(StrEnum):
    """How far an application is."""

    #: The mailbox is not proved yet.
    SENT = "sent"
    #: The mailbox is proved; the checks can begin.
    PROVED = "proved"
    #: The call-back is recorded and one moderator proposes to admit.
    PROPOSED = "proposed"
    #: The applicant was asked for more, and has not answered yet.
    ASKED = "asked"
    ADMITTED = "admitted"
    DECLINED = "declined"
    #: Nobody proved the mailbox, or nobody decided, in time.
    EXPIRED = "expired"
    #: The applicant, or whoever nominated, took it back.
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for the applicant or for a decision."""
        return self in OPEN


OPEN: Final = frozenset(
    {
        ApplicationStatus.SENT,
        ApplicationStatus.PROVED,
        ApplicationStatus.PROPOSED,
        ApplicationStatus.ASKED,
    }
)


class Answer(StrEnum):
    """What somebody who answers for an authority says of an applicant."""

    KNOWN = "known"
    NOT_KNOWN = "not_known"
    CANNOT_SAY = "cannot_say"


class Application(Base):
    """Somebody's request to be admitted for an authority, or the nomination of somebody."""

    __tablename__ = "applications"
    __table_args__ = (
        CheckConstraint("authority_id IS NOT NULL OR unlisted_authority <> ''", name="authority"),
        Index(None, "status", "sent_at"),
    )

    #: The short number people speak of.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: SHA-256 of the 128-bit secret in the address of the status page.
    reference_digest: Mapped[str] = mapped_column(String(64), unique=True)
    #: That secret, for mail about the application; older ones have none.
    sealed_reference: Mapped[str | None] = mapped_column(SealedText, deferred=True)
    #: The head or the focal point who nominated; None: the applicant asked.
    nominated_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id), index=True)
    nominated_by: Mapped[Member | None] = relationship(foreign_keys=[nominated_by_id])
    nominated_as: Mapped[Role | None]
    state_code: Mapped[str] = mapped_column(ForeignKey(State.code))
    state: Mapped[State] = relationship()
    authority_id: Mapped[int | None] = mapped_column(ForeignKey(Authority.id))
    authority: Mapped[Authority | None] = relationship()
    #: What the applicant wrote where the authority is not listed; stays when an entry is assigned.
    unlisted_authority: Mapped[str] = mapped_column(String(200), default="")
    name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), index=True)
    languages: Mapped[list[str]]
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[ApplicationStatus]
    sent_at: Mapped[datetime]
    mailbox_token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    mailbox_token_expires_at: Mapped[datetime]
    mailbox_proved_at: Mapped[datetime | None]
    #: Shown on the status page once the mailbox is proved; read back on the telephone.
    words: Mapped[str] = mapped_column(String(100))
    call_back: Mapped[CallBack | None]
    called_at: Mapped[datetime | None]
    called_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    called_by: Mapped[Member | None] = relationship(foreign_keys=[called_by_id])
    #: The number as it stood in the directory when it was called; for a mission, as it was typed.
    called_number: Mapped[str] = mapped_column(String(320), default="")
    call_place: Mapped[CallPlace | None]
    #: The other authority or the mission, by name.
    called_office: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    #: Where the number of a mission was found.
    call_source: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    call_note: Mapped[str] = mapped_column(Text, default="")
    proposed_at: Mapped[datetime | None]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    proposed_by: Mapped[Member | None] = relationship(foreign_keys=[proposed_by_id])
    proposal_reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    decided_by: Mapped[Member | None] = relationship(foreign_keys=[decided_by_id])
    #: Kept inside; the applicant is told only that the application was declined.
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    #: The account that came of it.
    member_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    member: Mapped[Member | None] = relationship(foreign_keys=[member_id])

    vouchings: Mapped[list["Vouching"]] = relationship(
        back_populates="application", order_by="Vouching.id"
    )

    questions: Mapped[list["ApplicantQuestion"]] = relationship(
        back_populates="application", order_by="ApplicantQuestion.id"
    )

    @property
    def is_nomination(self) -> bool:
        """Whether somebody who answers for the authority nominated the person."""
        return self.nominated_by_id is not None

    @property
    def subject(self) -> Subject:
        """The application as the rules see it, but for whom it bars."""
        return Subject(authority_id=self.authority_id, state=self.state_code)

    @property
    def number(self) -> str:
        """What people say and write: A-0417."""
        return f"A-{self.id:04}"


class Vouching(Base):
    """The word of a head or a focal point about an applicant. A later word of the same person
    replaces it; it is not deleted."""

    __tablename__ = "vouchings"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id), index=True)
    application: Mapped[Application] = relationship(back_populates="vouchings")
    by_id: Mapped[int] = mapped_column(ForeignKey(Member.id))
    by: Mapped[Member] = relationship()
    #: As what it was given.
    role: Mapped[Role]
    answer: Mapped[Answer]
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class ApplicantQuestion(Base):
    """What a moderator asked an applicant, and the answer."""

    __tablename__ = "applicant_questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id), index=True)
    application: Mapped[Application] = relationship(back_populates="questions")
    asked_by_id: Mapped[int] = mapped_column(ForeignKey(Member.id))
    asked_by: Mapped[Member] = relationship()
    asked_at: Mapped[datetime]
    question: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")


class Objection(Base):
    """Somebody who answers for an authority objects to a member just admitted for it. Moderators
    settle it; until then the account goes on as it is."""

    __tablename__ = "objections"
    __table_args__ = (
        Index(
            "ix_objections_one_open",
            "member_id",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id), index=True)
    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    authority_id: Mapped[int] = mapped_column(ForeignKey(Authority.id))
    authority: Mapped[Authority] = relationship()
    by_id: Mapped[int] = mapped_column(ForeignKey(Member.id))
    by: Mapped[Member] = relationship(foreign_keys=[by_id])
    role: Mapped[Role]
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    settled_by: Mapped[Member | None] = relationship(foreign_keys=[settled_by_id])
    settlement: Mapped[str] = mapped_column(Text, default="")


class NamingStatus(StrEnum):
    """How far the naming of a focal point is."""

    #: The note is on record; another moderator has yet to confirm it.
    REGISTERED = "registered"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENDED = "ended"


class Naming(Base):
    """A State's naming of a focal point by note verbale: the record of the note stays."""

    __tablename__ = "focal_point_namings"

    id: Mapped[int] = mapped_column(primary_key=True)
    state_code: Mapped[str] = mapped_column(ForeignKey(State.code), index=True)
    state: Mapped[State] = relationship()
    authority_id: Mapped[int] = mapped_column(ForeignKey(Authority.id))
    authority: Mapped[Authority] = relationship()
    name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), index=True)
    languages: Mapped[list[str]]
    note_reference: Mapped[str] = mapped_column(String(100))
    note_dated_on: Mapped[date]
    from_on: Mapped[date]
    #: Last day.
    until_on: Mapped[date | None]
    status: Mapped[NamingStatus] = mapped_column(default=NamingStatus.REGISTERED)
    #: Makes sending the form twice the same as sending it once.
    once: Mapped[str] = mapped_column(String(64), unique=True)
    registered_at: Mapped[datetime]
    registered_by_id: Mapped[int] = mapped_column(ForeignKey(Member.id))
    registered_by: Mapped[Member] = relationship(foreign_keys=[registered_by_id])
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    decided_by: Mapped[Member | None] = relationship(foreign_keys=[decided_by_id])
    #: Why it was refused.
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    ended_by: Mapped[Member | None] = relationship(foreign_keys=[ended_by_id])
    end_reason: Mapped[str] = mapped_column(Text, default="")
    #: The account that came of it.
    member_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    member: Mapped[Member | None] = relationship(foreign_keys=[member_id])
