"""Asking for access, and seeing how far it is."""

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from forum.core.errors import Invalid, TooMany
from forum.core.services import services
from forum.reference.languages import LANGUAGES, OF_THE_UNITED_NATIONS
from forum.reference.queries import state_with, states
from forum.reference.words import function_label, language_name
from forum.vetting import operations, queries
from forum.vetting.forms import AnswerForm, DetailsForm
from forum.vetting.operations import Claim
from forum.vetting.queries import UNLISTED
from forum.vetting.views.pages import pages
from forum.web.access import current_actor, form_page, public
from forum.web.limits import APPLYING
from forum.web.templating import zone_label

Page = Response | tuple[str, int]


@pages.route("/request-access", methods=["GET", "POST"])
@public
@form_page()
@APPLYING
def request_access() -> str | Page:
    """State, then authority, then details: three pages at one address, so that back is safe."""
    if request.method == "POST":
        return _take_application()
    given = request.args.get("state")
    if given is None:
        return _state_page()
    state = state_with(given)
    if state is None:
        return _state_page(gettext("Choose a State from the list.")), 422
    authority = request.args.get("authority")
    if authority is None:
        return _authority_page(state)
    if authority != UNLISTED and queries.authority_to_claim(state.code, authority) is None:
        return _authority_page(
            state, gettext("Choose one of these, or say that it is not listed.")
        ), 422
    return _details_page(DetailsForm(data={"state": state.code, "authority": authority}))


def _state_page(problem: str = "") -> str:
    return render_template(
        "vetting/state.html", states=states(), problem=problem, has_errors=bool(problem)
    )


def _authority_page(state: Any, problem: str = "") -> str:
    return render_template(
        "vetting/authority.html",
        state=state,
        choices=queries.authorities_to_claim(state.code),
        label=function_label,
        unlisted=UNLISTED,
        problem=problem,
        has_errors=bool(problem),
    )


def _details_page(form: DetailsForm) -> str:
    state = state_with(form.state.data or "")
    choice = queries.authority_to_claim(state.code, form.authority.data or "") if state else None
    own = [code for code in (state.official_languages if state else []) if code in LANGUAGES]
    first = list(dict.fromkeys([*own, *OF_THE_UNITED_NATIONS]))
    others = sorted(set(LANGUAGES) - set(first), key=language_name)
    return render_template(
        "vetting/details.html",
        form=form,
        state=state,
        choice=choice,
        is_unlisted=form.authority.data == UNLISTED,
        first_languages=[(code, language_name(code)) for code in first],
        other_languages=[(code, language_name(code)) for code in others],
    )


def _take_application() -> Page:
    form = DetailsForm()
    if not form.validate_on_submit():
        return _details_page(form), 422
    claim = Claim(
        state=form.state.data or "",
        authority=form.authority.data or "",
        unlisted_authority=form.unlisted_authority.data or "",
        name=form.name.data or "",
        post=form.post.data or "",
        email=form.email.data or "",
        languages=tuple(dict.fromkeys(form.languages.data or ())),
        reason=form.reason.data or "",
    )
    try:
        reference = operations.send_application(
            claim, once=form.once.data or "", address=request.remote_addr or ""
        )
    except Invalid as error:
        form.refuse(error)
        return _details_page(form), 422
    except TooMany as error:
        form.form_errors.append(_too_many(error))
        response = make_response(_details_page(form), 429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    return _to_status(reference)


def _too_many(error: TooMany) -> str:
    minutes = max(1, -(-error.retry_after // 60))
    return str(
        ngettext(
            "Too many came from your network. Try again in %(num)d minute; keep this page open.",
            "Too many came from your network. Try again in %(num)d minutes; keep this page open.",
            minutes,
        )
    )


@pages.get("/request-access/<reference>")
@public
def status(reference: str) -> Response:
    """How far an application is, for whoever holds this address."""
    return _status_page(reference, AnswerForm(formdata=None))


def _status_page(reference: str, form: AnswerForm) -> Response:
    application = queries.application_under(reference)
    response = _unlisted_page(
        "vetting/status.html", application=application, reference=reference, form=form
    )
    response.status_code = 422 if form.errors else 200
    return response


@pages.post("/request-access/<reference>/answer")
@public
@form_page("vetting.status")
@APPLYING
def answer(reference: str) -> Response:
    """Answer what the Secretariat asked."""
    form = AnswerForm()
    if not form.validate_on_submit():
        return _status_page(reference, form)
    try:
        is_kept = operations.answer_moderators(reference, form.answer.data or "")
    except Invalid as error:
        form.refuse(error)
        return _status_page(reference, form)
    if is_kept:
        flash(gettext("Your answer is with the Secretariat."), "ok")
    else:
        flash(gettext("Nothing is asked of you now. What you sent was not kept."), "warn")
    return _to_status(reference)


@pages.route("/request-access/<reference>/withdraw", methods=["GET", "POST"])
@public
@APPLYING
def withdraw(reference: str) -> Response:
    """Take the application back, once that is confirmed."""
    if request.method == "POST":
        if operations.withdraw_application(reference):
            flash(gettext("The application is withdrawn."), "ok")
        return _to_status(reference)
    application = queries.application_under(reference)
    if not application.status.is_open:
        return _to_status(reference)
    return _unlisted_page("vetting/withdraw.html", application=application, reference=reference)


@pages.post("/request-access/<reference>/mail")
@public
@APPLYING
def send_again(reference: str) -> Page:
    """Mail the link again that proves the mailbox."""
    if operations.send_proof_again(reference):
        flash(gettext("A new link is on its way. Those mailed before no longer work."), "ok")
    return _to_status(reference)


@pages.route("/request-access/<reference>/prove/<token>", methods=["GET", "POST"])
@public
@APPLYING
def prove(reference: str, token: str) -> Response:
    """The mailed link: a page with one button. Opening it spends nothing, for scanners do that."""
    if request.method == "POST" and operations.prove_mailbox(reference, token):
        flash(gettext("Your mailbox is proved."), "ok")
        return _to_status(reference)
    application = queries.application_under(reference)
    link = queries.link_state(application, token)
    response = _unlisted_page(
        "vetting/prove.html", application=application, reference=reference, link=link
    )
    response.status_code = 200 if link == queries.LinkState.GOOD else 410
    return response


def _to_status(reference: str) -> Response:
    return make_response(redirect(url_for(".status", reference=reference), 303))


def _unlisted_page(template: str, **facts: Any) -> Response:
    """A page that only its address protects: no index may list it."""
    response = make_response(
        render_template(
            template,
            secretariat_email=services().settings.secretariat_email,
            zone=zone_label(current_actor().zone),
            **facts,
        )
    )
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
