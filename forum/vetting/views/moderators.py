"""The queue, the review of one application, and what moderators do about it.

The queue and the evidence can be read; the forms that decide are shown, and taken, only after a
recent proof of password and code (security.md H4).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound as NoSuchPage

from forum.core.errors import Conflict, Invalid
from forum.core.typed import row_number
from forum.directory.forms import CallBackForm
from forum.policy import Permission
from forum.reference.words import function_label, language_name
from forum.vetting import focal_points, objections, operations, queue, review, words
from forum.vetting.forms import (
    AskForm,
    AssignForm,
    DeclineForm,
    ProposalForm,
    SecondForm,
)
from forum.vetting.views.pages import pages
from forum.web.access import current_actor, form_page, fresh, is_freshly_proved, lies_in, requires
from forum.web.forms import BaseForm
from forum.web.templating import zone_label

Page = Response | tuple[str, int]

_ONE: Final = "/moderation/applications/<int:application_id>"


@pages.get("/moderation", strict_slashes=False)
@requires(Permission.APPLICATION_READ)
def moderation() -> Response:
    """Where moderators begin."""
    return make_response(redirect(url_for(".queue"), 303))


@pages.get("/moderation/queue", endpoint="queue")
@requires(Permission.APPLICATION_READ)
def queue_page() -> str:
    """The applications that wait, oldest first."""
    wanted = request.args.get("status", "open")
    if wanted not in words.FILTERS:
        raise NoSuchPage
    found = queue.queue_for(
        current_actor(),
        wanted,
        before=request.args.get("before"),
        after=request.args.get("after"),
    )
    return render_template(
        "vetting/queue.html",
        wanted=wanted,
        page=found.page,
        counts=found.counts,
        filters=words.FILTERS,
        checks=found.checks,
        objections=objections.open_count(current_actor()),
        unconfirmed=focal_points.unconfirmed_count(current_actor()),
        age=words.age,
        is_late=words.is_late,
    )


@pages.get(_ONE, endpoint="review")
@requires(Permission.APPLICATION_READ)
@lies_in("vetting.queue")
def review_page(application_id: int) -> str:
    """One application: evidence, directory match, checks, decision."""
    return _review(application_id)


def _review(application_id: int, sent: BaseForm | None = None, problem: str = "") -> str:
    """The review with its forms; `sent` is the one that came back."""
    found = review.review_for(current_actor(), application_id)
    forms = _forms(application_id, found, sent)
    return render_template(
        "vetting/review.html",
        review=found,
        application=found.application,
        forms=forms,
        has_errors=bool(problem) or any(form.errors for form in forms.values()),
        problem=problem,
        is_fresh=is_freshly_proved(),
        lacks=[gettext(operations.LACKS[need]) for need in found.needs],
        words=words,
        function_label=function_label,
        language_name=language_name,
        zone_label=zone_label,
    )


def _forms(
    application_id: int, found: review.Review, sent: BaseForm | None
) -> Mapping[str, BaseForm]:
    """One for each thing to do, filled with what was typed in vain before."""

    def form(kind: type[BaseForm], endpoint: str) -> Any:
        if isinstance(sent, kind):
            return sent
        if request.method == "POST":
            return kind(formdata=None)
        return kind(action=url_for(endpoint, application_id=application_id))

    call_back, assigning = form(CallBackForm, ".record_call_back"), form(AssignForm, ".assign")
    lines = [*found.numbers, *found.numbers_elsewhere]
    call_back.offer([(str(line.id), line.value) for line in lines])
    assigning.offer([(str(choice.id), choice.name) for choice in found.choices])
    return {
        "call_back": call_back,
        "assign": assigning,
        "propose": form(ProposalForm, ".propose"),
        "second": form(SecondForm, ".approve"),
        "decline": form(DeclineForm, ".decline"),
        "ask": form(AskForm, ".ask"),
    }


def _decide(application_id: int, form: BaseForm, act: Callable[[], object], done: str) -> Page:
    """Do what a form asks; what was typed comes back with the reason if it cannot be done."""
    if not form.validate_on_submit():
        return _review(application_id, form), 422
    try:
        act()
    except Invalid as error:
        form.refuse(error)
        return _review(application_id, form), 422
    except Conflict as error:
        return _review(application_id, form, gettext(str(error))), 409
    flash(done, "ok")
    there = url_for(".review", application_id=application_id)
    return make_response(redirect(there, 303))


@pages.post(f"{_ONE}/call-back")
@requires(Permission.APPLICATION_DECIDE)
@fresh
@form_page("vetting.review")
@lies_in("vetting.queue")
def record_call_back(application_id: int) -> Page:
    """Note how the call to the authority ended."""
    form = CallBackForm()

    def note() -> None:
        is_confirmed = operations.record_call_back(
            current_actor(),
            application_id,
            number=row_number(form.number.data or "") or 0,
            mission=form.called_mission,
            outcome=form.outcome.data or "",
            words=form.words.data or "",
            note=form.note.data or "",
        )
        if not is_confirmed:
            raise Invalid(
                "words",
                gettext(
                    "These are not the words on the applicant’s page, so nothing was confirmed."
                ),
            )

    return _decide(application_id, form, note, gettext("The call-back is recorded."))


@pages.post(f"{_ONE}/propose")
@requires(Permission.APPLICATION_DECIDE)
@fresh
@form_page("vetting.review")
@lies_in("vetting.queue")
def propose(application_id: int) -> Page:
    """Propose to admit; another moderator decides."""
    form = ProposalForm()
    return _decide(
        application_id,
        form,
        lambda: operations.propose(current_actor(), application_id, form.proposal.data or ""),
        gettext("You proposed to admit the applicant. Another moderator decides."),
    )


@pages.post(f"{_ONE}/approve")
@requires(Permission.APPLICATION_DECIDE)
@fresh
@form_page("vetting.review")
@lies_in("vetting.queue")
def approve(application_id: int) -> Page:
    """Admit the applicant whom another moderator proposed."""
    return _decide(
        application_id,
        SecondForm(),
        lambda: operations.approve(current_actor(), application_id),
        gettext("The applicant is admitted. The activation link is on its way."),
    )


@pages.post(f"{_ONE}/invite")
@requires(Permission.APPLICATION_DECIDE)
@fresh
@form_page("vetting.review")
@lies_in("vetting.queue")
def invite(application_id: int) -> Page:
    """Mail a new activation link to somebody admitted."""
    return _decide(
        application_id,
        SecondForm(),
        lambda: operations.invite_again(current_actor(), application_id),
        gettext("A new activation link is on its way. The one before no longer works."),
    )


@pages.post(f"{_ONE}/decline")
@requires(Permission.APPLICATION_DECIDE)
@fresh
@form_page("vetting.review")
@lies_in("vetting.queue")
def decline(application_id: int) -> Page:
    """Close the application without admitting."""
    form = DeclineForm()
    return _decide(
        application_id,
        form,
        lambda: operations.decline(current_actor(), application_id, form.reason.data or ""),
        gettext("The application is declined."),
    )


@pages.post(f"{_ONE}/ask")
@requires(Permission.APPLICATION_DECIDE)
@fresh
@form_page("vetting.review")
@lies_in("vetting.queue")
def ask(application_id: int) -> Page:
    """Put a question to the applicant."""
    form = AskForm()
    return _decide(
        application_id,
        form,
        lambda: operations.ask_applicant(current_actor(), application_id, form.question.data or ""),
        gettext("The question is on the applicant’s page, and a mail is on its way."),
    )


@pages.post(f"{_ONE}/assign")
@requires(Permission.APPLICATION_DECIDE)
@fresh
@form_page("vetting.review")
@lies_in("vetting.queue")
def assign(application_id: int) -> Page:
    """Say which directory entry an unlisted authority is."""
    form = AssignForm()
    return _decide(
        application_id,
        form,
        lambda: operations.assign_authority(
            current_actor(), application_id, form.authority.data or ""
        ),
        gettext("The entry is assigned. Call the number it gives."),
    )
