"""Nominating officers, and what became of the nominations."""

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext

from forum.core.errors import Conflict, Invalid, TooMany
from forum.desk import words
from forum.desk.forms import NominationForm
from forum.desk.views.pages import pages
from forum.policy import Permission
from forum.reference.languages import LANGUAGES, OF_THE_UNITED_NATIONS
from forum.reference.words import language_name
from forum.vetting import nominations as kept
from forum.vetting import operations
from forum.web.access import current_actor, form_page, fresh, lies_in, requires

Page = Response | tuple[str, int]


@pages.get("/desk/nominations")
@requires(Permission.MEMBER_NOMINATE)
@lies_in("desk.members")
def nominations() -> str:
    """Those for the authorities that the reader answers for, the newest first."""
    return render_template(
        "desk/nominations.html",
        nominations=kept.nominations_for(current_actor()),
        stages=words.STAGES,
    )


@pages.route("/desk/nominations/new", methods=["GET", "POST"])
@requires(Permission.MEMBER_NOMINATE)
@fresh
@form_page()
@lies_in("desk.members")
def nominate() -> str | Page:
    """Nominate an officer."""
    form = NominationForm()
    authorities = kept.authorities_to_nominate_for(current_actor())
    form.offer([(str(one.id), one.name) for one in authorities])
    if form.validate_on_submit():
        try:
            operations.nominate(current_actor(), _nominee(form), once=form.once.data or "")
        except Invalid as error:
            form.refuse(error)
        except TooMany:
            form.form_errors.append(
                gettext("You nominated very many people today. Nominate the others tomorrow.")
            )
        else:
            flash(gettext("Nominated. A link that proves the mailbox is on its way there."), "ok")
            return make_response(redirect(url_for(".nominations"), 303))
    first = list(dict.fromkeys(OF_THE_UNITED_NATIONS))
    first += [code for one in authorities if one.state for code in one.state.official_languages]
    own = [code for code in dict.fromkeys(first) if code in LANGUAGES]
    page = render_template(
        "desk/nominate.html",
        form=form,
        first_languages=[(code, language_name(code)) for code in own],
        other_languages=[
            (code, language_name(code))
            for code in sorted(set(LANGUAGES) - set(own), key=language_name)
        ],
    )
    return (page, 422) if form.is_submitted() else page


def _nominee(form: NominationForm) -> operations.Nominee:
    return operations.Nominee(
        authority=form.authority.data or "",
        name=form.name.data or "",
        post=form.post.data or "",
        email=form.email.data or "",
        languages=tuple(dict.fromkeys(form.languages.data or ())),
        reason=form.reason.data or "",
    )


@pages.post("/desk/nominations/<int:application_id>/withdraw")
@requires(Permission.MEMBER_NOMINATE)
@lies_in("desk.members")
def withdraw_nomination(application_id: int) -> Response:
    """Take a nomination back."""
    try:
        operations.withdraw_nomination(current_actor(), application_id)
    except Conflict as error:
        flash(gettext(str(error)), "warn")
    else:
        flash(gettext("The nomination is withdrawn."), "ok")
    return make_response(redirect(url_for(".nominations"), 303))
