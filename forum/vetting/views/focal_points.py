"""The record of notes by which States name their focal points."""

from collections.abc import Callable
from datetime import date
from typing import cast

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from forum.core import clock
from forum.core.errors import Conflict, Invalid
from forum.directory.domains import is_free_mail
from forum.policy import Permission, allows
from forum.reference.languages import LANGUAGES, OF_THE_UNITED_NATIONS
from forum.reference.queries import state_with, states
from forum.reference.words import language_name
from forum.vetting import focal_points as kept
from forum.vetting import operations, words
from forum.vetting.forms import ConfirmNoteForm, NoteForm, ReasonForm
from forum.vetting.operations import Note
from forum.vetting.queries import authorities_to_claim
from forum.vetting.views.pages import pages
from forum.web.access import current_actor, form_page, fresh, is_freshly_proved, lies_in, requires
from forum.web.forms import BaseForm

Page = Response | tuple[str, int]


@pages.get("/moderation/focal-points")
@requires(Permission.FOCAL_POINT_READ)
@lies_in("vetting.queue")
def focal_points() -> str:
    """All notes on record."""
    return render_template(
        "vetting/focal_points.html",
        namings=kept.namings_for(current_actor()),
        standing=words.naming_words,
        today=clock.now().date(),
    )


@pages.get("/moderation/focal-points/new")
@requires(Permission.FOCAL_POINT_REGISTER)
@lies_in("vetting.queue")
def choose_state() -> str | Page:
    """Whose note it is."""
    given = request.args.get("state")
    if given and state_with(given):
        return make_response(redirect(url_for(".register_focal_point", state=given), 303))
    problem = gettext("Choose a State from the list.") if given is not None else ""
    page = render_template(
        "vetting/focal_point_state.html",
        states=states(),
        problem=problem,
        has_errors=bool(problem),
    )
    return (page, 422) if problem else page


@pages.route("/moderation/focal-points/new/<state>", methods=["GET", "POST"])
@requires(Permission.FOCAL_POINT_REGISTER)
@fresh
@form_page()
@lies_in("vetting.queue")
def register_focal_point(state: str) -> str | Page:
    """Put a note on record."""
    found = state_with(state)
    if found is None:
        return make_response(redirect(url_for(".choose_state"), 303))
    form = NoteForm()
    first = dict.fromkeys([*found.official_languages, *OF_THE_UNITED_NATIONS])
    own = [code for code in first if code in LANGUAGES]
    rest = sorted(set(LANGUAGES) - set(own), key=language_name)
    form.offer(
        [(str(one.id), one.name) for one in authorities_to_claim(found.code)],
        [(code, language_name(code)) for code in [*own, *rest]],
    )
    if form.validate_on_submit():
        try:
            number = operations.register_focal_point(
                current_actor(), _note(form, found.code), once=form.once.data or ""
            )
        except Invalid as error:
            form.refuse(error)
        else:
            flash(gettext("The note is on record. Another moderator confirms it."), "ok")
            return make_response(redirect(url_for(".focal_point", naming_id=number), 303))
    page = render_template("vetting/focal_point_new.html", form=form, state=found, first=len(own))
    return (page, 422) if form.is_submitted() else page


def _note(form: NoteForm, state: str) -> Note:
    return Note(
        state=state,
        authority=form.authority.data or "",
        name=form.name.data or "",
        post=form.post.data or "",
        email=form.email.data or "",
        languages=tuple(dict.fromkeys(form.languages.data or ())),
        reference=form.note_reference.data or "",
        dated_on=cast(date, form.note_dated_on.data),  # required by the form
        from_on=cast(date, form.from_on.data),
        until_on=form.until_on.data,
    )


@pages.get("/moderation/focal-points/<int:naming_id>")
@requires(Permission.FOCAL_POINT_READ)
@lies_in("vetting.queue")
def focal_point(naming_id: int) -> str:
    """One note, and what can be done about it."""
    return _page(naming_id, ReasonForm(formdata=None))


def _page(naming_id: int, form: ReasonForm, problem: str = "") -> str:
    actor = current_actor()
    naming = kept.naming_for(actor, naming_id)
    return render_template(
        "vetting/focal_point.html",
        naming=naming,
        holder=kept.holder_of(naming),
        is_free_mail=is_free_mail(naming.email),
        form=form,
        problem=problem,
        has_errors=bool(problem or form.errors),
        is_fresh=is_freshly_proved(),
        may_confirm=allows(actor, Permission.FOCAL_POINT_CONFIRM, kept.subject_of(naming)),
        standing=words.naming_words(naming, clock.now().date()),
        language_name=language_name,
    )


def _act(naming_id: int, form: BaseForm, act: Callable[[], None], done: str) -> Page:
    """Do what a form asks; what was typed comes back with the reason if it cannot be done."""
    shown = form if isinstance(form, ReasonForm) else ReasonForm(formdata=None)
    if not form.validate_on_submit():
        return _page(naming_id, shown), 422
    try:
        act()
    except Conflict as error:
        return _page(naming_id, shown, gettext(str(error))), 409
    flash(done, "ok")
    return make_response(redirect(url_for(".focal_point", naming_id=naming_id), 303))


@pages.post("/moderation/focal-points/<int:naming_id>/confirm")
@requires(Permission.FOCAL_POINT_CONFIRM)
@fresh
@form_page("vetting.focal_point")
@lies_in("vetting.queue")
def confirm_focal_point(naming_id: int) -> Page:
    """Make the person a focal point."""
    return _act(
        naming_id,
        ConfirmNoteForm(),
        lambda: operations.confirm_focal_point(current_actor(), naming_id),
        gettext("Confirmed. A mail is on its way to the focal point."),
    )


@pages.post("/moderation/focal-points/<int:naming_id>/refuse")
@requires(Permission.FOCAL_POINT_REGISTER)
@fresh
@form_page("vetting.focal_point")
@lies_in("vetting.queue")
def refuse_focal_point(naming_id: int) -> Page:
    """Close the record without a focal point."""
    form = ReasonForm()
    return _act(
        naming_id,
        form,
        lambda: operations.refuse_focal_point(current_actor(), naming_id, form.reason.data or ""),
        gettext("Refused. The record of the note stays."),
    )


@pages.post("/moderation/focal-points/<int:naming_id>/end")
@requires(Permission.FOCAL_POINT_REGISTER)
@fresh
@form_page("vetting.focal_point")
@lies_in("vetting.queue")
def end_focal_point(naming_id: int) -> Page:
    """Let somebody be focal point no more."""
    form = ReasonForm()
    return _act(
        naming_id,
        form,
        lambda: operations.end_focal_point(current_actor(), naming_id, form.reason.data or ""),
        gettext("Ended at once, with all sessions. The record of the note stays."),
    )


@pages.post("/moderation/focal-points/<int:naming_id>/invite")
@requires(Permission.FOCAL_POINT_REGISTER)
@fresh
@form_page("vetting.focal_point")
@lies_in("vetting.queue")
def invite_focal_point(naming_id: int) -> Page:
    """Mail a new activation link."""
    return _act(
        naming_id,
        ConfirmNoteForm(),
        lambda: operations.invite_focal_point(current_actor(), naming_id),
        gettext("A new activation link is on its way. The one before no longer works."),
    )
