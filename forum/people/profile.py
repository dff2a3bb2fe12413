"""What a member's page shows, in words, for one reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import format_datetime, gettext, lazy_gettext

from forum.directory import cards
from forum.directory.models import Representation
from forum.directory.words import former_of
from forum.people.queries import Known, member_for
from forum.policy import Actor, Role
from forum.reference.words import function_name, language_name
from forum.web.templating import zone_label

_ROLES: Final = {
    Role.OFFICER: lazy_gettext("Officer"),
    Role.HEAD: lazy_gettext("Head of the office"),
    Role.FOCAL_POINT: lazy_gettext("Focal point: vouches for the State's entries and members"),
    Role.MODERATOR: lazy_gettext("Moderator"),
}


@dataclass(frozen=True)
class Profile:
    """A member as other members see them; the mailbox is not shown."""

    id: int
    name: str
    post: str
    role: str
    is_former: bool
    #: Nothing is known any more but whom the person stood for.
    is_erased: bool
    #: The office by name; `url` where it has an entry.
    office: cards.Office | None
    state: cards.StateWords | None
    state_url: str
    functions: Sequence[str]
    languages: Sequence[str]
    #: "13:20"
    local_time: str
    zone: str
    #: "1 hour behind you"
    distance: str
    since: date | None
    until: date | None
    vetted_at: datetime | None
    vetted_how: str
    #: When the authority last confirmed the member.
    confirmed_at: datetime | None
    #: Whether it is asked at all: not of the Secretariat, and not of who left.
    can_speak: bool
    may_speak_since: datetime | None
    #: Who said so.
    may_speak_by: str
    #: The card of the office, without one for the Secretariat and for those who left.
    card: cards.Card | None


def profile_for(actor: Actor, member_id: int, at: datetime) -> Profile:
    """The page of a member. Raises NotFound if `actor` may not know of one of this number."""
    known = member_for(actor, member_id, at.date())
    member, held = known.member, known.representation
    office, state = None, None
    if held is not None:
        found = held.authority
        office = cards.Office(found.name, cards.entry_url(found), found.name_language)
        state = found.state
    return Profile(
        id=member.id,
        name=member.name,
        post=member.post,
        role=_role_words(held, is_former=known.is_former) if held else "",
        is_former=known.is_former,
        is_erased=member.erased_at is not None,
        office=office,
        state=cards.state_words(state) if state else None,
        state_url=cards.state_url(state.code) if state else "",
        functions=[function_name(function) for function in known.functions],
        languages=[language_name(code) for code in member.languages],
        local_time=format_datetime(at.astimezone(ZoneInfo(member.zone)), "HH:mm", rebase=False),
        zone=zone_label(member.zone, at),
        distance=distance_words(member.zone, actor.zone, at),
        since=held.from_on if held else None,
        until=held.until_on if held and known.is_former else None,
        vetted_at=member.vetted_at,
        vetted_how=member.vetted_how,
        confirmed_at=held.confirmed_at if held else None,
        can_speak=state is not None and not known.is_former,
        may_speak_since=held.may_speak_since if held else None,
        may_speak_by=held.may_speak_by.name if held and held.may_speak_by else "",
        card=_card(actor, known, at),
    )


def _role_words(held: Representation, *, is_former: bool) -> str:
    return former_of(held.role, held.authority) if is_former else str(_ROLES[held.role])


def _card(actor: Actor, known: Known, at: datetime) -> cards.Card | None:
    authority = known.authority
    if authority is None or authority.state_code is None or known.is_former:
        return None
    return cards.card_of(cards.reader_of(actor, at), authority)


def distance_words(zone: str, reader_zone: str, at: datetime) -> str:
    """How far the clock of a zone is from the reader's: "1 hour behind you"."""
    there, here = (
        at.astimezone(ZoneInfo(each)).replace(tzinfo=None) for each in (zone, reader_zone)
    )
    minutes = round((there - here).total_seconds() / 60)
    if minutes == 0:
        return str(gettext("the same time as yours"))
    hours, rest = divmod(abs(minutes), 60)
    span = f"{hours}:{rest:02}"
    if minutes < 0:
        return str(gettext("%(span)s h behind you", span=span))
    return str(gettext("%(span)s h ahead of you", span=span))
