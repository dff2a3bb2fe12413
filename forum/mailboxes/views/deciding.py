"""Changes of e-mail for those who approve them: at the desk, and as a moderator."""

from collections.abc import Callable

from flask import Response, flash, render_template, url_for
from flask_babel import gettext

from forum.core.errors import Conflict, Invalid
from forum.mailboxes import operations, queries, review, words
from forum.mailboxes.forms import DecisionForm
from forum.mailboxes.views.pages import pages, to
from forum.policy import Permission
from forum.web.access import current_actor, form_page, fresh, lies_in, requires

Page = Response | tuple[str, int]


@pages.get("/desk/mailboxes")
@requires(Permission.DESK_READ)
@lies_in("desk.members")
def at_desk() -> str:
    """Those of members whom the reader answers for."""
    found = review.changes_at_desk(current_actor())
    return render_template("mailboxes/at_desk.html", changes=found, words=words)


@pages.route("/desk/mailboxes/<int:change_id>", methods=["GET", "POST"])
@requires(Permission.MAILBOX_APPROVE)
@fresh
@form_page()
@lies_in("desk.members")
def decide_at_desk(change_id: int) -> Page:
    """One of these, and the decision."""
    actor, form = current_actor(), DecisionForm()
    review.change_at_desk(actor, change_id)

    def approve() -> str:
        operations.approve_at_desk(actor, change_id)
        return str(gettext("Approved. The address changes unless it is stopped meanwhile."))

    def decline() -> None:
        operations.decline_at_desk(actor, change_id, form.reason.data or "")

    problem, status, done = _decided(form, approve, decline)
    if done:
        return to(url_for(".at_desk"))
    found = review.change_at_desk(actor, change_id)
    page = render_template(
        "mailboxes/decide_at_desk.html",
        found=found,
        form=form,
        problem=problem,
        has_errors=bool(problem or form.errors),
        cannot_approve=found.needs_two,
        words=words,
    )
    return page, status


@pages.get("/moderation/mailboxes")
@requires(Permission.MAILBOX_READ)
@lies_in("vetting.queue")
def to_decide() -> str:
    """All of them."""
    found = review.changes_to_decide(current_actor())
    return render_template("mailboxes/to_decide.html", changes=found, words=words)


@pages.route("/moderation/mailboxes/<int:change_id>", methods=["GET", "POST"])
@requires(Permission.MAILBOX_DECIDE)
@fresh
@form_page()
@lies_in("vetting.queue")
def decide(change_id: int) -> Page:
    """One of these, and the decision."""
    actor, form = current_actor(), DecisionForm()
    review.change_to_decide(actor, change_id)

    def approve() -> str:
        if operations.approve(actor, change_id):
            return str(gettext("Approved. The address changes unless it is stopped meanwhile."))
        return str(gettext("Approved. A second moderator must approve, too."))

    def decline() -> None:
        operations.decline(actor, change_id, form.reason.data or "")

    problem, status, done = _decided(form, approve, decline)
    if done:
        return to(url_for(".to_decide"))
    found = review.change_to_decide(actor, change_id)
    page = render_template(
        "mailboxes/decide.html",
        found=found,
        form=form,
        problem=problem,
        has_errors=bool(problem or form.errors),
        may_decide=queries.may(actor, Permission.MAILBOX_DECIDE, found.subjects),
        cannot_approve=not queries.may(actor, Permission.MAILBOX_DECIDE, found.second_subjects),
        words=words,
    )
    return page, status


def _decided(
    form: DecisionForm, approve: Callable[[], str], decline: Callable[[], None]
) -> tuple[str, int, bool]:
    """Do what the form says: why it could not be done, the status to answer with, whether it was."""
    if not form.validate_on_submit():
        return "", 422 if form.is_submitted() else 200, False
    try:
        if form.is_approval:
            said = approve()
        else:
            decline()
            said = gettext("Declined. The address stays as it is.")
    except Invalid as error:
        form.refuse(error)
        return "", 422, False
    except Conflict as error:
        return gettext(str(error)), 409, False
    flash(said, "ok")
    return "", 303, True
