"""Saying that a member stands for an authority no more."""

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext

from forum.core import clock
from forum.core.errors import Conflict
from forum.desk import operations, queries
from forum.desk.forms import LeavingForm
from forum.desk.views.pages import pages
from forum.policy import Permission
from forum.web.access import current_actor, form_page, fresh, lies_in, requires

Page = Response | tuple[str, int]


@pages.route("/desk/representations/<int:representation_id>/end", methods=["GET", "POST"])
@requires(Permission.REPRESENTATION_END)
@fresh
@form_page()
@lies_in("desk.members")
def let_leave(representation_id: int) -> str | Page:
    """End what a member is for an authority, with a reason, today."""
    actor, form, problem, status = current_actor(), LeavingForm(), "", 200
    held = queries.representation_for(actor, representation_id)
    if form.validate_on_submit():
        try:
            operations.let_leave(actor, representation_id, form.reason.data or "")
        except Conflict as error:
            problem, status = gettext(str(error)), 409
        else:
            flash(gettext("The member stands for the authority no more, as of now."), "ok")
            return make_response(redirect(url_for(".members"), 303))
    elif form.is_submitted():
        status = 422
    page = render_template(
        "desk/leaving.html",
        form=form,
        problem=problem,
        has_errors=bool(problem or form.errors),
        held=held,
        is_over=held.is_over(clock.now().date()),
    )
    return page, status
