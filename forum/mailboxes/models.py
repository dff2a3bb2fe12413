"""Changes of e-mail, proofs of mailboxes, and what is asked once a year."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Base
from forum.members.models import Member


class ChangeStatus(StrEnum):
    """How far a change of e-mail is; all but the first three are ends."""

    ASKED = "asked"
    #: The new mailbox was proved; it waits for approval.
    PROVED = "proved"
    #: It happens when the time in which it can be stopped is over.
    APPROVED = "approved"
    DONE = "done"
    #: From the old mailbox, or because the member said of something: this was not me.
    STOPPED = "stopped"
    #: By the member.
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    EXPIRED = "expired"
    #: A newer one took its place.
    REPLACED = "replaced"
    #: The address, or the account, could not be used when the time had come.
    FAILED = "failed"


#: What can still come to something.
OPEN = frozenset({ChangeStatus.ASKED, ChangeStatus.PROVED, ChangeStatus.APPROVED})


class MailboxChange(Base):
    """A member's wish to sign in with, and be written to at, another address; one at a time."""

    __tablename__ = "mailbox_changes"
    __table_args__ = (
        Index(
            "uq_mailbox_changes_open",
            "member_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id), index=True)
    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    address: Mapped[str] = mapped_column(String(320))
    status: Mapped[ChangeStatus] = mapped_column(default=ChangeStatus.ASKED, index=True)
    asked_at: Mapped[datetime]
    #: The link to the new mailbox holds until then.
    prove_by: Mapped[datetime]
    proved_at: Mapped[datetime | None]
    #: After the proof: whoever approves must have done so by then.
    decide_by: Mapped[datetime | None]
    #: The first of two moderators, where two are needed.
    first_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    first_by: Mapped[Member | None] = relationship(foreign_keys=[first_by_id])
    first_at: Mapped[datetime | None]
    #: Who approved it in the end, or declined.
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    decided_by: Mapped[Member | None] = relationship(foreign_keys=[decided_by_id])
    decided_at: Mapped[datetime | None]
    #: Why it was declined; shown to the member.
    reason: Mapped[str] = mapped_column(Text, default="")
    #: Until then it can be stopped; then it happens.
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """Whether it can still come to something."""
        return self.ended_at is None


class MailboxProof(Base):
    """When a member last proved the mailbox; without a row, at activation."""

    __tablename__ = "mailbox_proofs"

    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id), primary_key=True)
    proved_at: Mapped[datetime]


class QuestionKind(StrEnum):
    """What a member is asked once a year."""

    #: Is the mailbox still yours? Answered by one press on a mailed link.
    MAILBOX = "mailbox"
    #: Are you still here? Answered by signing in.
    PRESENCE = "presence"


class YearlyQuestion(Base):
    """That a member was asked, until it is answered or the account cannot be used."""

    __tablename__ = "yearly_questions"

    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id), primary_key=True)
    kind: Mapped[QuestionKind] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    #: How many mails have left.
    mails: Mapped[int]
