"""The sessions that are open in one's account, and ending them."""

from flask import Response, flash, render_template, url_for
from flask_babel import gettext, ngettext

from forum.policy import Permission
from forum.signin import operations, protection
from forum.signin.views.pages import here, page, pages, to
from forum.web.access import current_actor, form_page, fresh, requires
from forum.web.forms import BaseForm


@pages.get("/settings/sessions")
@requires(Permission.ACCOUNT_USE)
def sessions() -> str:
    """Where the account is open now."""
    found = protection.sittings_of(current_actor(), here())
    return render_template("settings/sessions.html", sittings=found)


@pages.route("/settings/sessions/<int:session_id>/end", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@fresh
@form_page()
def end_session(session_id: int) -> Response:
    """The end of one other session."""
    form = BaseForm()
    found = protection.sitting_of(current_actor(), here(), session_id)
    if found.is_current:
        flash(gettext("This is the session you are using. Sign out to end it."), "warn")
        return to(url_for(".sessions"))
    if not form.validate_on_submit():
        return page("settings/end_session.html", form, sitting=found)
    if operations.end_session(current_actor(), here(), session_id):
        flash(gettext("The session is ended: %(device)s.", device=found.device), "ok")
    else:
        flash(gettext("That session had ended already."), "warn")
    return to(url_for(".sessions"))


@pages.route("/settings/sessions/end-others", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@fresh
@form_page()
def end_other_sessions() -> Response:
    """The end of all sessions but this one."""
    form = BaseForm()
    if not form.validate_on_submit():
        return page("settings/end_other_sessions.html", form)
    ended = operations.end_other_sessions(current_actor(), here())
    if ended:
        flash(ngettext("%(num)d session is ended.", "%(num)d sessions are ended.", ended), "ok")
    else:
        flash(gettext("No other session was open."), "warn")
    return to(url_for(".sessions"))
