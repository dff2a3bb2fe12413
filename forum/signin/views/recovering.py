"""A new password, from a link that was mailed."""

from flask import Response, flash, make_response, render_template, url_for
from flask_babel import gettext

from forum.core.errors import Invalid, NotFound, TooMany
from forum.core.secrets import new_token
from forum.core.services import services
from forum.signin import operations
from forum.signin.forms import RecoverForm, ResetForm, tries_left
from forum.signin.operations import Refused, Throttled
from forum.signin.views.pages import page, pages, this_browser, to
from forum.web.access import current_actor, form_page, public
from forum.web.limits import PROVING, RECOVERIES


@pages.route("/recover", methods=["GET", "POST"])
@public
@form_page()
@PROVING
def recover() -> Response:
    """For whoever cannot sign in: a link to a new password, by mail."""
    form = RecoverForm()
    if not form.validate_on_submit():
        return page("signin/recover.html", form)
    _ask(form.email.data or "")
    return to(url_for(".recover_sent"))


@RECOVERIES
def _ask(address: str) -> None:
    operations.ask_for_reset(address)


@pages.get("/recover/sent")
@public
def recover_sent() -> str:
    """The same for everybody, whether or not there is an account."""
    return render_template("signin/recover_sent.html", minutes=services().settings.reset_minutes)


@pages.route("/recover/<token>", methods=["GET", "POST"])
@public
@form_page()
@PROVING
def reset(token: str) -> Response:
    """The new password, and the code of the second factor."""
    try:
        return _reset(token)
    except NotFound:
        return make_response(render_template("signin/reset_is_over.html"), 404)


def _reset(token: str) -> Response:
    email, form = operations.whose_reset(token), ResetForm()
    if not form.validate_on_submit():
        return page("signin/reset.html", form, email=email)
    try:
        outcome = operations.reset_password(token, form.password.data or "", form.code.data or "")
    except Invalid as error:
        form.refuse(error)
        return page("signin/reset.html", form, email=email)
    if isinstance(outcome, Throttled):
        raise TooMany(outcome.retry_after)
    if isinstance(outcome, Refused):
        wrong = gettext("This code has expired, was used or was mistyped.")
        form.refuse(Invalid("code", f"{wrong} {tries_left(outcome)}"))
        return page("signin/reset.html", form, email=email)
    if current_actor().id == outcome.id:  # the session of this browser ended with the others
        this_browser().begin(new_token())
    flash(
        gettext("Your password was changed. Sign in with it and the next code of your app."), "ok"
    )
    return to(url_for(".password"))
