"""The member."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Base
from forum.core.zones import ZoneName


class MemberStatus(StrEnum):
    """Whether an account can be used."""

    #: Admitted; the activation link was not used yet.
    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class Member(Base):
    """A vetted person with an account."""

    __tablename__ = "members"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(200))
    #: The official mailbox as it was typed.
    email: Mapped[str] = mapped_column(String(320))
    #: The same as it is compared: see `mailbox_key`.
    email_key: Mapped[str] = mapped_column(String(320), unique=True)
    #: IANA name.
    zone: Mapped[str] = mapped_column(ZoneName, default="UTC")
    #: ISO 639 codes.
    languages: Mapped[list[str]]
    #: Codes of the functions this member works on; empty: all of the authority's.
    functions: Mapped[list[str]] = mapped_column(default=list)
    status: Mapped[MemberStatus] = mapped_column(default=MemberStatus.PENDING)
    created_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]
    #: When the member last signed in; sessions themselves are forgotten.
    signed_in_at: Mapped[datetime | None]
    #: When and how the secretariat vetted the account, in words for the profile.
    vetted_at: Mapped[datetime | None]
    vetted_how: Mapped[str] = mapped_column(String(200), default="")
