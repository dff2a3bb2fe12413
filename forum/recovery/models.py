"""The case, and what it begins with."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Base
from forum.directory.calls import CallBack, CallPlace
from forum.directory.models import Authority
from forum.members.models import Member
from forum.policy import Role, Subject


class RecoveryStatus(StrEnum):
    """How far a case is."""

    #: The mailbox is proved; a colleague has yet to confirm.
    BEGUN = "begun"
    #: A colleague spoke with the member, or there is none; the call is to be made.
    CONFIRMED = "confirmed"
    #: The words were read back; another moderator has yet to approve.
    CALLED = "called"
    #: Approved; for a while everybody concerned can still stop it.
    WAITING = "waiting"
    #: The link to a new factor was mailed.
    READY = "ready"
    #: The new factor is in use.
    DONE = "done"
    DECLINED = "declined"
    STOPPED = "stopped"
    EXPIRED = "expired"
    #: A newer case of the same member took its place.
    REPLACED = "replaced"


class Witness(StrEnum):
    """Who there was to confirm that the member asks, when the case began."""

    #: Somebody else of the authority, or a focal point of the State.
    COLLEAGUE = "colleague"
    #: Only heads of other authorities of the State.
    STATE = "state"
    #: Nobody: the call stands in for the word.
    NOBODY = "nobody"


class StoppedFrom(StrEnum):
    """Where somebody stopped a case."""

    MAIL = "mail"
    SESSION = "session"
    DESK = "desk"
    #: The member took it back on the page of the case.
    PAGE = "page"
    #: The account went out of use, or stands for the authority no more.
    ACCOUNT = "account"


class RecoveryRequest(Base):
    """Somebody asked under an address; the worker looks whose it is.

    The request itself does the same whether or not there is an account.
    """

    __tablename__ = "recovery_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(320))
    #: What was ticked, to be ticked again behind the mailed link.
    is_stolen: Mapped[bool]
    asked_at: Mapped[datetime]


class RecoveryCase(Base):
    """A member's way to a new second factor."""

    __tablename__ = "recovery_cases"
    __table_args__ = (
        Index(
            "ix_recovery_cases_one_open",
            "member_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "status", "begun_at"),
    )

    #: The short number people speak of.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: SHA-256 of the 128-bit secret in the address of the case's page.
    reference_digest: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id), index=True)
    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    #: Whose people are asked, and called.
    authority_id: Mapped[int] = mapped_column(ForeignKey(Authority.id), index=True)
    authority: Mapped[Authority] = relationship()
    witness: Mapped[Witness]
    status: Mapped[RecoveryStatus]
    #: Shown on the case's page; read back on the telephone.
    words: Mapped[str] = mapped_column(String(100))
    is_stolen: Mapped[bool]
    #: The member said so before anybody's word: the last link asks for a new password.
    lacks_password: Mapped[bool] = mapped_column(default=False, server_default=false())
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    confirmed_by: Mapped[Member | None] = relationship(foreign_keys=[confirmed_by_id])
    confirmed_as: Mapped[Role | None]
    confirm_note: Mapped[str] = mapped_column(Text, default="")
    call_back: Mapped[CallBack | None]
    called_at: Mapped[datetime | None]
    called_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    called_by: Mapped[Member | None] = relationship(foreign_keys=[called_by_id])
    #: The number as it stood in the directory when it was called; elsewhere as it was typed.
    called_number: Mapped[str] = mapped_column(String(320), default="")
    call_place: Mapped[CallPlace | None]
    called_office: Mapped[str] = mapped_column(String(200), default="")
    call_source: Mapped[str] = mapped_column(String(500), default="")
    call_note: Mapped[str] = mapped_column(Text, default="")
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    approved_by: Mapped[Member | None] = relationship(foreign_keys=[approved_by_id])
    #: Until then everybody concerned can stop it, and no link is mailed.
    waits_until: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: None: the member, or a rule of time.
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    ended_by: Mapped[Member | None] = relationship(foreign_keys=[ended_by_id])
    stopped_from: Mapped[StoppedFrom | None]
    #: Kept inside.
    end_reason: Mapped[str] = mapped_column(Text, default="")

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.ended_at is None

    @property
    def awaits_first_word(self) -> bool:
        """Whether nobody spoke for the member yet, and nobody was called."""
        is_early = self.status in {RecoveryStatus.BEGUN, RecoveryStatus.CONFIRMED}
        return is_early and self.confirmed_at is None and self.called_at is None

    @property
    def is_approved(self) -> bool:
        """Whether two moderators and, where there was one, a witness stand for it."""
        return self.approved_at is not None

    @property
    def number(self) -> str:
        """What people say and write: R-0017."""
        return f"R-{self.id:04}"

    @property
    def named(self) -> str:
        """What the log calls it, with whose it is, so that it stands in the member's history."""
        return f"member:{self.member_id} recovery:{self.id}"

    @property
    def subject(self) -> Subject:
        """The case as the rules see it: nobody acts on their own."""
        return self._barring(self.member_id)

    @property
    def call_subject(self) -> Subject:
        """The same for the call: whoever confirmed does not also call."""
        return self._barring(self.member_id, self.confirmed_by_id)

    @property
    def approval_subject(self) -> Subject:
        """The same for approving: whoever confirmed or called does not also approve."""
        return self._barring(self.member_id, self.confirmed_by_id, self.called_by_id)

    def _barring(self, *members: int | None) -> Subject:
        return Subject(
            authority_id=self.authority_id,
            state=self.authority.state_code,
            has_no_colleague=self.witness is Witness.STATE,
            barred=frozenset(number for number in members if number is not None),
        )
