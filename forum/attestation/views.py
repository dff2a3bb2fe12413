"""What moderators see of attestation: what waits for them, and each other."""

from collections.abc import Callable
from typing import Final

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext

from forum.attestation import lists, operations, queries, words
from forum.attestation.forms import CheckForm, PressForm
from forum.core.errors import Conflict, Invalid
from forum.directory.words import ROLES, month
from forum.policy import Permission, Role
from forum.web.access import current_actor, form_page, fresh, lies_in, requires

Page = Response | tuple[str, int]

pages: Final = Blueprint("attestation", __name__)


@pages.app_context_processor
def counts() -> dict[str, Callable[[], int]]:
    """How many members wait for the reader's press, for the frame of all pages of the desk."""
    return {"attest_count": lambda: queries.asked_count(current_actor())}


@pages.get("/moderation/attestation")
@requires(Permission.ATTESTATION_READ)
@fresh
@lies_in("vetting.queue")
def overview() -> str:
    """Whom the Secretariat confirms, which authorities are overdue, which moderators wait."""
    return render_template(
        "attestation/overview.html",
        found=lists.overview_for(current_actor()),
        stage_words=words.stage_words,
        roles=ROLES,
    )


@pages.get("/moderation/attestation/authorities/<int:authority_id>")
@requires(Permission.ATTESTATION_READ)
@fresh
@lies_in("vetting.queue")
def office(authority_id: int) -> str:
    """The members of one authority who wait."""
    asked = request.args
    return render_template(
        "attestation/office.html",
        found=lists.office_for(
            current_actor(), authority_id, before=asked.get("before"), after=asked.get("after")
        ),
        month=month,
        stage_words=words.stage_words,
        roles=ROLES,
    )


@pages.route("/moderation/attestation/<int:attestation_id>", methods=["GET", "POST"])
@requires(Permission.MEMBER_CONFIRM)
@fresh
@form_page()
@lies_in("vetting.queue")
def check(attestation_id: int) -> Page:
    """One member, and what the Secretariat found out."""
    actor, form, problem, status = current_actor(), CheckForm(), "", 200
    found = queries.asked_of_secretariat(actor, attestation_id)
    held = found.attestation.representation
    form.offer(may_remove=held.role is not Role.FOCAL_POINT)
    if form.validate_on_submit():
        try:
            _record(attestation_id, form)
        except Invalid as error:
            form.refuse(error)
            status = 422
        except Conflict as error:
            problem, status = gettext(str(error)), 409
        else:
            flash(gettext("It is recorded."), "ok")
            return make_response(redirect(url_for(".overview"), 303))
    elif form.is_submitted():
        status = 422
    page = render_template(
        "attestation/check.html",
        form=form,
        problem=problem,
        has_errors=bool(problem or form.errors),
        asked=found.attestation,
        held=held,
        may_answer=queries.secretariat_may_answer(actor, found),
        month=month,
        stage_words=words.stage_words,
        roles=ROLES,
    )
    return page, status


def _record(attestation_id: int, form: CheckForm) -> None:
    act = {
        "keep": operations.keep_for_authority,
        "remove": operations.remove_for_authority,
    }.get(form.answer.data or "")
    if act is None:
        raise Invalid("answer", gettext("Choose one of the answers."))
    act(current_actor(), attestation_id, form.how.data or "")


@pages.post("/moderation/attestation/moderators/<int:attestation_id>")
@requires(Permission.MODERATOR_CONFIRM)
@fresh
@form_page("attestation.overview")
@lies_in("vetting.queue")
def confirm(attestation_id: int) -> Response:
    """Confirm another moderator."""
    if not PressForm().validate_on_submit():
        flash(gettext("This page had been open too long. Press again."), "warn")
        return make_response(redirect(url_for(".overview"), 303))
    try:
        is_confirmed = operations.confirm_moderator(current_actor(), attestation_id)
    except Conflict as error:
        flash(gettext(str(error)), "warn")
    else:
        first = gettext("You confirmed the moderator. Another moderator does so too.")
        flash(gettext("The moderator is confirmed.") if is_confirmed else first, "ok")
    return make_response(redirect(url_for(".overview"), 303))
