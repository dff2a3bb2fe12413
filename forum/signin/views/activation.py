"""Taking an account into use, from the link that was mailed."""

from flask import Response, flash, make_response, render_template, url_for
from flask_babel import gettext

from forum.core.errors import Invalid, TooMany
from forum.members import house_rules
from forum.signin import operations, queries
from forum.signin.forms import ActivationForm, EnrolForm, SavedForm, tries_left
from forum.signin.operations import Refused, Throttled
from forum.signin.totp import grouped, qr_svg
from forum.signin.views.pages import page, pages, this_browser, to
from forum.web.access import form_page, public
from forum.web.limits import PROVING


@pages.route("/activate/<token>", methods=["GET", "POST"])
@public
@form_page()
@PROVING
def activate(token: str) -> Response:
    """A password of one's own, from the link that was mailed."""
    found = queries.activation_for(token)
    if found is None:
        return _where_it_stands(token)
    form = ActivationForm(queries.zones(), data={"zone": found.zone})
    if not form.validate_on_submit():
        return page("signin/activate.html", form, email=found.email)
    try:
        has_begun = operations.begin_activation(
            token,
            this_browser().token,
            form.password.data or "",
            form.zone.data,
            house_rules.in_force(),
        )
    except Invalid as error:
        form.refuse(error)
        return page("signin/activate.html", form, email=found.email)
    if not has_begun:
        return _where_it_stands(token)
    return to(url_for(".enrol", token=token))


@pages.route("/activate/<token>/authenticator", methods=["GET", "POST"])
@public
@form_page()
@PROVING
def enrol(token: str) -> Response:
    """An authenticator app, proved by a code before it counts."""
    browser = this_browser().token
    found = queries.enrolment_for(token, browser)
    if found is None:
        if queries.activation_for(token) is not None:
            flash(
                gettext(
                    "This step was not begun in this browser, or anew in another. Choose a password to go on."
                ),
                "warn",
            )
        return _where_it_stands(token)
    form = EnrolForm()
    drawing = qr_svg(found.uri, gettext("QR code for your authenticator app"))
    facts = {"drawing": drawing, "key": grouped(found.secret), "email": found.email}
    if not form.validate_on_submit():
        return page("signin/enrol.html", form, **facts)
    outcome = operations.finish_activation(token, browser, form.code.data or "")
    if isinstance(outcome, Throttled):
        raise TooMany(outcome.retry_after)
    if isinstance(outcome, Refused):
        wrong = gettext("This code has expired or was mistyped.")
        form.refuse(Invalid("code", f"{wrong} {tries_left(outcome)}"))
        return page("signin/enrol.html", form, **facts)
    if isinstance(outcome, operations.Over):
        return _where_it_stands(token)
    return to(url_for(".new_codes", token=token))


@pages.route("/activate/<token>/recovery-codes", methods=["GET", "POST"])
@public
@form_page()
@PROVING
def new_codes(token: str) -> Response:
    """The recovery codes, until they are saved; then on to the first sign-in."""
    browser = this_browser().token
    codes = queries.new_codes_for(token, browser)
    if not codes:
        return _where_it_stands(token)
    form = SavedForm()
    if not form.validate_on_submit():
        return page("signin/new_codes.html", form, codes=codes)
    operations.forget_new_codes(token, browser)
    flash(
        gettext("Your account is ready. Sign in with your password and the next code of your app."),
        "ok",
    )
    return to(url_for(".password"))


def _where_it_stands(token: str) -> Response:
    """For somebody who went back, reloaded or sent a form twice; else the link is over."""
    browser = this_browser().token
    if queries.new_codes_for(token, browser):
        return to(url_for(".new_codes", token=token))
    if queries.activation_for(token) is not None:
        return to(url_for(".activate", token=token))
    return make_response(render_template("signin/link_is_over.html"), 404)
