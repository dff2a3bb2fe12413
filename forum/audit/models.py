"""The log, its side rows, the end of the chain and what the last check found."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Base


class Break(StrEnum):
    """In which way the chain does not hold."""

    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    MOVED = "moved"
    NAME_CHANGED = "name changed"
    END_MISSING = "end missing"
    END_CHANGED = "end changed"
    CUT = "cut"
    FILE_DIFFERS = "file differs"
    FILE_CHANGED = "file changed"
    FILE_CUT = "file cut"


class AuditEntry(Base):
    """One thing that was done, refused or tried."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    #: Number of the member who did it; no foreign key, for the log outlives accounts.
    actor_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(64), index=True)
    #: What it was done to, such as `post:977`.
    object: Mapped[str] = mapped_column(String(120), index=True)
    outcome: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text)
    #: Before and after, as JSON with sorted keys.
    details: Mapped[str] = mapped_column(Text)
    #: Keyed digest of the side row.
    who_digest: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64), unique=True)


class AuditWho(Base):
    """Name and network address of an entry's actor; the only part that can be erased."""

    __tablename__ = "audit_who"

    entry_id: Mapped[int] = mapped_column(ForeignKey(AuditEntry.id), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(64))


class AuditEnd(Base):
    """The end of the chain: locked by whoever adds a row, and what shows a cut-off tail."""

    __tablename__ = "audit_end"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))


class AuditCheck(Base):
    """How far the chain was found whole, and where it is broken if it is; one row."""

    __tablename__ = "audit_check"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The last entry that holds, and its digest; sealed, since the next check begins there.
    entry_id: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))
    checked_at: Mapped[datetime | None]
    #: When the chain was last walked from its first entry.
    walked_at: Mapped[datetime | None]
    broken_at: Mapped[int | None]
    why: Mapped[Break | None]
    found_at: Mapped[datetime | None]
    #: The last entry of a checkpoint that is known to be in the file.
    filed_id: Mapped[int]
