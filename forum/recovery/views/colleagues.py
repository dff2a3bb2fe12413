"""Colleagues who lost their second factor: confirming that they ask, or stopping it."""

from flask import Response, flash, render_template, url_for
from flask_babel import gettext

from forum.core.errors import Conflict
from forum.policy import Permission
from forum.recovery import operations, queries, words
from forum.recovery.forms import WordForm
from forum.recovery.views.pages import pages, to
from forum.web.access import current_actor, form_page, fresh, lies_in, requires
from forum.web.forms import BaseForm

Page = Response | tuple[str, int]


@pages.get("/recoveries")
@requires(Permission.RECOVERY_SEE)
@lies_in("desk.members")
def beside() -> str:
    """Cases of people beside the reader, or of those the reader answers for."""
    found = queries.cases_beside(current_actor())
    return render_template("recovery/beside.html", cases=found, stages=words.STAGES)


@pages.get("/recoveries/<int:case_id>")
@requires(Permission.RECOVERY_SEE)
@fresh
@lies_in("desk.members")
def colleague(case_id: int) -> Page:
    """One case: whose it is, how far it is, and what the reader can do."""
    return _colleague(case_id, WordForm(action=url_for(".confirm", case_id=case_id)), status=200)


def _colleague(case_id: int, form: WordForm, *, status: int, problem: str = "") -> Page:
    found = queries.case_for(current_actor(), case_id, Permission.RECOVERY_SEE)
    form.show(lacks_password=found.lacks_password)
    page = render_template(
        "recovery/colleague.html",
        case=found,
        form=form,
        problem=problem,
        has_errors=bool(problem or form.errors),
        stages=words.STAGES,
        roles=words.ROLES,
    )
    return page, status


@pages.post("/recoveries/<int:case_id>/confirm")
@requires(Permission.RECOVERY_CONFIRM)
@fresh
@form_page("recovery.colleague")
@lies_in("desk.members")
def confirm(case_id: int) -> Page:
    """Say that one spoke with the member."""
    form = WordForm()
    if not form.validate_on_submit():
        return _colleague(case_id, form, status=422)
    try:
        operations.confirm(
            current_actor(), case_id, form.note.data or "", lacks_password=form.was_shown
        )
    except Conflict as error:
        return _colleague(case_id, form, status=409, problem=gettext(str(error)))
    flash(gettext("Your word is with the Secretariat, which calls the office now."), "ok")
    return to(url_for(".beside"))


@pages.post("/recoveries/<int:case_id>/stop")
@requires(Permission.RECOVERY_STOP)
@fresh
@form_page("recovery.colleague")
@lies_in("desk.members")
def stop_colleague(case_id: int) -> Page:
    """Stop it: nobody gets a new second factor by it."""
    form = BaseForm()
    if not form.validate_on_submit():
        return _colleague(case_id, WordForm(formdata=None), status=422, problem=form.form_errors[0])
    if operations.stop_as_colleague(current_actor(), case_id):
        flash(gettext("It is stopped. The member and the moderators were told."), "ok")
    return to(url_for(".beside"))
