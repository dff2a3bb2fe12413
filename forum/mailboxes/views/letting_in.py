"""Letting a member in again who was not seen for a year."""

from flask import Response, flash, render_template, url_for
from flask_babel import gettext

from forum.core.services import services
from forum.mailboxes import operations, yearly
from forum.mailboxes.views.pages import pages, to
from forum.policy import Permission
from forum.web.access import current_actor, form_page, fresh, lies_in, requires
from forum.web.forms import BaseForm


@pages.route("/desk/members/<int:member_id>/let-in", methods=["GET", "POST"])
@requires(Permission.MEMBER_LET_IN)
@fresh
@form_page()
@lies_in("desk.members")
def let_in(member_id: int) -> Response | tuple[str, int]:
    """One press."""
    form, member = BaseForm(), yearly.member_to_let_in(current_actor(), member_id)
    if form.validate_on_submit():
        operations.let_in(current_actor(), member_id)
        flash(gettext("The member can sign in again. A mail is on its way."), "ok")
        return to(url_for("desk.members"))
    days = services().settings.unseen_grace_days
    page = render_template("mailboxes/let_in.html", form=form, member=member, days=days)
    return page, 422 if form.is_submitted() else 200
