"""States, instruments, functions, parties."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Base
from forum.core.zones import ZoneName


class State(Base):
    """A State, or an organization that can be party to an instrument."""

    __tablename__ = "states"

    #: ISO 3166-1 alpha-2.
    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    alpha3: Mapped[str] = mapped_column(String(3), unique=True)
    m49: Mapped[str] = mapped_column(String(3), default="")
    un_status: Mapped[str] = mapped_column(String(20), default="")
    name_en: Mapped[str] = mapped_column(String(120), index=True)
    name_fr: Mapped[str] = mapped_column(String(120), default="")
    name_es: Mapped[str] = mapped_column(String(120), default="")
    name_ar: Mapped[str] = mapped_column(String(120), default="")
    name_ru: Mapped[str] = mapped_column(String(120), default="")
    name_zh: Mapped[str] = mapped_column(String(120), default="")
    region: Mapped[str] = mapped_column(String(60), default="")
    subregion: Mapped[str] = mapped_column(String(60), default="")
    un_group: Mapped[str] = mapped_column(String(20), default="")
    #: IANA zone of the seat of government, and all zones.
    zone: Mapped[str] = mapped_column(ZoneName, default="UTC")
    zones: Mapped[list[str]] = mapped_column(default=list)
    official_languages: Mapped[list[str]] = mapped_column(default=list)
    dialling_code: Mapped[str] = mapped_column(String(20), default="")
    loaded: Mapped[str] = mapped_column(String(64), default="")


class Instrument(Base):
    """A treaty, convention or arrangement."""

    __tablename__ = "instruments"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    loaded: Mapped[str] = mapped_column(String(64), default="")


class Decision32(StrEnum):
    """Whether decision 3/2 of the Conference of the Parties to UNTOC lists the function."""

    YES = "yes"
    CONSIDER = "consider"
    NO = "no"


class Function(Base):
    """Instrument, article and purpose for which a State can designate an authority."""

    __tablename__ = "functions"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int]
    instrument_code: Mapped[str] = mapped_column(ForeignKey(Instrument.code))
    instrument: Mapped[Instrument] = relationship()
    article: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    basis: Mapped[str] = mapped_column(String(200), default="")
    in_decision_3_2: Mapped[Decision32] = mapped_column(default=Decision32.NO)
    evidence: Mapped[str] = mapped_column(String(200), default="")
    remark: Mapped[str] = mapped_column(Text, default="")
    loaded: Mapped[str] = mapped_column(String(64), default="")


class Party(Base):
    """What is known of a State's standing to an instrument; unknown dates stay empty."""

    __tablename__ = "parties"
    __table_args__ = (UniqueConstraint("state_code", "instrument_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state_code: Mapped[str] = mapped_column(ForeignKey(State.code), index=True)
    instrument_code: Mapped[str] = mapped_column(String(32), index=True)
    signed_on: Mapped[date | None]
    #: Day of deposit; empty: not known, never "not a party".
    deposited_on: Mapped[date | None]
    act: Mapped[str] = mapped_column(String(40), default="")
    as_of: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(20), default="")
    loaded: Mapped[str] = mapped_column(String(64), default="")


class LoadedKey(Base):
    """A row that was once loaded from a file; if it is gone, somebody took it away on purpose."""

    __tablename__ = "loaded_keys"

    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
