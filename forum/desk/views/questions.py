"""Do you know this person? What heads and focal points are asked about applicants."""

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext

from forum.core.errors import Invalid
from forum.desk.forms import WordForm
from forum.desk.views.pages import pages
from forum.policy import Permission
from forum.vetting import operations, words
from forum.vetting import questions as asked
from forum.web.access import current_actor, form_page, fresh, lies_in, requires

Page = Response | tuple[str, int]


@pages.get("/desk/questions")
@requires(Permission.MEMBER_VOUCH)
@lies_in("desk.members")
def questions() -> str:
    """The applicants one is asked about: those without an answer first."""
    found = asked.questions_for(current_actor())
    return render_template(
        "desk/questions.html",
        waiting=[one for one in found if one.said is None],
        answered=[one for one in found if one.said is not None],
        answers=words.ANSWERS,
    )


@pages.route("/desk/questions/<int:application_id>", methods=["GET", "POST"])
@requires(Permission.MEMBER_VOUCH)
@fresh
@form_page()
@lies_in("desk.members")
def question(application_id: int) -> str | Page:
    """One applicant, and the answer."""
    found = asked.question_for(current_actor(), application_id)
    said = found.said
    form = WordForm(data={"answer": said.answer.value, "note": said.note} if said else None)
    if form.validate_on_submit():
        try:
            operations.give_word(
                current_actor(), application_id, form.answer.data or "", form.note.data or ""
            )
        except Invalid as error:
            form.refuse(error)
        else:
            flash(gettext("Your answer is with the Secretariat."), "ok")
            return make_response(redirect(url_for(".questions"), 303))
    page = render_template(
        "desk/question.html", form=form, application=found.application, said=said
    )
    return (page, 422) if form.is_submitted() else page
