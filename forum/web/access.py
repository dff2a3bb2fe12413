"""Who may come in: each endpoint says so, and one that does not stops the start.

`@public` is open to everybody, `@partly_public` to everybody for what is public and to members for
the rest, `@requires(permission)` to whoever the rules allow in general; the operation or query
behind it decides about the one thing at hand. `@fresh` asks for both factors again when the last
proof is older than the settings say. A member who has yet to accept the house rules is led to
them first. A visitor at a members' address is sent to the sign-in page, whether or not there is
anything at that address.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar
from urllib.parse import quote

from flask import (
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    request,
    session,
    url_for,
)
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import BadRequest, NotFound

from forum.core import clock
from forum.core.errors import ReadingOnly
from forum.core.origin import ADDRESS
from forum.core.services import services
from forum.policy import ANONYMOUS, WRITES, Actor, Permission, allows_at_all, awaits_passkey
from forum.web import wellformed
from forum.web.session import BrowserSession

V = TypeVar("V", bound=Callable[..., Any])

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
#: The blueprint that members reach before they accept the house rules, beside what is for everybody:
#: proving who it is, and what protects the account.
_BEFORE_RULES: Final = "signin"


@dataclass(frozen=True)
class Mark:
    """What an endpoint says about who may use it."""

    #: None: everybody.
    permission: Permission | None
    #: Everybody sees the public part; a visitor who asks for more is sent to sign in.
    is_partly_public: bool = False


def public(view: V) -> V:
    """Open to everybody."""
    vars(view)["access_mark"] = Mark(None)
    return view


def partly_public(view: V) -> V:
    """Open to everybody for what is public, to members for the rest."""
    vars(view)["access_mark"] = Mark(None, is_partly_public=True)
    return view


def requires(permission: Permission) -> Callable[[V], V]:
    """Open to those whom the rules allow `permission` in general."""

    def mark(view: V) -> V:
        vars(view)["access_mark"] = Mark(permission)
        return view

    return mark


def fresh(view: V) -> V:
    """Asks for password and code again if the last proof is too old (security.md H4)."""
    vars(view)["needs_fresh_proof"] = True
    return view


def before_rules(view: V) -> V:
    """Can be reached before the house rules are accepted: what nobody may be kept from."""
    vars(view)["is_before_rules"] = True
    return view


def form_page(endpoint: str | None = None) -> Callable[[V], V]:
    """Says that this POST belongs to a form that refuses itself when its token is stale.

    `endpoint` names the page that shows the form, called with the same arguments; without it, the
    form is at the address it is sent to. What was typed survives a lapsed session.
    """

    def mark(view: V) -> V:
        vars(view)["form_page"] = endpoint or "."
        return view

    return mark


def lies_in(endpoint: str) -> Callable[[V], V]:
    """Says which place of the navigation a page lies in, if it is not one itself."""

    def mark(view: V) -> V:
        vars(view)["navigation"] = endpoint
        return view

    return mark


@dataclass(frozen=True)
class Doors:
    """What the guard needs from features above it."""

    load_actor: Callable[[BrowserSession], Actor]
    #: Keep the form of this request for a member whose session lapsed; sets a cookie later.
    keep_typed: Callable[[int], None]


def current_actor() -> Actor:
    """Who makes this request; ANONYMOUS for a visitor."""
    actor = current_user._get_current_object()
    return actor if isinstance(actor, Actor) else ANONYMOUS


def is_freshly_proved() -> bool:
    """Whether password and code were proved recently enough for what needs both again."""
    kept = session.kept if isinstance(session, BrowserSession) else None
    if kept is None or kept.confirmed_at is None:
        return False
    lasts = timedelta(minutes=services().settings.confirm_minutes)
    return clock.now() - kept.confirmed_at < lasts


def install(app: Flask, csrf: CSRFProtect, doors: Doors) -> None:
    """Put the guard in front of every request of `app`."""
    login = LoginManager(app)
    login.session_protection = None
    login.anonymous_user = lambda: ANONYMOUS
    login.request_loader(lambda _request: _loaded(doors))

    @app.before_request
    def guard() -> Response | None:
        ADDRESS.set(request.remote_addr or "")
        wellformed.require()
        _refuse_cross_site()
        if request.endpoint is None or request.endpoint == "static":
            return None
        view = current_app.view_functions[request.endpoint]
        if request.method not in _SAFE:
            _check_form_token(csrf, view)
        return _admit(view, doors)


def _loaded(doors: Doors) -> Actor | None:
    actor = doors.load_actor(session)  # type: ignore[arg-type]
    return None if actor.id is None else actor


def _refuse_cross_site() -> None:
    if request.method not in _SAFE and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise BadRequest("cross-site")


def _check_form_token(csrf: CSRFProtect, view: Callable[..., Any]) -> None:
    """A form that can refuse itself shows what was typed again; all others end here."""
    g.has_stale_token = False
    try:
        csrf.protect()
    except CSRFError:
        if not hasattr(view, "form_page"):
            raise
        g.has_stale_token = True


def _admit(view: Callable[..., Any], doors: Doors) -> Response | None:
    mark: Mark = vars(view)["access_mark"]
    actor = current_actor()
    if mark.permission is not None:
        if actor.is_anonymous:
            return _sent_to("signin.password", view, doors)
        if awaits_passkey(actor, mark.permission):
            return make_response(redirect(url_for("signin.passkeys"), 303))
        if not allows_at_all(actor, mark.permission):
            raise NotFound
        if actor.is_read_only and mark.permission in WRITES:
            raise ReadingOnly(str(mark.permission))
    if actor.owes_rules and _waits_for_rules(view, mark):
        return _sent_to("home.house_rules", view, doors)
    if getattr(view, "needs_fresh_proof", False) and not is_freshly_proved():
        return _sent_to("signin.confirm", view, doors)
    return None


def _waits_for_rules(view: Callable[..., Any], mark: Mark) -> bool:
    is_for_members = mark.permission is not None or mark.is_partly_public
    is_free = request.blueprint == _BEFORE_RULES or getattr(view, "is_before_rules", False)
    return is_for_members and not is_free


def _sent_to(endpoint: str, view: Callable[..., Any], doors: Doors) -> Response:
    """To a proof of who it is, or to the rules; keeping what was typed, and back afterwards."""
    if request.method not in _SAFE and hasattr(view, "form_page") and not g.has_stale_token:
        whose = _whose_form()
        if whose is not None:
            doors.keep_typed(whose)
    there = quote(way_back(view), safe="/")
    return make_response(redirect(url_for(endpoint) + "?next=" + there, 303))


def _whose_form() -> int | None:
    kept = session.kept if isinstance(session, BrowserSession) else None
    return None if kept is None else kept.member_id or kept.lapsed_member_id


def way_back(view: Callable[..., Any]) -> str:
    """The page to return to: the one asked for, or the one that shows the form that was sent."""
    if request.method in _SAFE:
        return request.full_path.rstrip("?")
    page = getattr(view, "form_page", None)
    if page in (None, "."):
        has_page = "GET" in {m for rule in _rules_here() for m in rule}
        return request.path if has_page else url_for("home.today")
    return url_for(page, **(request.view_args or {}))


def _rules_here() -> Iterator[set[str]]:
    for rule in current_app.url_map.iter_rules():
        if request.url_rule is not None and rule.rule == request.url_rule.rule:
            yield rule.methods or set()


def unmarked(app: Flask) -> list[str]:
    """Endpoints that do not say who may use them."""
    return sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and not isinstance(getattr(view, "access_mark", None), Mark)
    )


def require_marks(app: Flask) -> None:
    """Stop the start if an endpoint does not say who may use it."""
    if missing := unmarked(app):
        raise RuntimeError("these endpoints do not say who may use them: " + ", ".join(missing))


def is_members_address(path: str) -> bool:
    """Whether members' pages live at addresses that begin like `path`, or lie behind a visitor's
    view of something partly public."""
    first = path.split("/")[1] if "/" in path else ""
    for rule in current_app.url_map.iter_rules():
        mark = getattr(current_app.view_functions.get(rule.endpoint), "access_mark", None)
        if mark is None or rule.rule == "/":
            continue
        if (mark.permission is not None or mark.is_partly_public) and rule.rule.split("/")[
            1
        ] == first:
            return True
    return False
