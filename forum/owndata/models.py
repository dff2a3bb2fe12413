"""Exports and erasures that were asked for."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Base
from forum.members.models import Member

_WAITING = text("made_at IS NULL AND failed_at IS NULL")


_OPEN = text("second_at IS NULL AND withdrawn_at IS NULL AND refused_at IS NULL")


class ExportState(StrEnum):
    """How far an export is."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    OVER = "over"


class DataExport(Base):
    """A copy of a member's data: waits for the worker, is there for a day, and is deleted."""

    __tablename__ = "data_exports"
    __table_args__ = (
        Index(
            "ix_data_exports_one_waiting",
            "member_id",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id), index=True)
    member: Mapped[Member] = relationship()
    asked_at: Mapped[datetime]
    #: A worker has it in hand until then; one that was killed leaves a lease that lapses.
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    size: Mapped[int] = mapped_column(default=0)
    #: The zip, encrypted.
    sealed: Mapped[str | None] = mapped_column(Text, deferred=True)

    def state_at(self, moment: datetime) -> ExportState:
        """How far it is at that moment."""
        if self.failed_at is not None:
            return ExportState.FAILED
        if self.made_at is None or self.expires_at is None:
            return ExportState.WAITING
        return ExportState.READY if moment < self.expires_at else ExportState.OVER


class Erasure(Base):
    """A member's wish to be erased, and who decided on it. One that is done keeps no words."""

    __tablename__ = "erasures"
    __table_args__ = (
        Index(
            "ix_erasures_one_open",
            "member_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id), index=True)
    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    asked_at: Mapped[datetime] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    first_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    first_by: Mapped[Member | None] = relationship(foreign_keys=[first_by_id])
    first_at: Mapped[datetime | None]
    #: The second approval, with which it is done.
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    second_by: Mapped[Member | None] = relationship(foreign_keys=[second_by_id])
    second_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    refused_by: Mapped[Member | None] = relationship(foreign_keys=[refused_by_id])
    #: Why it was refused; shown to the member.
    refusal: Mapped[str] = mapped_column(Text, default="")

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.second_at is None and self.withdrawn_at is None and self.refused_at is None
