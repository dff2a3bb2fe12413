"""What an entry's fields are called, and how its conditions are said."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from flask_babel import format_datetime, gettext, lazy_gettext

from forum.directory.freshness import Freshness
from forum.directory.models import (
    Authority,
    Channel,
    ChannelKind,
    ChannelUse,
    ContactKind,
    ContactPoint,
    ContactPurpose,
    Designation,
    HostKind,
    Interpol,
    Stance,
)
from forum.policy import Role
from forum.reference.models import Function
from forum.reference.words import language_name

HOSTS: Final = {
    HostKind.JUSTICE: lazy_gettext("Ministry of justice"),
    HostKind.PROSECUTION: lazy_gettext("Prosecution service"),
    HostKind.FOREIGN_AFFAIRS: lazy_gettext("Ministry of foreign affairs"),
    HostKind.INTERIOR: lazy_gettext("Ministry of the interior"),
    HostKind.COAST_GUARD: lazy_gettext("Coast guard"),
    HostKind.PRISONS: lazy_gettext("Prison service"),
    HostKind.POLICE: lazy_gettext("Police"),
    HostKind.COURT: lazy_gettext("Court"),
    HostKind.SECRETARIAT: lazy_gettext("Secretariat"),
    HostKind.OTHER: lazy_gettext("Other"),
}

ROLES: Final = {
    Role.OFFICER: lazy_gettext("Officer"),
    Role.HEAD: lazy_gettext("Head of the office"),
    Role.FOCAL_POINT: lazy_gettext("Focal point"),
    Role.MODERATOR: lazy_gettext("Moderator"),
}

#: How it is said of somebody who is no longer there.
_FORMER: Final = {
    Role.OFFICER: lazy_gettext("Former officer of %(authority)s"),
    Role.HEAD: lazy_gettext("Former head of %(authority)s"),
    Role.FOCAL_POINT: lazy_gettext("Former focal point at %(authority)s"),
    Role.MODERATOR: lazy_gettext("Former moderator of the %(authority)s"),
}

STANCES: Final = {
    Stance.YES: lazy_gettext("The Convention is accepted as legal basis"),
    Stance.NO: lazy_gettext("The Convention is not taken as legal basis"),
    Stance.CONDITIONS: lazy_gettext("The Convention is accepted as legal basis on conditions"),
    Stance.NO_TREATY_NEEDED: lazy_gettext("No treaty is needed"),
}

INTERPOL: Final = {
    Interpol.NO: lazy_gettext("Not accepted"),
    Interpol.YES: lazy_gettext("Accepted"),
    Interpol.URGENT_ONLY: lazy_gettext("In urgent cases only"),
    Interpol.PROVISIONAL_ARREST_ONLY: lazy_gettext("For provisional arrest only"),
}

_CHANNELS: Final = {
    ChannelKind.EMAIL: lazy_gettext("E-mail"),
    ChannelKind.INTERPOL: lazy_gettext("INTERPOL"),
    ChannelKind.DIPLOMATIC: lazy_gettext("Diplomatic"),
    ChannelKind.COURIER: lazy_gettext("Courier"),
    ChannelKind.POST: lazy_gettext("Post"),
    ChannelKind.PORTAL: lazy_gettext("Portal"),
}

_USES: Final = {
    ChannelUse.ROUTINE: "",
    ChannelUse.URGENT: lazy_gettext("urgent"),
    ChannelUse.ADVANCE_COPY: lazy_gettext("advance copy"),
}


def scope(authority: Authority, designations: Iterable[Designation]) -> str | None:
    """On which conditions an authority answers for a function; None: on none."""
    conditions = [_condition(authority, designation) for designation in designations]
    if not all(conditions):
        return None
    return " · ".join(dict.fromkeys(conditions))


def _condition(authority: Authority, designation: Designation) -> str:
    territory = designation.territory or authority.territory
    parts = (designation.stage, designation.kind_of_request, territory)
    return "; ".join(part for part in parts if part)


def languages(authority: Authority, function: Function | None = None) -> str:
    """The languages in which requests are taken for a function, or at all, in the State's order."""
    names: dict[str, str] = {}
    for accepted in authority.languages:
        if function is None or accepted.function_code in (None, function.code):
            name = language_name(accepted.code)
            if accepted.needs_translation:
                name = str(gettext("%(language)s (translation needed)", language=name))
            names.setdefault(accepted.code, name)
    return ", ".join(names.values())


def channels(authority: Authority) -> list[tuple[str, bool]]:
    """The channels in the State's order of preference, and whether each is accepted."""
    is_refused = authority.interpol is Interpol.NO
    found = [
        (_channel_words(authority, channel), True)
        for channel in authority.channels
        if not (is_refused and channel.kind is ChannelKind.INTERPOL)
    ]
    if is_refused:
        return [*found, (str(_CHANNELS[ChannelKind.INTERPOL]), False)]
    if not any(channel.kind is ChannelKind.INTERPOL for channel in authority.channels):
        found.append((_interpol_words(authority), True))
    return found


def _channel_words(authority: Authority, channel: Channel) -> str:
    if channel.kind is ChannelKind.INTERPOL and authority.interpol is not Interpol.YES:
        return _interpol_words(authority)
    name, use = str(_CHANNELS[channel.kind]), str(_USES[channel.use])
    return f"{name} ({use})" if use else name


def _interpol_words(authority: Authority) -> str:
    name = str(_CHANNELS[ChannelKind.INTERPOL])
    if authority.interpol is Interpol.URGENT_ONLY:
        return f"{name} ({gettext('urgent only')})"
    if authority.interpol is Interpol.PROVISIONAL_ARREST_ONLY:
        return f"{name} ({gettext('provisional arrest only')})"
    return name


def contact_label(line: ContactPoint) -> str:
    """What a line is for: as the State labelled it, else by its purpose."""
    if line.label:
        return line.label
    if line.purpose is ContactPurpose.URGENT:
        return str(gettext("Urgent cases"))
    return str(gettext("Fax") if line.kind is ContactKind.FAX else gettext("Office"))


def freshness(authority: Authority, at: datetime) -> tuple[str, str]:
    """How an entry's age is shown: kind for the icon, and words."""
    state = authority.freshness_on(at.date())
    if authority.confirmed_at is None:
        return "overdue", str(gettext("Never confirmed by the State"))
    day = format_datetime(authority.confirmed_at, "d MMM y")
    if state is Freshness.DUE:
        return "due", str(gettext("Last confirmed %(day)s, check due", day=day))
    if state is Freshness.OVERDUE:
        return "overdue", str(gettext("Last confirmed %(day)s, check overdue", day=day))
    return "", str(gettext("Last confirmed %(day)s", day=day))


def oral_words(authority: Authority) -> str:
    """Whether a request may be made orally in urgency; "" where the State did not say."""
    if authority.is_oral_accepted is None:
        return ""
    if not authority.is_oral_accepted:
        return str(gettext("Not accepted"))
    if authority.oral_confirm_days is None:
        return str(gettext("Accepted, to be confirmed in writing"))
    days = authority.oral_confirm_days
    return str(gettext("Accepted, to be confirmed in writing within %(n)s days", n=days))


def former_of(role: Role, authority: Authority) -> str:
    """What somebody was who stands for the authority no more: "Former officer of …"."""
    return str(_FORMER[role]) % {"authority": authority.name}


def month(at: datetime | None) -> str:
    """The month of the last sign-in, no day: whether an account is used is all that is asked."""
    return str(format_datetime(at, "LLLL y")) if at else gettext("Never")
