"""Erasures, for the moderators who decide on them."""

from collections.abc import Callable

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from forum.core.errors import Conflict, Invalid
from forum.directory.words import ROLES
from forum.owndata import operations, queries, words
from forum.owndata.forms import ApprovalForm, RefusalForm
from forum.owndata.views.pages import pages
from forum.policy import Permission, allows
from forum.web.access import current_actor, form_page, fresh, lies_in, requires
from forum.web.forms import BaseForm

Page = Response | tuple[str, int]


@pages.get("/moderation/erasures")
@requires(Permission.ERASURE_READ)
@lies_in("vetting.queue")
def erasures() -> str:
    """Those that wait, and those that are over."""
    found = queries.erasures_for(
        current_actor(), before=request.args.get("before"), after=request.args.get("after")
    )
    return render_template("owndata/erasures.html", page=found, state_words=words.state_words)


@pages.get("/moderation/erasures/<int:erasure_id>")
@requires(Permission.ERASURE_READ)
@fresh
@lies_in("vetting.queue")
def erasure(erasure_id: int) -> str:
    """One of them, with the forms to decide on it."""
    return _page(erasure_id)


def _page(erasure_id: int, sent: BaseForm | None = None, problem: str = "") -> str:
    """The erasure with its forms; `sent` is the one that came back."""
    actor, found = current_actor(), queries.erasure_for(current_actor(), erasure_id)
    approval, refusal = (
        sent if isinstance(sent, kind) else _form(kind, endpoint, erasure_id)
        for kind, endpoint in ((ApprovalForm, ".approve_erasure"), (RefusalForm, ".refuse_erasure"))
    )
    decides = Permission.ERASURE_DECIDE
    return render_template(
        "owndata/erasure_to_decide.html",
        erasure=found,
        standings=queries.standings_of(found),
        state_words=words.state_words,
        roles=ROLES,
        approval=approval,
        refusal=refusal,
        problem=problem,
        has_errors=bool(problem or approval.errors or refusal.errors),
        may_approve=found.is_open and allows(actor, decides, queries.subject_of(found)),
        may_refuse=found.is_open
        and allows(actor, decides, queries.subject_of(found, is_approval=False)),
    )


def _form(kind: type[BaseForm], endpoint: str, erasure_id: int) -> BaseForm:
    if request.method == "POST":
        return kind(formdata=None)
    return kind(action=url_for(endpoint, erasure_id=erasure_id))


def _decide(
    erasure_id: int, form: BaseForm, act: Callable[[], object], done: Callable[[], str]
) -> Page:
    """Do what a form asks; what was typed comes back with the reason if it cannot be done."""
    if not form.validate_on_submit():
        return _page(erasure_id, form), 422
    try:
        act()
    except Invalid as error:
        form.refuse(error)
        return _page(erasure_id, form), 422
    except Conflict as error:
        return _page(erasure_id, form, gettext(str(error))), 409
    flash(done(), "ok")
    return make_response(redirect(url_for(".erasure", erasure_id=erasure_id), 303))


@pages.post("/moderation/erasures/<int:erasure_id>/approve")
@requires(Permission.ERASURE_DECIDE)
@fresh
@form_page("owndata.erasure")
@lies_in("vetting.queue")
def approve_erasure(erasure_id: int) -> Page:
    """The first approval, or the second, which erases."""
    outcome: list[bool] = []

    def done() -> str:
        if outcome[0]:
            return str(gettext("The account is erased."))
        return str(gettext("You approved it. Another moderator must approve it too."))

    return _decide(
        erasure_id,
        ApprovalForm(),
        lambda: outcome.append(operations.approve_erasure(current_actor(), erasure_id)),
        done,
    )


@pages.post("/moderation/erasures/<int:erasure_id>/refuse")
@requires(Permission.ERASURE_DECIDE)
@fresh
@form_page("owndata.erasure")
@lies_in("vetting.queue")
def refuse_erasure(erasure_id: int) -> Page:
    """Say no, with a reason."""
    form = RefusalForm()
    return _decide(
        erasure_id,
        form,
        lambda: operations.refuse_erasure(current_actor(), erasure_id, form.reason.data or ""),
        lambda: gettext("It is refused. A mail is on its way."),
    )
