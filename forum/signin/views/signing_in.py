"""Signing in and out, and proving oneself again."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from flask import Response, flash, make_response, render_template, request, session, url_for
from flask_babel import gettext, ngettext

from forum.core import clock
from forum.core.cipher import Unreadable
from forum.core.errors import Invalid, TooMany
from forum.core.secrets import new_token
from forum.core.services import services
from forum.core.typed import local_path
from forum.policy import Permission
from forum.signin import operations, queries
from forum.signin.forms import CodeForm, ConfirmForm, RecoveryCodeForm, SignInForm, tries_left
from forum.signin.operations import Client, LinkNeeded, Refused, SignedIn, Suspended, Throttled
from forum.signin.views.pages import DEVICE, client, page, pages, this_browser, to
from forum.web import cookies
from forum.web.access import current_actor, form_page, public, requires
from forum.web.forms import BaseForm

_PRELOGIN: Final = "prelogin"
_PRELOGIN_LASTS: Final = timedelta(minutes=5)
_SIGNED_OUT: Final = "signed out"
_EVERYTHING: Final = '"cache", "cookies", "storage"'


Second = Callable[[int, str, Client, str], SignedIn | Suspended | Refused | Throttled]


@dataclass(frozen=True)
class Prelogin:
    """Somebody proved a password; nothing is open to them yet but the page for the code."""

    member_id: int
    #: Where to go after signing in.
    onward: str | None


@pages.route("/sign-in", methods=["GET", "POST"])
@public
@form_page()
def password() -> Response:
    """The first factor."""
    if current_actor().is_authenticated:
        return _onward(_asked_for())
    form = SignInForm()
    if not form.validate_on_submit():
        return page("signin/password.html", form, host=_host())
    outcome = operations.prove_password(form.email.data or "", form.password.data or "", client())
    if isinstance(outcome, Throttled):
        raise TooMany(outcome.retry_after)
    if isinstance(outcome, LinkNeeded):
        return to(url_for(".link_needed"))
    if isinstance(outcome, Refused):
        form.refuse(Invalid("password", gettext("The address or the password is not right.")))
        return page("signin/password.html", form, host=_host())
    browser, onward = this_browser(), _asked_for()
    operations.forget_browser(browser.token)
    browser.begin(new_token())
    session[_PRELOGIN] = {
        "member": outcome.member_id,
        "at": clock.now().isoformat(),
        "onward": onward,
    }
    return to(url_for(".code"))


@pages.get("/sign-in/link")
@public
def link_needed() -> Response | str:
    """What a browser that is not known needs after many failures; the same whoever was named."""
    if current_actor().is_authenticated:
        return _onward(None)
    minutes = services().settings.sign_in_link_minutes
    return render_template("signin/link_needed.html", minutes=minutes)


@pages.route("/sign-in/link/<token>", methods=["GET", "POST"])
@public
@form_page()
def let_in(token: str) -> Response:
    """The mailed link: a button, so that no program that only looks at it spends it."""
    if current_actor().is_authenticated:
        return _onward(None)
    form = BaseForm()
    if queries.sign_in_link(token) is None:
        return _link_is_over()
    if not form.validate_on_submit():
        return page("signin/let_in.html", form)
    device = operations.let_browser_in(token, client())
    if device is None:
        return _link_is_over()
    flash(gettext("This browser can sign in now. Type your address and your password."), "ok")
    response = to(url_for(".password"))
    cookies.give(response, DEVICE, device, lasts=operations.DEVICE_LASTS)
    return response


def _link_is_over() -> Response:
    return make_response(render_template("signin/sign_in_link_is_over.html"), 404)


@pages.route("/sign-in/code", methods=["GET", "POST"])
@public
@form_page()
def code() -> Response:
    """The second factor, from the app."""
    wrong = gettext("This code has expired, was used or was mistyped.")
    return _second_step("signin/code.html", CodeForm(), operations.sign_in_with_code, wrong)


@pages.route("/sign-in/recovery-code", methods=["GET", "POST"])
@public
@form_page()
def recovery_code() -> Response:
    """The second factor, from the list that was saved."""
    wrong = gettext("This is none of your recovery codes, or it was used.")
    prove = operations.sign_in_with_recovery_code
    return _second_step("signin/recovery_code.html", RecoveryCodeForm(), prove, wrong)


def _second_step(template: str, form: BaseForm, prove: Second, wrong: str) -> Response:
    if current_actor().is_authenticated:
        return _onward(None)
    begun = _prelogin()
    if begun is None:
        return _start_again()
    if not form.validate_on_submit():
        return page(template, form)
    outcome = prove(begun.member_id, form.code.data or "", client(), this_browser().token)
    if isinstance(outcome, Throttled):
        raise TooMany(outcome.retry_after)
    if isinstance(outcome, Refused):
        form.refuse(Invalid("code", f"{wrong} {tries_left(outcome)}"))
        return page(template, form)
    if isinstance(outcome, Suspended):
        return _kept_out(outcome)
    return _signed_in(outcome, begun.onward)


def _kept_out(outcome: Suspended) -> Response:
    """Why somebody does not come in; said to nobody who did not prove both factors."""
    session.pop(_PRELOGIN, None)
    facts = {"why": outcome.why, "secretariat_email": services().settings.secretariat_email}
    return make_response(render_template("signin/suspended.html", **facts), 403)


def _signed_in(outcome: SignedIn, onward: str | None) -> Response:
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
    response = _onward(onward)
    cookies.give(response, DEVICE, outcome.device, lasts=operations.DEVICE_LASTS)
    return response


@pages.post("/sign-out")
@public
def sign_out() -> Response:
    """The end of a session, here and on the server."""
    browser = this_browser()
    operations.close_session(current_actor(), browser.token)
    browser.drop()
    response = to(url_for(".signed_out", known=_carried(cookies.read(request, DEVICE))))
    response.headers["Clear-Site-Data"] = _EVERYTHING
    return response


@pages.get("/signed-out")
@public
def signed_out() -> Response:
    """On to the first page, as a browser that is still known: clearing took that cookie too.

    Without it nobody could sign in past the failures of others any more (security.md T2), and each
    sign-in would be told as that of a new browser. What a browser knows already stays: an address
    that somebody else made replaces nothing.
    """
    response = _onward(None)
    device = _brought(request.args.get("known", ""))
    if device and not cookies.read(request, DEVICE):
        cookies.give(response, DEVICE, device, lasts=operations.DEVICE_LASTS)
    return response


def _carried(device: str) -> str | None:
    """What the device cookie says, sealed and for a minute, to stand in an address meanwhile."""
    if not device:
        return None
    return services().cipher.seal(json.dumps([_SIGNED_OUT, clock.now().timestamp(), device]))


def _brought(known: str) -> str:
    """What was carried, unless it is no such thing or its minute is over."""
    try:
        told = json.loads(services().cipher.open(known))
    except (Unreadable, UnicodeEncodeError, ValueError):
        return ""
    if not isinstance(told, list) or told[:1] != [_SIGNED_OUT]:
        return ""
    age = clock.now().timestamp() - told[1]
    return str(told[2]) if 0 <= age < 60 else ""


@pages.route("/confirm", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@form_page()
def confirm() -> Response:
    """Both factors again, for what needs a recent proof."""
    form = ConfirmForm()
    browser = this_browser()
    if not form.validate_on_submit() or browser.kept is None:
        return page("signin/confirm.html", form)
    outcome = operations.confirm(browser.kept.id, form.password.data or "", form.code.data or "")
    if isinstance(outcome, Throttled):
        raise TooMany(outcome.retry_after)
    if isinstance(outcome, Refused):
        wrong = gettext("The password is not right, or the code has expired or was used.")
        form.refuse(Invalid("", f"{wrong} {tries_left(outcome)}"))
        return page("signin/confirm.html", form)
    browser.renew(outcome.token)
    return _onward(_asked_for())


def _prelogin() -> Prelogin | None:
    begun = session.get(_PRELOGIN)
    if begun is None or clock.now() - datetime.fromisoformat(begun["at"]) >= _PRELOGIN_LASTS:
        return None
    return Prelogin(begun["member"], begun["onward"])


def _start_again() -> Response:
    if session.get(_PRELOGIN) is not None:
        flash(gettext("More than five minutes have passed. Type your password again."), "warn")
    return to(url_for(".password"))


def _asked_for() -> str | None:
    """The page of this site that was asked for before signing in."""
    return local_path(request.values.get("next"))


def _onward(path: str | None) -> Response:
    return to(path or url_for("home.today"))


def _host() -> str:
    return urlsplit(services().settings.base_url).netloc
