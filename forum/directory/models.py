"""The directory entry and the people who stand for it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Base
from forum.core.zones import ZoneName
from forum.directory.freshness import Freshness, freshness
from forum.members.models import Member, MemberStatus
from forum.policy import NETWORK, Role, Subject
from forum.reference.models import Function, State


class Visibility(StrEnum):
    """Who sees an entry or a contact line, by the State's choice."""

    PUBLIC = "public"
    MEMBERS = "members"


class HostKind(StrEnum):
    """What kind of body an authority belongs to."""

    JUSTICE = "justice"
    PROSECUTION = "prosecution"
    FOREIGN_AFFAIRS = "foreign_affairs"
    INTERIOR = "interior"
    COAST_GUARD = "coast_guard"
    PRISONS = "prisons"
    POLICE = "police"
    COURT = "court"
    SECRETARIAT = "secretariat"
    OTHER = "other"


class Interpol(StrEnum):
    """Whether requests are taken through INTERPOL."""

    NO = "no"
    YES = "yes"
    URGENT_ONLY = "urgent_only"
    PROVISIONAL_ARREST_ONLY = "provisional_arrest_only"


class Authority(Base):
    """A directory entry: an office competent for some function."""

    __tablename__ = "authorities"
    __table_args__ = (
        UniqueConstraint("state_code", "slug"),
        CheckConstraint("(state_code IS NULL) = (host_kind = 'secretariat')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state_code: Mapped[str | None] = mapped_column(ForeignKey(State.code), index=True)
    state: Mapped[State | None] = relationship()
    slug: Mapped[str] = mapped_column(String(120))
    #: In the original language, and in English where that is another one.
    name: Mapped[str] = mapped_column(String(200))
    name_language: Mapped[str] = mapped_column(String(8), default="en")
    name_en: Mapped[str] = mapped_column(String(200))
    units: Mapped[list[str]] = mapped_column(default=list)
    host_kind: Mapped[HostKind]
    #: A post, not a person: "Secretary".
    contact_post: Mapped[str] = mapped_column(String(200), default="")
    territory: Mapped[str] = mapped_column(String(200), default="")
    address_lines: Mapped[list[str]] = mapped_column(default=list)
    postal_code: Mapped[str] = mapped_column(String(20), default="")
    city: Mapped[str] = mapped_column(String(100), default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    #: IANA name; office hours are local to it.
    zone: Mapped[str] = mapped_column(ZoneName)
    interpol: Mapped[Interpol] = mapped_column(default=Interpol.NO)
    urgent_procedure: Mapped[str] = mapped_column(Text, default="")
    #: Whether a request may be made orally in urgency (UNTOC 18(14)), and within how many days it
    #: must then be confirmed in writing; empty: the State did not say.
    is_oral_accepted: Mapped[bool | None]
    oral_confirm_days: Mapped[int | None]
    formats: Mapped[str] = mapped_column(Text, default="")
    remarks: Mapped[str] = mapped_column(Text, default="")
    #: ISO 639: in which the procedure, the requirements and the remarks are written.
    text_language: Mapped[str] = mapped_column(String(8), default="en")
    visibility: Mapped[Visibility] = mapped_column(default=Visibility.MEMBERS)
    updated_at: Mapped[datetime]
    #: When the State last said that all of it is right.
    confirmed_at: Mapped[datetime | None]

    contacts: Mapped[list["ContactPoint"]] = relationship(
        back_populates="authority", order_by="ContactPoint.position", cascade="all, delete-orphan"
    )
    hours: Mapped[list["OfficeHours"]] = relationship(
        order_by="(OfficeHours.day, OfficeHours.start)", cascade="all, delete-orphan"
    )
    languages: Mapped[list["AcceptedLanguage"]] = relationship(
        order_by="AcceptedLanguage.position", cascade="all, delete-orphan"
    )
    channels: Mapped[list["Channel"]] = relationship(
        order_by="Channel.position", cascade="all, delete-orphan"
    )
    terms: Mapped[list["FunctionTerms"]] = relationship(cascade="all, delete-orphan")
    designations: Mapped[list["Designation"]] = relationship(
        back_populates="authority", order_by="Designation.id"
    )

    @property
    def subject(self) -> Subject:
        """The entry as the rules see it."""
        return Subject(
            readers=frozenset({NETWORK}),
            is_public=self.visibility is Visibility.PUBLIC,
            authority_id=self.id,
            state=self.state_code,
        )

    @property
    def english_name(self) -> str:
        """The English name, where it is another one; else ""."""
        return self.name_en if self.name_en != self.name else ""

    def lines(self, kind: "ContactKind") -> list["ContactPoint"]:
        """What the entry says to write to, or to call."""
        return [line for line in self.contacts if line.kind is kind]

    def designations_in_force(self, on: date) -> list["Designation"]:
        """What it is designated for on a day."""
        return [designation for designation in self.designations if designation.is_in_force(on)]

    def freshness_on(self, day: date) -> Freshness:
        """How old the State's last confirmation is."""
        return freshness(self.confirmed_at, day)


class ContactKind(StrEnum):
    """What a contact line is."""

    PHONE = "phone"
    FAX = "fax"
    EMAIL = "email"


class ContactPurpose(StrEnum):
    """When a contact line is used."""

    MAIN = "main"
    URGENT = "urgent"


class ContactPoint(Base):
    """A telephone, fax or mailbox of an authority, kept as it was typed."""

    __tablename__ = "contact_points"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey(Authority.id), index=True)
    authority: Mapped[Authority] = relationship(back_populates="contacts")
    position: Mapped[int]
    kind: Mapped[ContactKind]
    purpose: Mapped[ContactPurpose] = mapped_column(default=ContactPurpose.MAIN)
    label: Mapped[str] = mapped_column(String(100), default="")
    value: Mapped[str] = mapped_column(String(320))
    visibility: Mapped[Visibility] = mapped_column(default=Visibility.MEMBERS)

    @property
    def subject(self) -> Subject:
        """The line as the rules see it."""
        return Subject(readers=frozenset({NETWORK}), is_public=self.visibility is Visibility.PUBLIC)


class OfficeHours(Base):
    """One interval of a week, local to the authority's zone, in minutes after midnight."""

    __tablename__ = "office_hours"
    __table_args__ = (
        CheckConstraint("day BETWEEN 0 AND 6", name="day"),
        CheckConstraint('start >= 0 AND start < "end" AND "end" <= 1440', name="interval"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey(Authority.id), index=True)
    #: Monday is 0.
    day: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]


class AcceptedLanguage(Base):
    """A language in which requests are taken (UNTOC 18(14)), for one function or for all."""

    __tablename__ = "accepted_languages"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey(Authority.id), index=True)
    position: Mapped[int]
    #: ISO 639.
    code: Mapped[str] = mapped_column(String(8))
    function_code: Mapped[str | None] = mapped_column(ForeignKey(Function.code))
    needs_translation: Mapped[bool] = mapped_column(default=False)


class ChannelKind(StrEnum):
    """The way a request travels."""

    EMAIL = "email"
    INTERPOL = "interpol"
    DIPLOMATIC = "diplomatic"
    COURIER = "courier"
    POST = "post"
    PORTAL = "portal"


class ChannelUse(StrEnum):
    """What a channel is used for."""

    ROUTINE = "routine"
    URGENT = "urgent"
    ADVANCE_COPY = "advance_copy"


class Channel(Base):
    """A channel an authority takes requests by; the first is the preferred one."""

    __tablename__ = "channels"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey(Authority.id), index=True)
    position: Mapped[int]
    kind: Mapped[ChannelKind]
    use: Mapped[ChannelUse] = mapped_column(default=ChannelUse.ROUTINE)


class Stance(StrEnum):
    """Whether the Convention is accepted as legal basis for a function."""

    YES = "yes"
    NO = "no"
    CONDITIONS = "conditions"
    NO_TREATY_NEEDED = "no_treaty_needed"


class FunctionTerms(Base):
    """What an authority asks for under one function."""

    __tablename__ = "function_terms"
    __table_args__ = (UniqueConstraint("authority_id", "function_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey(Authority.id))
    function_code: Mapped[str] = mapped_column(ForeignKey(Function.code))
    requirements: Mapped[str] = mapped_column(Text, default="")
    legal_basis: Mapped[Stance | None]


class Designation(Base):
    """A State's naming of an authority for a function; it ends, it is never deleted."""

    __tablename__ = "designations"
    __table_args__ = (Index(None, "function_code", "authority_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey(Authority.id), index=True)
    authority: Mapped[Authority] = relationship(back_populates="designations")
    function_code: Mapped[str] = mapped_column(ForeignKey(Function.code))
    function: Mapped[Function] = relationship()
    #: Scope; empty means without that condition.
    stage: Mapped[str] = mapped_column(String(200), default="")
    kind_of_request: Mapped[str] = mapped_column(String(200), default="")
    territory: Mapped[str] = mapped_column(String(200), default="")
    from_on: Mapped[date]
    #: Last day.
    until_on: Mapped[date | None]
    note_reference: Mapped[str] = mapped_column(String(100), default="")

    def is_in_force(self, on: date) -> bool:
        """Whether the designation holds on that day."""
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)


class Representation(Base):
    """Ties a member to an authority with a role; it ends, it is never deleted."""

    __tablename__ = "representations"
    __table_args__ = (
        Index(None, "authority_id", "until_on"),
        Index(None, "role", "authority_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id), index=True)
    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    authority_id: Mapped[int] = mapped_column(ForeignKey(Authority.id))
    authority: Mapped[Authority] = relationship()
    role: Mapped[Role]
    from_on: Mapped[date]
    #: Last day.
    until_on: Mapped[date | None]
    note_reference: Mapped[str] = mapped_column(String(100), default="")
    #: When somebody who answers for the authority last said that the member is one of its own, and
    #: who; where nobody there can, the Secretariat. None: nobody has said so yet.
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    confirmed_by: Mapped[Member | None] = relationship(foreign_keys=[confirmed_by_id])
    #: Since when the member may speak for the authority, and who said so; None: has not been said.
    may_speak_since: Mapped[datetime | None]
    may_speak_by_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    may_speak_by: Mapped[Member | None] = relationship(foreign_keys=[may_speak_by_id])
    #: When the member announced the last day, and which one there was before, if there was one.
    announced_at: Mapped[datetime | None]
    term_on: Mapped[date | None]
    #: Who takes over what the member leaves open, once the last day is over.
    successor_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    successor: Mapped[Member | None] = relationship(foreign_keys=[successor_id])
    #: When what follows from its end was done: sessions ended, threads handed over.
    settled_at: Mapped[datetime | None]

    def is_over(self, on: date) -> bool:
        """Whether the member stands for the authority no more on that day."""
        has_left = self.until_on is not None and self.until_on < on
        return has_left or self.member.status is MemberStatus.CLOSED
