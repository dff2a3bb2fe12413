"""Who stands for the authorities that the reader answers for."""

from flask import render_template
from flask_babel import gettext

from forum.core import clock
from forum.desk import queries, words
from forum.desk.forms import ObjectionForm
from forum.desk.views.pages import Page, done_about_a_member, pages
from forum.mailboxes import yearly
from forum.policy import Permission
from forum.vetting import objections, operations
from forum.web.access import current_actor, form_page, fresh, lies_in, requires


@pages.get("/desk", strict_slashes=False)
@requires(Permission.DESK_READ)
def members() -> str:
    """The members, authority by authority."""
    today = clock.now().date()
    return render_template(
        "desk/members.html",
        offices=queries.offices_for(current_actor(), today),
        roles=words.ROLES,
        status=words.status,
        month=words.month,
        is_open_to_objection=objections.is_open_to_objection,
        left_behind=queries.left_behind_for(current_actor(), today),
        may_end=queries.may_end,
        may_name_speaker=queries.may_name_speaker,
        kept_out=yearly.let_in_by(current_actor()),
        today=today,
    )


@pages.route("/desk/members/<int:member_id>/objection", methods=["GET", "POST"])
@requires(Permission.MEMBER_OBJECT)
@fresh
@form_page()
@lies_in("desk.members")
def object_to(member_id: int) -> Page:
    """Object to a member who was admitted a short while ago."""
    actor, form = current_actor(), ObjectionForm()
    held = objections.representation_to_object_to(actor, member_id)
    return done_about_a_member(
        form,
        lambda: operations.object_to(actor, member_id, form.reason.data or ""),
        gettext("Your objection waits for the Secretariat."),
        "desk/objection.html",
        member=held.member,
        authority=held.authority,
        is_open=objections.is_open_to_objection(held.member),
    )
