"""The new second factor, behind the last link: password, app, recovery codes."""

from flask import Response, flash, url_for
from flask_babel import gettext

from forum.core.errors import Invalid, TooMany
from forum.core.secrets import new_token
from forum.core.services import services
from forum.recovery import operations
from forum.recovery.forms import PasswordForm
from forum.recovery.views.pages import link_is_over, page, pages, this_browser, to
from forum.signin import queries as signin
from forum.signin.forms import EnrolForm, NewPasswordForm, SavedForm, tries_left
from forum.signin.operations import Over, Refused, Throttled, forget_new_codes
from forum.signin.totp import grouped, qr_svg
from forum.web.access import form_page, public
from forum.web.limits import PROVING

_NEW = "/recover/second-factor/new/<token>"


@pages.route(_NEW, methods=["GET", "POST"])
@public
@form_page()
@PROVING
def new_factor(token: str) -> Response:
    """The password, or a new one where the case says so, before anything is shown."""
    if not operations.is_ready(token):
        return _where_it_stands(token)
    is_new = operations.asks_new_password(token)
    form = NewPasswordForm() if is_new else PasswordForm()
    if not form.validate_on_submit():
        return page("recovery/password.html", form, is_new=is_new)
    try:
        begun = operations.begin_new_factor(token, this_browser().token, form.password.data or "")
    except Invalid as error:
        form.refuse(error)
        return page("recovery/password.html", form, is_new=is_new)
    if isinstance(begun, Throttled):
        raise TooMany(begun.retry_after)
    if isinstance(begun, Refused):
        wrong = gettext("This is not the password of the account.")
        form.refuse(Invalid("password", f"{wrong} {tries_left(begun)}"))
        return page("recovery/password.html", form, is_new=is_new)
    if isinstance(begun, Over):
        return _where_it_stands(token)
    return to(url_for(".enrol", token=token))


@pages.route(f"{_NEW}/authenticator", methods=["GET", "POST"])
@public
@form_page()
@PROVING
def enrol(token: str) -> Response:
    """The new app, proved by a code before the old one ends."""
    browser = this_browser().token
    found = signin.new_factor_for(token, browser) if operations.is_ready(token) else None
    if found is None:
        return _where_it_stands(token)
    form = EnrolForm()
    drawing = qr_svg(found.uri, gettext("QR code for your authenticator app"))
    facts = {"drawing": drawing, "key": grouped(found.secret), "email": found.email}
    if not form.validate_on_submit():
        return page("recovery/enrol.html", form, **facts)
    outcome = operations.finish_new_factor(token, browser, form.code.data or "")
    if isinstance(outcome, Throttled):
        raise TooMany(outcome.retry_after)
    if isinstance(outcome, Refused):
        wrong = gettext("This code has expired or was mistyped.")
        form.refuse(Invalid("code", f"{wrong} {tries_left(outcome)}"))
        return page("recovery/enrol.html", form, **facts)
    if isinstance(outcome, Over):
        return _where_it_stands(token)
    return to(url_for(".new_codes", token=token))


@pages.route(f"{_NEW}/recovery-codes", methods=["GET", "POST"])
@public
@form_page()
@PROVING
def new_codes(token: str) -> Response:
    """The new recovery codes, until they are saved; then on to signing in."""
    browser = this_browser().token
    codes = signin.recovered_codes_for(token, browser)
    if not codes:
        return _where_it_stands(token)
    form = SavedForm()
    if not form.validate_on_submit():
        hours = services().settings.recovery_read_only_hours
        return page("recovery/new_codes.html", form, codes=codes, hours=hours)
    forget_new_codes(token, browser)
    kept = this_browser().kept
    if kept is not None and kept.lapsed_member_id is not None:
        this_browser().begin(new_token())  # a session of this browser ended with the others
    flash(
        gettext("Your new app is in use. Sign in with your password and the next code it shows."),
        "ok",
    )
    return to(url_for("signin.password"))


def _where_it_stands(token: str) -> Response:
    """For somebody who went back, reloaded or sent a form twice; else the link is over."""
    browser = this_browser().token
    if signin.recovered_codes_for(token, browser):
        return to(url_for(".new_codes", token=token))
    if operations.is_ready(token):
        return to(url_for(".new_factor", token=token))
    return link_is_over()
