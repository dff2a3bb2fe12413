"""Saying whether a member may speak for the authority."""

from flask_babel import gettext

from forum.core import clock
from forum.desk import operations, queries
from forum.desk.views.pages import Page, done_about_a_member, pages
from forum.directory.forms import SpeakerForm
from forum.policy import Permission
from forum.web.access import current_actor, form_page, fresh, lies_in, requires


@pages.route("/desk/representations/<int:representation_id>/speaker", methods=["GET", "POST"])
@requires(Permission.SPEAKER_NAME)
@fresh
@form_page()
@lies_in("desk.members")
def name_speaker(representation_id: int) -> Page:
    """Say that a member may speak for the authority, or no longer."""
    actor = current_actor()
    held = queries.speaker_for(actor, representation_id)
    form = SpeakerForm(may_speak="no" if held.may_speak_since else "yes")
    may_speak = form.may_speak.data == "yes"
    return done_about_a_member(
        form,
        lambda: operations.name_speaker(actor, representation_id, may_speak=may_speak),
        gettext("The member may speak for the authority.")
        if may_speak
        else gettext("The member may no longer speak for the authority."),
        "desk/speaker.html",
        held=held,
        is_over=held.is_over(clock.now().date()),
    )
