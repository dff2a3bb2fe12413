"""The cases as moderators see them: the queue, one with its evidence, and what can be decided.

As with applications, the evidence can be read; the forms that decide are shown, and taken, only
after a recent proof of password and code (security.md H4).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Response, flash, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound as NoSuchPage

from forum.core.errors import Conflict, Invalid
from forum.core.typed import row_number
from forum.policy import Permission
from forum.recovery import operations, queries, words
from forum.recovery.forms import ApproveForm, CaseCallForm, DeclineForm
from forum.recovery.queries import Kind
from forum.recovery.views.pages import pages, to
from forum.web.access import current_actor, form_page, fresh, is_freshly_proved, lies_in, requires
from forum.web.forms import BaseForm
from forum.web.templating import zone_label

Page = Response | tuple[str, int]

_ONE: Final = "/moderation/recoveries/<int:case_id>"


@pages.get("/moderation/recoveries")
@requires(Permission.RECOVERY_READ)
@lies_in("vetting.queue")
def queue() -> str:
    """The cases that go on, oldest first, or those that are over."""
    wanted = request.args.get("kind", Kind.OPEN)
    if wanted not in list(Kind):
        raise NoSuchPage
    kind, actor, asked = Kind(wanted), current_actor(), request.args
    found = queries.cases_for(actor, kind, before=asked.get("before"), after=asked.get("after"))
    return render_template(
        "recovery/queue.html",
        page=found,
        kind=kind,
        kinds=words.KINDS,
        counts=queries.counts_for(actor),
        stages=words.STAGES,
    )


@pages.get(_ONE)
@requires(Permission.RECOVERY_READ)
@lies_in("vetting.queue")
def review(case_id: int) -> str:
    """One case: evidence as a checklist, and the decision."""
    return _review(case_id)


def _review(case_id: int, sent: BaseForm | None = None, problem: str = "") -> str:
    """The case with its forms; `sent` is the one that came back."""
    actor = current_actor()
    found = queries.review_for(actor, case_id)
    forms = _forms(case_id, found, sent)
    return render_template(
        "recovery/review.html",
        review=found,
        case=found.case,
        forms=forms,
        has_errors=bool(problem) or any(form.errors for form in forms.values()),
        problem=problem,
        is_fresh=is_freshly_proved(),
        lacks=[gettext(operations.LACKS[need]) for need in operations.lacks(actor, found.case)],
        words=words,
        zone_label=zone_label,
    )


def _forms(case_id: int, found: queries.Review, sent: BaseForm | None) -> Mapping[str, BaseForm]:
    """One for each thing to do, filled with what was typed in vain before."""

    def form(kind: type[BaseForm], endpoint: str) -> Any:
        if isinstance(sent, kind):
            return sent
        if request.method == "POST":
            return kind(formdata=None)
        return kind(action=url_for(endpoint, case_id=case_id))

    call_back = form(CaseCallForm, ".record_call_back")
    lines = [*found.numbers, *found.numbers_elsewhere]
    call_back.show(lacks_password=found.case.lacks_password)
    call_back.offer([(str(line.id), line.value) for line in lines])
    return {
        "call_back": call_back,
        "approve": form(ApproveForm, ".approve"),
        "decline": form(DeclineForm, ".decline"),
    }


def _decide(case_id: int, form: BaseForm, act: Callable[[], object], done: str) -> Page:
    """Do what a form asks; what was typed comes back with the reason if it cannot be done."""
    if not form.validate_on_submit():
        return _review(case_id, form), 422
    try:
        act()
    except Invalid as error:
        form.refuse(error)
        return _review(case_id, form), 422
    except Conflict as error:
        return _review(case_id, form, gettext(str(error))), 409
    flash(done, "ok")
    return to(url_for(".review", case_id=case_id))


@pages.post(f"{_ONE}/call-back")
@requires(Permission.RECOVERY_DECIDE)
@fresh
@form_page("recovery.review")
@lies_in("vetting.queue")
def record_call_back(case_id: int) -> Page:
    """Note how the call ended."""
    form = CaseCallForm()

    def note() -> None:
        is_confirmed = operations.record_call_back(
            current_actor(),
            case_id,
            number=row_number(form.number.data or "") or 0,
            mission=form.called_mission,
            outcome=form.outcome.data or "",
            words=form.words.data or "",
            note=form.note.data or "",
            lacks_password=form.was_shown,
        )
        if not is_confirmed:
            raise Invalid(
                "words",
                gettext("These are not the words on the member’s page, so nothing was confirmed."),
            )

    return _decide(case_id, form, note, gettext("The call-back is recorded."))


@pages.post(f"{_ONE}/approve")
@requires(Permission.RECOVERY_DECIDE)
@fresh
@form_page("recovery.review")
@lies_in("vetting.queue")
def approve(case_id: int) -> Page:
    """Let the wait begin."""
    return _decide(
        case_id,
        ApproveForm(),
        lambda: operations.approve(current_actor(), case_id),
        gettext("Approved. Everybody concerned is told, and can stop it while it waits."),
    )


@pages.post(f"{_ONE}/decline")
@requires(Permission.RECOVERY_DECIDE)
@fresh
@form_page("recovery.review")
@lies_in("vetting.queue")
def decline(case_id: int) -> Page:
    """End the case without a new factor."""
    form = DeclineForm()
    return _decide(
        case_id,
        form,
        lambda: operations.decline(current_actor(), case_id, form.reason.data or ""),
        gettext("The case is closed. The old second factor stays as it is."),
    )
