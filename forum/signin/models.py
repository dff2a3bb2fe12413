"""What proves a member, and the sessions that came of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Base
from forum.members.models import Member


class Credential(Base):
    """A member's password, as an argon2id hash."""

    __tablename__ = "credentials"

    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id), primary_key=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]


class SecondFactor(Base):
    """A member's TOTP secret (RFC 6238), encrypted, and the last time step spent."""

    __tablename__ = "second_factors"

    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(String(300))
    last_step: Mapped[int] = mapped_column(default=0)
    proved_at: Mapped[datetime]


class RecoveryCode(Base):
    """One of ten codes that stand for a lost authenticator, once; a keyed digest."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key pair of a member's (WebAuthn), whose private half stays in the member's device.

    A second factor beside the app; where the device asks for a PIN, a finger or a face, both at once.
    """

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id), index=True)
    member: Mapped[Member] = relationship()
    #: Base64url, up to 1023 bytes.
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    #: As COSE has it (RFC 9052).
    public_key: Mapped[bytes]
    #: Random; the same for all passkeys of a member.
    handle: Mapped[str] = mapped_column(String(64))
    #: How often it signed, as far as its device counts: up to 32 bits, 0 where it does not.
    sign_count: Mapped[int] = mapped_column(BigInteger)
    #: Its device knew its user when it was made, or since.
    verifies_user: Mapped[bool]
    #: How the device is reached, for the browser to look in the right place.
    transports: Mapped[list[str]]
    #: Make of the device; zeros where it does not say.
    aaguid: Mapped[str] = mapped_column(String(36))
    #: What its owner calls it.
    name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OpenSession(Base):
    """What the server keeps of one browser; the browser holds only a token.

    A visitor has a row only while there is something to keep, such as the pre-login state.
    """

    __tablename__ = "open_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: SHA-256 of the token, in hexadecimal.
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id), index=True)
    member: Mapped[Member | None] = relationship()
    #: Notices to show, pre-login state: JSON.
    kept: Mapped[str] = mapped_column(Text, default="{}")
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    #: When both factors were last proved.
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: Of a moderator, whose sessions end sooner.
    is_staff: Mapped[bool] = mapped_column(default=False)
    device: Mapped[str] = mapped_column(String(200), default="")
    #: What a passkey is to sign next in this browser, and for what: `purpose:challenge`.
    challenge: Mapped[str | None] = mapped_column(String(100))
    challenged_at: Mapped[datetime | None]


class SecretKind(StrEnum):
    """What a session must be able to show again."""

    #: The key of a new authenticator app, until a code proves it.
    AUTHENTICATOR = "authenticator"
    #: New recovery codes, until they are saved.
    RECOVERY_CODES = "recovery_codes"


class ShownSecret(Base):
    """What one session is shown for a short while; no other session, and no form, holds it."""

    __tablename__ = "shown_secrets"
    __table_args__ = (UniqueConstraint("session_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey(OpenSession.id, ondelete="CASCADE"))
    kind: Mapped[SecretKind]
    #: Lines of text, encrypted.
    sealed: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]


class LinkPurpose(StrEnum):
    """What a one-time link is for; a link serves one purpose."""

    ACTIVATION = "activation"
    #: To a new password.
    RESET = "reset"
    #: Makes a browser known, when many failures went before.
    SIGN_IN = "sign_in"
    #: To a new mailbox, which proves it; to the old one, which stops the change.
    MAILBOX_PROOF = "mailbox_proof"
    MAILBOX_STOP = "mailbox_stop"
    #: To the mailbox of a member, which proves it once a year.
    MAILBOX_RENEWAL = "mailbox_renewal"
    #: Begins the recovery of a lost second factor.
    RECOVERY = "recovery"
    #: Stops it.
    RECOVERY_STOP = "recovery_stop"
    #: To a new second factor, at the end of a recovery.
    ENROLMENT = "enrolment"


class OneTimeLink(Base):
    """A link mailed to one person, spent once, by POST; stored as SHA-256 of its token."""

    __tablename__ = "one_time_links"
    __table_args__ = (Index(None, "member_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[LinkPurpose]
    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id))
    member: Mapped[Member] = relationship()
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]
    #: Set when a newer link took its place.
    replaced_at: Mapped[datetime | None]
    #: What activation or enrolment has so far: password hash, zone, TOTP secret. Encrypted JSON.
    sealed_progress: Mapped[str | None] = mapped_column(Text)


class ResetRequest(Base):
    """Somebody asked for a new password under an address; the worker looks whose it is.

    The request itself does the same whether or not there is an account.
    """

    __tablename__ = "reset_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(320))
    asked_at: Mapped[datetime]


class FailureStreak(Base):
    """Failed sign-ins one after the other, under an address that may have no account.

    From browsers not known only. The key is a digest, so that the table names nobody.
    """

    __tablename__ = "failure_streaks"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    failures: Mapped[int]
    failed_at: Mapped[datetime] = mapped_column(index=True)
