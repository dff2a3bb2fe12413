"""“Stop this”, from the mail and from a session of the member; colleagues have a page of their own."""

from flask import Response, flash, render_template, url_for
from flask_babel import gettext

from forum.policy import Permission
from forum.recovery import operations, queries
from forum.recovery.views.pages import link_is_over, page, pages, to
from forum.web.access import before_rules, current_actor, form_page, public, requires
from forum.web.forms import BaseForm
from forum.web.limits import PROVING


@pages.route("/recover/second-factor/stop/<token>", methods=["GET", "POST"])
@public
@form_page()
@PROVING
def stop(token: str) -> Response | str:
    """The mailed link: a page with one button."""
    form = BaseForm()
    if not queries.is_stoppable(token):
        return link_is_over()
    if not form.validate_on_submit():
        return page("recovery/stop.html", form)
    if not operations.stop_by_mail(token):
        return link_is_over()
    return render_template("recovery/stopped.html")


@pages.route("/settings/security/recovery", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@before_rules
@form_page()
def stop_own() -> Response:
    """What goes on about one's own account, and the button that stops it. It asks for no proof
    again: to stop is the safe side."""
    form, actor = BaseForm(), current_actor()
    if form.validate_on_submit():
        if operations.stop_own(actor):
            flash(
                gettext("It is stopped: your second factor stays. The moderators were told."), "ok"
            )
        return to(url_for("signin.security"))
    found = queries.own_case(actor)
    if found is None:
        return to(url_for("signin.security"))
    return page("recovery/own.html", form, case=found)
