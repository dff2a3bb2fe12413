"""Signing in and out."""

import json
from collections.abc import Callable
from functools import partial
from typing import Final

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext

from forum.core import clock
from forum.core.cipher import Unreadable
from forum.core.errors import Invalid, TooMany
from forum.core.services import services
from forum.signin import operations, queries
from forum.signin.forms import CodeForm, PasskeyForm, RecoveryCodeForm, SignInForm, tries_left
from forum.signin.held import has_passkeys
from forum.signin.operations import (
    Client,
    LinkNeeded,
    Refused,
    SignedIn,
    Suspended,
    Throttled,
)
from forum.signin.views.arriving import (
    Begun,
    arrived,
    asked_for,
    begin_second_step,
    declined_words,
    onward,
    second_step,
    start_again,
)
from forum.signin.views.pages import DEVICE, client, host_of_site, page, pages, this_browser, to
from forum.web import cookies
from forum.web.access import current_actor, form_page, public
from forum.web.forms import BaseForm
from forum.web.limits import PASSKEYS, PRESSING, PROVING

_SIGNED_OUT: Final = "signed out"
_EVERYTHING: Final = '"cache", "cookies", "storage"'


Second = Callable[[int, str, Client, str], SignedIn | Suspended | Refused | Throttled]


@pages.route("/sign-in", methods=["GET", "POST"])
@public
@form_page()
@PROVING
def password() -> Response:
    """The first factor, or a passkey that is both."""
    if current_actor().is_authenticated:
        return onward(asked_for())
    form, passkey = SignInForm(), PasskeyForm()
    if passkey.is_sent:
        return _both_at_once(form, passkey)
    if not form.validate_on_submit():
        return _first_page(form, passkey)
    outcome = operations.prove_password(form.email.data or "", form.password.data or "", client())
    if isinstance(outcome, Throttled):
        raise TooMany(outcome.retry_after)
    if isinstance(outcome, LinkNeeded):
        return to(url_for(".link_needed"))
    if isinstance(outcome, Refused):
        form.refuse(Invalid("password", gettext("The address or the password is not right.")))
        return _first_page(form, passkey)
    begin_second_step(outcome.member_id, asked_for())
    return to(url_for(".code"))


def _first_page(form: SignInForm, passkey: PasskeyForm) -> Response:
    return page("signin/password.html", form, passkey=passkey, host=host_of_site())


@PASSKEYS
def _both_at_once(form: SignInForm, passkey: PasskeyForm) -> Response:
    if not passkey.validate_on_submit():
        return _first_page(form, passkey)
    answer = passkey.passkey.data or ""
    outcome = operations.sign_in_with_passkey(answer, client(), this_browser().token)
    if isinstance(outcome, SignedIn | Suspended):
        return arrived(outcome, asked_for())
    passkey.refuse(Invalid("", declined_words(outcome)))
    return _first_page(form, passkey)


@pages.get("/sign-in/link")
@public
def link_needed() -> Response | str:
    """What a browser that is not known needs after many failures; the same whoever was named."""
    if current_actor().is_authenticated:
        return onward(None)
    minutes = services().settings.sign_in_link_minutes
    return render_template("signin/link_needed.html", minutes=minutes)


@pages.route("/sign-in/link/<token>", methods=["GET", "POST"])
@public
@form_page()
@PROVING
def let_in(token: str) -> Response:
    """The mailed link: a button, so that no program that only looks at it spends it."""
    if current_actor().is_authenticated:
        return onward(None)
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
@PROVING
def code() -> Response:
    """The second factor, from the app, or a passkey."""
    wrong = gettext("This code has expired, was used or was mistyped.")
    return _second_step("signin/code.html", CodeForm(), operations.sign_in_with_code, wrong)


@pages.route("/sign-in/recovery-code", methods=["GET", "POST"])
@public
@form_page()
@PROVING
def recovery_code() -> Response:
    """The second factor, from the list that was saved."""
    wrong = gettext("This is none of your recovery codes, or it was used.")
    prove = operations.sign_in_with_recovery_code
    return _second_step("signin/recovery_code.html", RecoveryCodeForm(), prove, wrong)


def _second_step(template: str, form: BaseForm, prove: Second, wrong: str) -> Response:
    if current_actor().is_authenticated:
        return onward(None)
    begun = second_step()
    if begun is None:
        return start_again()
    passkey = PasskeyForm()
    show = partial(
        page,
        template,
        form,
        passkey=passkey,
        has_passkeys=has_passkeys(begun.member_id),
        moderators_need_passkey=services().settings.moderators_need_passkey,
        host=host_of_site(),
    )
    if passkey.is_sent:
        return _second_passkey(passkey, begun, show)
    if not form.validate_on_submit():
        return show()
    outcome = prove(begun.member_id, form.code.data or "", client(), this_browser().token)
    if isinstance(outcome, Throttled):
        raise TooMany(outcome.retry_after)
    if isinstance(outcome, SignedIn | Suspended):
        return arrived(outcome, begun.onward)
    form.refuse(Invalid("code", f"{wrong} {tries_left(outcome)}"))
    return show()


@PASSKEYS
def _second_passkey(passkey: PasskeyForm, begun: Begun, show: Callable[[], Response]) -> Response:
    if not passkey.validate_on_submit():
        return show()
    outcome = operations.sign_in_with_second_passkey(
        begun.member_id, passkey.passkey.data or "", client(), this_browser().token
    )
    if isinstance(outcome, SignedIn | Suspended):
        return arrived(outcome, begun.onward)
    passkey.refuse(Invalid("", declined_words(outcome)))
    return show()


@pages.post("/sign-out")
@public
@PRESSING
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
    response = onward(None)
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
