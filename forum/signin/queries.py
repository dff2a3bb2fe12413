"""Whose session a token stands for, whose account an address is, how far an activation is."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.core import clock
from forum.core.cipher import Unreadable
from forum.core.db import db
from forum.core.errors import NotFound
from forum.core.secrets import digest, same
from forum.core.services import services
from forum.members.models import Member, MemberStatus
from forum.policy import Actor
from forum.signin.models import LinkPurpose, OneTimeLink, OpenSession, SecretKind, ShownSecret
from forum.signin.totp import provisioning_uri

#: New recovery codes can be looked at again for so long, in the browser that made them.
CODES_SHOWN_FOR: Final = timedelta(minutes=10)
#: And so is what a session must be able to show again.
SECRETS_SHOWN_FOR: Final = {
    SecretKind.AUTHENTICATOR: timedelta(minutes=30),
    SecretKind.RECOVERY_CODES: CODES_SHOWN_FOR,
}

_AREAS: Final = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
)


def open_session_under(token_digest: str) -> OpenSession | None:
    """The row of a browser, whatever became of it, with its member."""
    return db.session.scalar(
        select(OpenSession)
        .where(OpenSession.token_digest == token_digest)
        .options(joinedload(OpenSession.member))
    )


def is_lapsed(session: OpenSession) -> bool:
    """Whether it ended by idleness or age; sessions of moderators end sooner."""
    settings, now = services().settings, clock.now()
    idle = settings.staff_idle_minutes if session.is_staff else settings.session_idle_minutes
    hours = settings.staff_hours if session.is_staff else settings.session_hours
    return now - session.seen_at >= timedelta(minutes=idle) or now - session.opened_at >= timedelta(
        hours=hours
    )


def is_alive(session: OpenSession) -> bool:
    """Whether it stands for its member now; the member's status is looked at each time."""
    return (
        session.member is not None
        and session.ended_at is None
        and session.member.is_in_use(clock.now())
        and not is_lapsed(session)
    )


def zones() -> dict[str, list[tuple[str, str]]]:
    """All time zones of the IANA database that are named after a place: by area, with their place."""
    found: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted(available_timezones()):
        area, _, place = zone.partition("/")
        if area in _AREAS and place:
            found.setdefault(area, []).append((zone, place.replace("_", " ").replace("/", ", ")))
    return found | {"UTC": [("UTC", "UTC")]}


@dataclass(frozen=True)
class Activation:
    """An account whose activation link holds."""

    email: str
    zone: str


@dataclass(frozen=True)
class Enrolment:
    """An authenticator app to be set up."""

    email: str
    secret: str
    #: What the app reads from the drawing.
    uri: str


@dataclass(frozen=True)
class Progress:
    """What activation has so far, in one browser."""

    #: Digest of the token of the browser that began.
    browser: str
    password_hash: str = ""
    zone: str = ""
    secret: str = ""
    #: The version of the house rules that was accepted, as 2026-11-25.
    rules: str = ""
    #: Once all is done: the recovery codes, for a short while.
    codes: tuple[str, ...] = ()


def activation_for(token: str) -> Activation | None:
    """The account to be activated, if the link holds."""
    link = activation_link(token)
    return None if link is None else Activation(link.member.email, link.member.zone)


def enrolment_for(token: str, browser: str) -> Enrolment | None:
    """The authenticator app to be set up, in the browser that chose the password."""
    return _enrolment(activation_link(token), browser)


def new_factor_for(token: str, browser: str) -> Enrolment | None:
    """The app that takes the place of a lost one, in the browser that typed the password."""
    return _enrolment(enrolment_link(token), browser)


def _enrolment(link: OneTimeLink | None, browser: str) -> Enrolment | None:
    progress = None if link is None else progress_of(link, browser)
    if link is None or progress is None:
        return None
    email = link.member.email
    uri = provisioning_uri(progress.secret, email, services().settings.site_name)
    return Enrolment(email, progress.secret, uri)


def new_codes_for(token: str, browser: str) -> tuple[str, ...]:
    """The recovery codes of an account just activated in this browser, until they are saved."""
    return _codes(_link(token, LinkPurpose.ACTIVATION), browser)


def recovered_codes_for(token: str, browser: str) -> tuple[str, ...]:
    """The same, of an account whose lost second factor was replaced by the link."""
    return _codes(_link(token, LinkPurpose.ENROLMENT), browser)


def _codes(link: OneTimeLink | None, browser: str) -> tuple[str, ...]:
    if link is None or link.spent_at is None or clock.now() - link.spent_at >= CODES_SHOWN_FOR:
        return ()
    progress = progress_of(link, browser)
    return progress.codes if progress else ()


def activation_link(token: str) -> OneTimeLink | None:
    """The link, unless it is unknown, spent, replaced or too old, or the account needs none."""
    link = link_in_force(token, LinkPurpose.ACTIVATION)
    return link if link is not None and link.member.status is MemberStatus.PENDING else None


def enrolment_link(token: str) -> OneTimeLink | None:
    """The link to a new second factor, unless it is over or the account not in use."""
    link = link_in_force(token, LinkPurpose.ENROLMENT)
    return link if link is not None and link.member.is_in_use(clock.now()) else None


def sign_in_link(token: str) -> OneTimeLink | None:
    """The link that makes a browser known, unless it is over."""
    link = link_in_force(token, LinkPurpose.SIGN_IN)
    return link if link is not None and link.member.may_prove else None


def progress_of(link: OneTimeLink, browser: str) -> Progress | None:
    """How far activation is in this browser; another browser begins anew."""
    if link.sealed_progress is None:
        return None
    try:
        kept: dict[str, Any] = json.loads(services().cipher.open(link.sealed_progress))
    except Unreadable:
        return None  # its key was taken out of use
    progress = Progress(**{**kept, "codes": tuple(kept["codes"])})
    return progress if same(progress.browser, digest(browser)) else None


def link_in_force(token: str, purpose: LinkPurpose) -> OneTimeLink | None:
    """The link, with its member, unless it is unknown, spent, replaced or too old."""
    link = _link(token, purpose)
    if link is None or link.spent_at or link.replaced_at or link.expires_at <= clock.now():
        return None
    return link


def _link(token: str, purpose: LinkPurpose) -> OneTimeLink | None:
    return db.session.scalar(
        select(OneTimeLink)
        .where(OneTimeLink.token_digest == digest(token), OneTimeLink.purpose == purpose)
        .options(joinedload(OneTimeLink.member))
    )


def shown_secret(session_id: int, kind: SecretKind) -> tuple[str, ...]:
    """What a session was given to show, until its time is over; empty if nothing."""
    sealed = db.session.scalar(
        select(ShownSecret.sealed).where(
            ShownSecret.session_id == session_id,
            ShownSecret.kind == kind,
            ShownSecret.made_at > clock.now() - SECRETS_SHOWN_FOR[kind],
        )
    )
    try:
        return tuple(services().cipher.open(sealed).split("\n")) if sealed else ()
    except Unreadable:
        return ()  # its key was taken out of use


def member_in_use(member_id: int) -> Member | None:
    """The member, if the account can be used."""
    member = db.session.get(Member, member_id, populate_existing=True)
    return member if member is not None and member.is_in_use(clock.now()) else None


def member_who_may_prove(member_id: int) -> Member | None:
    """The member, if the account is in use, or suspended: who proves both factors is told so."""
    member = db.session.get(Member, member_id, populate_existing=True)
    return member if member is not None and member.may_prove else None


def member_of(actor: Actor) -> Member:
    """The row of somebody at work. Raises NotFound for whoever has no account in use."""
    member = None if actor.id is None else member_in_use(actor.id)
    if member is None:
        raise NotFound(f"member {actor.id}")
    return member
