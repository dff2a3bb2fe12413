"""The form that was being written."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Base


class KeptForm(Base):
    """The fields of one form, encrypted."""

    __tablename__ = "kept_forms"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: SHA-256 of the token in the browser; empty while it is in none.
    browser_digest: Mapped[str] = mapped_column(String(64), index=True)
    #: Number of the member; no foreign key, for a draft falls away with its day.
    member_id: Mapped[int]
    #: Where the form was sent to.
    path: Mapped[str] = mapped_column(String(500))
    sealed_fields: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    #: Number of the member who handed it over to this one; such a form is in no browser until it is
    #: taken up in one.
    handed_by_id: Mapped[int | None]
