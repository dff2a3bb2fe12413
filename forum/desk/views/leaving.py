"""Saying that a member stands for an authority no more."""

from flask_babel import gettext

from forum.core import clock
from forum.desk import operations, queries
from forum.desk.forms import LeavingForm, SuccessorForm
from forum.desk.views.pages import Page, done_about_a_member, pages
from forum.directory.standing import has_left, successors_of
from forum.policy import Permission
from forum.web.access import current_actor, form_page, fresh, lies_in, requires


@pages.route("/desk/representations/<int:representation_id>/end", methods=["GET", "POST"])
@requires(Permission.REPRESENTATION_END)
@fresh
@form_page()
@lies_in("desk.members")
def let_leave(representation_id: int) -> Page:
    """End what a member is for an authority, with a reason, today."""
    actor = current_actor()
    held = queries.representation_for(actor, representation_id)
    form = LeavingForm(successor=str(held.successor_id or ""))
    form.successor.offer(successors_of(held))
    return done_about_a_member(
        form,
        lambda: operations.let_leave(
            actor, representation_id, form.reason.data or "", form.successor.number
        ),
        gettext("The member stands for the authority no more, as of now."),
        "desk/leaving.html",
        held=held,
        is_over=held.is_over(clock.now().date()),
    )


@pages.route("/desk/representations/<int:representation_id>/successor", methods=["GET", "POST"])
@requires(Permission.REPRESENTATION_END)
@fresh
@form_page()
@lies_in("desk.members")
def name_successor(representation_id: int) -> Page:
    """Name who takes over the open threads of a member who left."""
    actor = current_actor()
    held = queries.left_behind(actor, representation_id)
    form = SuccessorForm()
    form.successor.offer(successors_of(held), nobody=gettext("Choose a member"))
    return done_about_a_member(
        form,
        lambda: operations.name_successor(actor, representation_id, form.successor.number or 0),
        gettext("The successor has the open threads now."),
        "desk/successor.html",
        held=held,
        is_over=has_left(held, clock.now().date()),
    )
