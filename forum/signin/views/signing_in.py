"""Pages for signing in and out, for proving oneself again, and for activation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext, ngettext

from forum.core import clock
from forum.core.errors import Invalid, TooMany
from forum.core.secrets import new_token
from forum.core.services import services
from forum.core.typed import local_path
from forum.policy import Permission
from forum.signin import operations, queries
from forum.signin.forms import (
    ActivationForm,
    CodeForm,
    ConfirmForm,
    EnrolForm,
    RecoveryCodeForm,
    SavedForm,
    SignInForm,
    tries_left,
)
from forum.signin.operations import Client, Refused, SignedIn, Throttled
from forum.signin.totp import grouped, qr_svg
from forum.web import cookies
from forum.web.access import current_actor, form_page, public, requires
from forum.web.forms import BaseForm
from forum.web.session import BrowserSession

pages = Blueprint("signin", __name__)

_DEVICE: Final = "device"
_PRELOGIN: Final = "prelogin"
_PRELOGIN_LASTS: Final = timedelta(minutes=5)
_EVERYTHING: Final = '"cache", "cookies", "storage"'


Second = Callable[[int, str, Client, str], SignedIn | Refused | Throttled]


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
        return _page("signin/password.html", form, host=_host())
    outcome = operations.prove_password(form.email.data or "", form.password.data or "", _client())
    if isinstance(outcome, Throttled):
        raise TooMany(outcome.retry_after)
    if isinstance(outcome, Refused):
        form.refuse(Invalid("password", gettext("The address or the password is not right.")))
        return _page("signin/password.html", form, host=_host())
    browser, onward = _browser(), _asked_for()
    operations.forget_browser(browser.token)
    browser.begin(new_token())
    session[_PRELOGIN] = {
        "member": outcome.member_id,
        "at": clock.now().isoformat(),
        "onward": onward,
    }
    return _to(url_for(".code"))


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
        return _page(template, form)
    outcome = prove(begun.member_id, form.code.data or "", _client(), _browser().token)
    if isinstance(outcome, Throttled):
        raise TooMany(outcome.retry_after)
    if isinstance(outcome, Refused):
        form.refuse(Invalid("code", f"{wrong} {tries_left(outcome)}"))
        return _page(template, form)
    return _signed_in(outcome, begun.onward)


def _signed_in(outcome: SignedIn, onward: str | None) -> Response:
    _browser().begin(outcome.token)
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
    cookies.give(response, _DEVICE, outcome.device, lasts=operations.DEVICE_LASTS)
    return response


@pages.post("/sign-out")
@public
def sign_out() -> Response:
    """The end of a session, here and on the server."""
    browser = _browser()
    operations.close_session(current_actor(), browser.token)
    browser.drop()
    response = _onward(None)
    response.headers["Clear-Site-Data"] = _EVERYTHING
    return response


@pages.route("/confirm", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@form_page()
def confirm() -> Response:
    """Both factors again, for what needs a recent proof."""
    form = ConfirmForm()
    browser = _browser()
    if not form.validate_on_submit() or browser.kept is None:
        return _page("signin/confirm.html", form)
    outcome = operations.confirm(browser.kept.id, form.password.data or "", form.code.data or "")
    if isinstance(outcome, Throttled):
        raise TooMany(outcome.retry_after)
    if isinstance(outcome, Refused):
        wrong = gettext("The password is not right, or the code has expired or was used.")
        form.refuse(Invalid("", f"{wrong} {tries_left(outcome)}"))
        return _page("signin/confirm.html", form)
    browser.renew(outcome.token)
    return _onward(_asked_for())


@pages.route("/activate/<token>", methods=["GET", "POST"])
@public
@form_page()
def activate(token: str) -> Response:
    """A password of one's own, from the link that was mailed."""
    found = queries.activation_for(token)
    if found is None:
        return _where_it_stands(token)
    form = ActivationForm(queries.zones(), data={"zone": found.zone})
    if not form.validate_on_submit():
        return _page("signin/activate.html", form, email=found.email)
    try:
        has_begun = operations.begin_activation(
            token, _browser().token, form.password.data or "", form.zone.data
        )
    except Invalid as error:
        form.refuse(error)
        return _page("signin/activate.html", form, email=found.email)
    if not has_begun:
        return _where_it_stands(token)
    return _to(url_for(".enrol", token=token))


@pages.route("/activate/<token>/authenticator", methods=["GET", "POST"])
@public
@form_page()
def enrol(token: str) -> Response:
    """An authenticator app, proved by a code before it counts."""
    browser = _browser().token
    found = queries.enrolment_for(token, browser)
    if found is None:
        return _where_it_stands(token)
    form = EnrolForm()
    drawing = qr_svg(found.uri, gettext("QR code for your authenticator app"))
    facts = {"drawing": drawing, "key": grouped(found.secret), "email": found.email}
    if not form.validate_on_submit():
        return _page("signin/enrol.html", form, **facts)
    outcome = operations.finish_activation(token, browser, form.code.data or "")
    if isinstance(outcome, Throttled):
        raise TooMany(outcome.retry_after)
    if isinstance(outcome, Refused):
        wrong = gettext("This code has expired or was mistyped.")
        form.refuse(Invalid("code", f"{wrong} {tries_left(outcome)}"))
        return _page("signin/enrol.html", form, **facts)
    if isinstance(outcome, operations.Over):
        return _where_it_stands(token)
    return _to(url_for(".new_codes", token=token))


@pages.route("/activate/<token>/recovery-codes", methods=["GET", "POST"])
@public
@form_page()
def new_codes(token: str) -> Response:
    """The recovery codes, until they are saved; then on to the first sign-in."""
    browser = _browser().token
    codes = queries.new_codes_for(token, browser)
    if not codes:
        return _where_it_stands(token)
    form = SavedForm()
    if not form.validate_on_submit():
        return _page("signin/new_codes.html", form, codes=codes)
    operations.forget_new_codes(token, browser)
    flash(
        gettext("Your account is ready. Sign in with your password and the next code of your app."),
        "ok",
    )
    return _to(url_for(".password"))


def _where_it_stands(token: str) -> Response:
    """For somebody who went back, reloaded or sent a form twice; else the link is over."""
    browser = _browser().token
    if queries.new_codes_for(token, browser):
        return _to(url_for(".new_codes", token=token))
    if queries.activation_for(token) is not None:
        return _to(url_for(".activate", token=token))
    return make_response(render_template("signin/link_is_over.html"), 404)


def _page(template: str, form: BaseForm, **facts: object) -> Response:
    """The page of a form; as it came back, if it was sent."""
    status = 422 if request.method == "POST" else 200
    return make_response(render_template(template, form=form, **facts), status)


def _prelogin() -> Prelogin | None:
    begun = session.get(_PRELOGIN)
    if begun is None or clock.now() - datetime.fromisoformat(begun["at"]) >= _PRELOGIN_LASTS:
        return None
    return Prelogin(begun["member"], begun["onward"])


def _start_again() -> Response:
    if session.get(_PRELOGIN) is not None:
        flash(gettext("More than five minutes have passed. Type your password again."), "warn")
    return _to(url_for(".password"))


def _asked_for() -> str | None:
    """The page of this site that was asked for before signing in."""
    return local_path(request.values.get("next"))


def _onward(path: str | None) -> Response:
    return _to(path or url_for("home.today"))


def _to(address: str) -> Response:
    return make_response(redirect(address, 303))


def _browser() -> BrowserSession:
    return cast(BrowserSession, session)


def _client() -> Client:
    return Client(
        address=request.remote_addr or "",
        device=cookies.read(request, _DEVICE),
        agent=request.user_agent.string,
    )


def _host() -> str:
    return urlsplit(services().settings.base_url).netloc
