"""Pages of whoever leaves an authority, and of whoever takes over."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext

from forum.core import clock
from forum.core.errors import Conflict, Invalid
from forum.directory.leaving import announce_leaving, take_back_leaving
from forum.directory.standing import own_representation, own_representations, successors_of
from forum.directory.words import ROLES
from forum.discussion.shown import title_of
from forum.drafts import browser
from forum.leaving import queries
from forum.leaving.forms import AnnouncementForm, PressForm
from forum.leaving.operations import hand_text_over
from forum.policy import Permission
from forum.web.access import current_actor, form_page, fresh, requires
from forum.web.limits import LEAVING

pages = Blueprint("leaving", __name__)

Page = Response | tuple[str, int]


@pages.get("/settings/leaving")
@requires(Permission.ACCOUNT_USE)
def overview() -> str:
    """For whom one stands, and where one leaves."""
    return render_template(
        "settings/leaving.html", held=own_representations(current_actor()), roles=ROLES
    )


@pages.route("/settings/leaving/<int:representation_id>", methods=["GET", "POST"])
@LEAVING
@requires(Permission.LEAVING_ANNOUNCE)
@fresh
@form_page()
def announce(representation_id: int) -> Page:
    """Announce the last day for an authority; hand unsent texts over."""
    actor = current_actor()
    held = own_representation(actor, representation_id)
    form = AnnouncementForm(
        last_on=held.until_on if held.announced_at else None,
        successor=str(held.successor_id or ""),
    )
    form.successor.offer(successors_of(held))
    problem, status = "", 200
    last_on = form.last_on.data
    if form.validate_on_submit() and last_on is not None:
        try:
            announce_leaving(actor, representation_id, last_on, form.successor.number)
        except Invalid as error:
            form.refuse(error)
            status = 422
        except Conflict as error:
            problem, status = gettext(str(error)), 409
        else:
            return _back(representation_id, gettext("Your last day is announced."))
    elif form.is_submitted():
        status = 422
    page = render_template(
        "settings/leaving_one.html",
        form=form,
        held=held,
        problem=problem,
        has_errors=bool(problem or form.errors),
        unsent=queries.unsent_of(actor, held),
        title_of=title_of,
        is_named_by_note=held.role == "focal_point",
        today=clock.now().date(),
    )
    return page, status


def _back(representation_id: int, said: str, tone: str = "ok") -> Response:
    flash(said, tone)
    return make_response(redirect(url_for(".announce", representation_id=representation_id), 303))


@pages.post("/settings/leaving/<int:representation_id>/stay")
@LEAVING
@requires(Permission.LEAVING_ANNOUNCE)
@fresh
@form_page("leaving.announce")
def stay(representation_id: int) -> Response:
    """Take the announcement back."""
    if not PressForm().validate_on_submit():
        return _back(representation_id, _not_pressed(), "warn")
    try:
        take_back_leaving(current_actor(), representation_id)
    except Conflict as error:
        return _back(representation_id, gettext(str(error)), "warn")
    return _back(representation_id, gettext("You stay. Whoever answers for the authority is told."))


@pages.post("/settings/leaving/<int:representation_id>/texts/<int:form_id>/hand-over")
@requires(Permission.LEAVING_ANNOUNCE)
@fresh
@form_page("leaving.announce")
def hand_over(representation_id: int, form_id: int) -> Response:
    """Hand one unsent text over to the successor."""
    if not PressForm().validate_on_submit():
        return _back(representation_id, _not_pressed(), "warn")
    hand_text_over(current_actor(), representation_id, form_id)
    return _back(representation_id, gettext("The text is handed over."))


def _not_pressed() -> str:
    return str(gettext("This page had been open too long, so nothing was done. Press again."))


@pages.get("/drafts")
@requires(Permission.ACCOUNT_USE)
def texts() -> str:
    """Unsent texts that others handed over."""
    return render_template(
        "leaving/texts.html", texts=queries.handed_over(current_actor()), title_of=title_of
    )


@pages.post("/drafts/<int:form_id>/take-up")
@requires(Permission.ACCOUNT_USE)
def take_up(form_id: int) -> Response:
    """Take a text up: it stands in its form, as if it had been typed there."""
    text = queries.text_to_take_up(current_actor(), form_id)
    try:
        browser.take_up(form_id)
    except Conflict as error:
        flash(gettext(str(error)), "warn")
        return make_response(redirect(url_for(".texts"), 303))
    if text.thread is None:
        return make_response(redirect(url_for("discussion.new_thread"), 303))
    there = url_for("discussion.thread", thread_id=text.thread.id, _anchor="answer")
    return make_response(redirect(there, 303))
