"""Objections to admissions, for the moderators."""

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext

from forum.core.errors import Conflict
from forum.policy import Permission, allows
from forum.vetting import objections as kept
from forum.vetting import operations, words
from forum.vetting.forms import SettlementForm
from forum.vetting.views.pages import pages
from forum.web.access import current_actor, form_page, fresh, lies_in, requires

Page = Response | tuple[str, int]


@pages.get("/moderation/objections")
@requires(Permission.OBJECTION_READ)
@lies_in("vetting.queue")
def objections() -> str:
    """Those that wait, and those that are settled."""
    found = kept.objections_for(current_actor())
    return render_template("vetting/objections.html", objections=found, roles=words.ROLES)


@pages.route("/moderation/objections/<int:objection_id>", methods=["GET", "POST"])
@requires(Permission.OBJECTION_SETTLE)
@fresh
@form_page()
@lies_in("vetting.queue")
def objection(objection_id: int) -> str | Page:
    """One objection, and what came of it."""
    actor, form, problem, status = current_actor(), SettlementForm(), "", 200
    if form.validate_on_submit():
        try:
            operations.settle_objection(actor, objection_id, form.settlement.data or "")
        except Conflict as error:
            problem, status = gettext(str(error)), 409
        else:
            flash(gettext("The objection is settled."), "ok")
            return make_response(redirect(url_for(".objections"), 303))
    elif form.is_submitted():
        status = 422
    found = kept.objection_for(actor, objection_id)
    page = render_template(
        "vetting/objection.html",
        objection=found,
        form=form,
        problem=problem,
        has_errors=bool(problem or form.errors),
        may_settle=allows(actor, Permission.OBJECTION_SETTLE, kept.subject_of(found)),
        roles=words.ROLES,
    )
    return page, status
