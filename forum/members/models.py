"""The member."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, String, Text, UniqueConstraint, false, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

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
    #: When a suspension ends by itself; None: not before it is lifted. Says nothing of an account
    #: that is not suspended.
    suspended_until: Mapped[datetime | None]
    #: Limits were set that nobody lifted; which of them hold still is looked up only then.
    has_limits: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]
    #: Since when an objection to the admission waits for the moderators.
    objected_at: Mapped[datetime | None]
    #: When the member last signed in; sessions themselves are forgotten.
    signed_in_at: Mapped[datetime | None]
    #: Which house rules the member accepted last, and when; None: none yet.
    rules_version: Mapped[date | None]
    rules_accepted_at: Mapped[datetime | None]
    #: Since when a recovery of a lost second factor goes on.
    recovering_since: Mapped[datetime | None]
    #: When all that said who it was went; the row stays for what refers to its number.
    erased_at: Mapped[datetime | None]
    #: When and how the secretariat vetted the account, in words for the profile.
    vetted_at: Mapped[datetime | None]
    vetted_how: Mapped[str] = mapped_column(String(200), default="")

    def is_in_use(self, at: datetime) -> bool:
        """Whether the account can be used at that moment: a suspension is over when its time is,
        even where the worker has not noted it yet."""
        if self.status is MemberStatus.SUSPENDED:
            return self.suspended_until is not None and self.suspended_until <= at
        return self.status is MemberStatus.ACTIVE

    @property
    def may_prove(self) -> bool:
        """Whether password and code are looked at at all; who is suspended is then told so."""
        return self.status in {MemberStatus.ACTIVE, MemberStatus.SUSPENDED}


def in_use(at: datetime) -> ColumnElement[bool]:
    """Of members: `is_in_use`, for queries."""
    return or_(
        Member.status == MemberStatus.ACTIVE,
        (Member.status == MemberStatus.SUSPENDED) & (Member.suspended_until <= at),
    )


class Approval(Base):
    """A moderator who approved an account: proposed it, or decided on it."""

    __tablename__ = "member_approvals"
    __table_args__ = (UniqueConstraint("member_id", "by_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id))
    by_id: Mapped[int] = mapped_column(ForeignKey(Member.id), index=True)
    by: Mapped[Member] = relationship(foreign_keys=[by_id])
    at: Mapped[datetime]


class LimitKind(StrEnum):
    """How far a member is limited."""

    #: Nothing is withheld; it is said.
    WARNING = "warning"
    READ_ONLY = "read_only"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class LimitCause(StrEnum):
    """What a member is limited for; who lifts it follows from this."""

    #: A moderator decided so.
    SANCTION = "sanction"
    #: The authority did not say in time that the member is still one of its own.
    ATTESTATION = "attestation"
    #: A lost second factor was replaced a short while ago.
    RECOVERY = "recovery"
    #: The mailbox was not proved once a year.
    MAILBOX = "mailbox"
    #: Not seen for a year, and did not answer.
    UNSEEN = "unseen"


class Limit(Base):
    """Something a member may not do for a while. It ends or is lifted; it is not deleted."""

    __tablename__ = "member_limits"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id), index=True)
    kind: Mapped[LimitKind]
    cause: Mapped[LimitCause]
    #: Shown to the member.
    reason: Mapped[str] = mapped_column(Text, default="")
    from_at: Mapped[datetime]
    #: None: until it is lifted.
    until_at: Mapped[datetime | None]
    #: None: a rule of time, applied by the worker.
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    by: Mapped[Member | None] = relationship(foreign_keys=[by_id])
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    lifted_by: Mapped[Member | None] = relationship(foreign_keys=[lifted_by_id])
    lift_reason: Mapped[str] = mapped_column(Text, default="")

    def is_in_force(self, at: datetime) -> bool:
        """Whether it holds at that moment."""
        is_over = self.until_at is not None and self.until_at <= at
        return self.lifted_at is None and not is_over
