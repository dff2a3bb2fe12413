"""Between the first factor and the first page: what all ways of signing in share."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import Response, flash, make_response, render_template, request, session, url_for
from flask_babel import gettext, ngettext

from forum.core import clock
from forum.core.secrets import new_token
from forum.core.services import services
from forum.core.typed import local_path
from forum.signin import operations
from forum.signin.operations import Declined, PasskeyNeeded, SignedIn, StandsForNobody, Suspended
from forum.signin.views.pages import DEVICE, host_of_site, this_browser, to
from forum.signin.words import DECLINED
from forum.web import cookies

_PRELOGIN: Final = "prelogin"
_PRELOGIN_LASTS: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Begun:
    """Somebody proved a password; nothing is open to them yet but the second step."""

    member_id: int
    #: Where to go after signing in.
    onward: str | None


def begin_second_step(member_id: int, onward: str | None) -> None:
    """Keep whose password was right, in a browser with a new name (security.md H6)."""
    browser = this_browser()
    operations.forget_browser(browser.token)
    browser.begin(new_token())
    session[_PRELOGIN] = {"member": member_id, "at": clock.now().isoformat(), "onward": onward}


def second_step() -> Begun | None:
    """Whose password was right in this browser, in the last five minutes."""
    begun = session.get(_PRELOGIN)
    if begun is None or clock.now() - datetime.fromisoformat(begun["at"]) >= _PRELOGIN_LASTS:
        return None
    return Begun(begun["member"], begun["onward"])


def start_again() -> Response:
    """Back to the first step, with the reason if it is time that passed."""
    if session.get(_PRELOGIN) is not None:
        flash(gettext("More than five minutes have passed. Type your password again."), "warn")
    return to(url_for(".password"))


def arrived(outcome: SignedIn | Suspended, onward_to: str | None) -> Response:
    """In, or told why not; which is said to nobody who did not prove both factors."""
    if isinstance(outcome, Suspended):
        session.pop(_PRELOGIN, None)
        facts = {"why": outcome.why, "secretariat_email": services().settings.secretariat_email}
        is_suspended = not isinstance(outcome, StandsForNobody)
        page = "signin/suspended.html" if is_suspended else "home/no_authority.html"
        return make_response(render_template(page, **facts), 403)
    this_browser().begin(outcome.token)
    if outcome.codes_left is not None:
        flash(
            ngettext(
                "You used a recovery code. %(num)d is left.",
                "You used a recovery code. %(num)d are left.",
                outcome.codes_left,
            ),
            "warn",
        )
    response = to(url_for(".passkeys")) if outcome.must_add_passkey else onward(onward_to)
    cookies.give(response, DEVICE, outcome.device, lasts=operations.DEVICE_LASTS)
    return response


def declined_words(outcome: Declined | PasskeyNeeded) -> str:
    """Why a passkey, or what came in its place, was not accepted, and what to do."""
    if isinstance(outcome, PasskeyNeeded):
        return str(
            gettext("Moderators sign in and confirm with a passkey that asks who is using it.")
        )
    return str(DECLINED[outcome.why]) % {"host": host_of_site()}


def asked_for() -> str | None:
    """The page of this site that was asked for before signing in."""
    return local_path(request.values.get("next"))


def onward(path: str | None) -> Response:
    """To the page that was asked for, or the first."""
    return to(path or url_for("home.today"))
