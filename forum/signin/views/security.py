"""What protects one's account, and changing it."""

from flask import Response, flash, render_template, url_for
from flask_babel import gettext

from forum.core.errors import Invalid, TooMany
from forum.core.secrets import new_token
from forum.policy import Permission
from forum.signin import history, operations, protection
from forum.signin.forms import EnrolForm, NewPasswordForm, SavedForm, tries_left
from forum.signin.operations import NothingBegun, Refused, Throttled
from forum.signin.totp import grouped, qr_svg
from forum.signin.views.pages import here, page, pages, this_browser, to
from forum.web.access import current_actor, form_page, fresh, requires
from forum.web.forms import BaseForm


@pages.get("/settings")
@requires(Permission.ACCOUNT_USE)
def settings() -> Response:
    """The first page of the settings."""
    return to(url_for(".security"))


@pages.get("/settings/security")
@requires(Permission.ACCOUNT_USE)
def security() -> str:
    """What protects the account, with dates, and what happened to it."""
    return render_template(
        "settings/security.html",
        protection=protection.protection_of(current_actor()),
        passkeys=protection.passkeys_of(current_actor()),
        events=history.security_events_of(current_actor()),
    )


@pages.route("/settings/security/password", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@fresh
@form_page()
def change_password() -> Response:
    """Another password."""
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return page("settings/password.html", form)
    try:
        operations.change_password(current_actor(), here(), form.password.data or "")
    except Invalid as error:
        form.refuse(error)
        return page("settings/password.html", form)
    flash(gettext("Your password is changed, and your other sessions are ended."), "ok")
    return to(url_for(".security"))


@pages.route("/settings/security/authenticator", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@fresh
@form_page()
def replace_authenticator() -> Response:
    """What replacing the authenticator means, and its beginning."""
    form = BaseForm()
    if not form.validate_on_submit():
        return page("settings/authenticator.html", form)
    operations.begin_new_authenticator(current_actor(), here())
    return to(url_for(".new_authenticator"))


@pages.route("/settings/security/authenticator/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@fresh
@form_page()
def new_authenticator() -> Response:
    """The new app, proved by a code before the old one ends."""
    found = protection.new_authenticator_of(current_actor(), here())
    if found is None:
        return _nothing_begun()
    form = EnrolForm()
    drawing = qr_svg(found.uri, gettext("QR code for your authenticator app"))
    facts = {"drawing": drawing, "key": grouped(found.secret), "email": found.email}
    if not form.validate_on_submit():
        return page("settings/new_authenticator.html", form, **facts)
    outcome = operations.finish_new_authenticator(current_actor(), here(), form.code.data or "")
    if isinstance(outcome, Throttled):
        raise TooMany(outcome.retry_after)
    if isinstance(outcome, NothingBegun):
        return _nothing_begun()
    if isinstance(outcome, Refused):
        wrong = gettext("This code has expired or was mistyped.")
        form.refuse(Invalid("code", f"{wrong} {tries_left(outcome)}"))
        return page("settings/new_authenticator.html", form, **facts)
    flash(
        gettext(
            "Your new authenticator app is in use, and your other sessions are ended."
            " Delete the old entry from your old app."
        ),
        "ok",
    )
    return to(url_for(".security"))


def _nothing_begun() -> Response:
    """For somebody who went back, waited too long or sent a form twice."""
    flash(gettext("No new authenticator app is being set up. Begin here if you want one."), "warn")
    return to(url_for(".replace_authenticator"))


@pages.route("/settings/security/recovery-codes", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@fresh
@form_page()
def renew_codes() -> Response:
    """How many recovery codes are left, and new ones in their place."""
    form = BaseForm()
    if not form.validate_on_submit():
        found = protection.protection_of(current_actor())
        return page("settings/recovery_codes.html", form, protection=found)
    operations.renew_recovery_codes(current_actor(), here())
    return to(url_for(".renewed_codes"))


@pages.route("/settings/security/recovery-codes/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@fresh
@form_page()
def renewed_codes() -> Response:
    """The new recovery codes, until they are saved."""
    codes = protection.new_codes_of(here())
    if not codes:
        return to(url_for(".security"))
    form = SavedForm()
    if not form.validate_on_submit():
        return page("settings/new_recovery_codes.html", form, codes=codes)
    operations.forget_shown_codes(here())
    flash(gettext("Your new recovery codes are in use; the old ones work no more."), "ok")
    return to(url_for(".security"))


@pages.route("/settings/security/not-me", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@fresh
@form_page()
def not_me() -> Response:
    """Somebody else was at work in the account."""
    form = BaseForm()
    if not form.validate_on_submit():
        return page("settings/not_me.html", form)
    operations.raise_alarm(current_actor(), here())
    this_browser().begin(new_token())
    flash(
        gettext(
            "All your sessions are ended, and the moderators are told."
            " Sign in again and change your password."
        ),
        "warn",
    )
    return to(url_for(".password", next=url_for(".change_password")))
