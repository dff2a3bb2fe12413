"""What every template knows: filters, the reader's language and zone, the navigation."""

from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Flask, Response, current_app, has_request_context, request, url_for
from flask_babel import Babel, format_date, format_datetime, gettext
from jinja2 import StrictUndefined

from forum.core import clock
from forum.core.services import services
from forum.core.text import rendered
from forum.policy import Actor, Permission, allows_at_all
from forum.web import cookies
from forum.web.access import current_actor

#: Languages of the United Nations: code, own name, direction.
LANGUAGES: Final = (
    ("ar", "العربية", "rtl"),
    ("zh", "中文", "ltr"),
    ("en", "English", "ltr"),
    ("fr", "Français", "ltr"),
    ("ru", "Русский", "ltr"),
    ("es", "Español", "ltr"),
)
#: Those into which the site's own words are translated.
TRANSLATED: Final = ("en",)

_LANGUAGE_COOKIE: Final = "language"
_YEAR: Final = timedelta(days=365)


def install(app: Flask) -> None:
    """Teach `app`'s templates their filters and names."""
    Babel(app, locale_selector=_content_language, timezone_selector=lambda: current_actor().zone)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.add_template_filter(rendered, "rendered")
    app.add_template_filter(moment, "moment")
    app.add_template_filter(day, "day")
    app.context_processor(_context)


def moment(at: datetime) -> str:
    """A moment in the reader's zone: 12 Mar 2026, 08:05."""
    return str(format_datetime(at, "d MMM y, HH:mm"))


def day(on: date) -> str:
    """A day: 12 Mar 2026. A moment is taken as its day in the reader's zone."""
    if isinstance(on, datetime):
        return str(format_datetime(on, "d MMM y"))
    return str(format_date(on, "d MMM y", rebase=False))


def zone_label(zone: str, at: datetime | None = None) -> str:
    """A zone as people say it, with its distance from UTC on that moment: Nairobi (UTC+3)."""
    offset = (at or clock.now()).astimezone(ZoneInfo(zone)).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    sign = "+" if minutes >= 0 else "−"
    hours, rest = divmod(abs(minutes), 60)
    distance = f"{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else ""
    city = zone.rpartition("/")[2].replace("_", " ")
    return "UTC" if zone == "UTC" else f"{city} (UTC{distance})"


def chosen_language() -> str:
    """The language the reader chose, else the browser's best of the six, else English.

    Commands and the worker have no reader; they speak English.
    """
    if not has_request_context():
        return "en"
    codes = [code for code, _, _ in LANGUAGES]
    chosen = cookies.read(request, _LANGUAGE_COOKIE)
    if chosen in codes:
        return chosen
    return request.accept_languages.best_match(TRANSLATED) or "en"


def choose_language(response: Response, code: str) -> bool:
    """Let the browser remember a choice of language; False if there is no such language."""
    if code not in [known for known, _, _ in LANGUAGES]:
        return False
    cookies.give(response, _LANGUAGE_COOKIE, code, lasts=_YEAR)
    return True


def _content_language() -> str:
    language = chosen_language()
    return language if language in TRANSLATED else "en"


def _context() -> dict[str, Any]:
    actor = current_actor()
    return {
        "actor": actor,
        "ui": _ui(actor),
        "navigation": _navigation(actor),
        "footer_links": _footer(),
        "account": _account(actor),
    }


def _ui(actor: Actor) -> dict[str, Any]:
    language = chosen_language()
    return {
        "lang": language,
        "dir": next(direction for code, _, direction in LANGUAGES if code == language),
        "content_lang": _content_language(),
        "theme": None,
        "site_name": services().settings.site_name,
        "zone_label": zone_label(actor.zone) if actor.is_authenticated else "",
        "languages": LANGUAGES,
        "home_url": url_for("home.today"),
        "sign_in_url": url_for("signin.password"),
        "sign_out_url": url_for("signin.sign_out"),
        "language_url": url_for("home.language"),
        "request_access_url": url_for("vetting.request_access"),
        "directory_url": url_for("directory.index"),
    }


def _navigation(actor: Actor) -> list[tuple[str, str, bool]]:
    places = [("directory.index", gettext("Directory"))]
    if actor.is_member:
        places = [
            ("home.today", gettext("Today")),
            ("discussion.boards", gettext("Boards")),
            ("discussion.threads", gettext("Threads")),
            *places,
        ]
    if allows_at_all(actor, Permission.DESK_READ):
        places.append(("desk.members", gettext("Desk")))
    if allows_at_all(actor, Permission.APPLICATION_READ):
        places.append(("vetting.queue", gettext("Moderation")))
    return [_place(endpoint, label) for endpoint, label in places]


def _footer() -> list[tuple[str, str, bool]]:
    places = [
        ("home.about", gettext("About")),
        ("home.house_rules", gettext("House rules")),
        ("home.handling", gettext("Handling rules")),
        ("home.privacy", gettext("Privacy")),
        ("home.accessibility", gettext("Accessibility")),
    ]
    return [_place(endpoint, label) for endpoint, label in places]


def _place(endpoint: str, label: str) -> tuple[str, str, bool]:
    view = current_app.view_functions.get(request.endpoint or "")
    section = getattr(view, "navigation", request.endpoint)
    return label, url_for(endpoint), section == endpoint


def _account(actor: Actor) -> dict[str, Any] | None:
    if actor.id is None:
        return None
    standing = actor.main
    return {
        "name": actor.name,
        "state_alpha3": standing.alpha3 if standing else None,
        "links": [
            (gettext("My profile"), url_for("people.member", member_id=actor.id)),
            (gettext("Settings"), url_for("signin.security")),
        ],
    }
