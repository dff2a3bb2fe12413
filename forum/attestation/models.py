"""Rounds, and what is asked in them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Base
from forum.directory.models import Representation
from forum.members.models import Member


class RoundKind(StrEnum):
    """Of whom a round asks."""

    MEMBERS = "members"
    MODERATORS = "moderators"


class Round(Base):
    """A time at which all who were not confirmed a short while ago are asked about."""

    __tablename__ = "attestation_rounds"
    __table_args__ = (UniqueConstraint("kind", "begins_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RoundKind]
    #: The day the settings say; the worker began it at `opened_at`.
    begins_on: Mapped[date]
    opened_at: Mapped[datetime]
    #: Since when everybody is asked whom it asks; None: the worker is at it.
    filled_at: Mapped[datetime | None]
    #: When it was noted that there are too few moderators to confirm each other.
    stalled_at: Mapped[datetime | None]


class Answer(StrEnum):
    """How a question ended."""

    KEPT = "kept"
    REMOVED = "removed"
    #: The representation ended by other means, so nothing is left to be asked.
    LAPSED = "lapsed"


class Attestation(Base):
    """A question: does this member still stand for this authority? Answered once, and kept."""

    __tablename__ = "attestations"
    __table_args__ = (
        UniqueConstraint("round_id", "representation_id"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        CheckConstraint("first_by_id <> answered_by_id", name="two_people"),
        Index(
            "ix_attestations_one_open",
            "representation_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
        Index(None, "answered_at", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id))
    representation_id: Mapped[int] = mapped_column(ForeignKey(Representation.id), index=True)
    representation: Mapped[Representation] = relationship()
    asked_at: Mapped[datetime]
    #: Of moderators: the first of the two who confirm.
    first_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    first_by: Mapped[Member | None] = relationship(foreign_keys=[first_by_id])
    first_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    answered_by: Mapped[Member | None] = relationship(foreign_keys=[answered_by_id])
    answer: Mapped[Answer | None]
    #: How the Secretariat checked, where it answered.
    how: Mapped[str] = mapped_column(Text, default="")


class Notice(Base):
    """A mail about a round to one of those who answer; the row makes it one mail."""

    __tablename__ = "attestation_notices"

    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id), primary_key=True)
    #: 0 the first mail, then one for each reminder.
    step: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
