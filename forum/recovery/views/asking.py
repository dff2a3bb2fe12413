"""Asking for a new second factor, and the page of the case."""

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext

from forum.core.errors import Conflict, TooMany
from forum.core.secrets import new_token
from forum.core.services import services
from forum.recovery import operations, queries
from forum.recovery.forms import AskForm, BeginForm, SayPasswordForm
from forum.recovery.views.pages import link_is_over, page, pages, this_browser, to, unlisted
from forum.web.access import current_actor, form_page, public
from forum.web.limits import PRESSING, PROVING, RECOVERIES

_CASE = "/recover/second-factor/<reference>"


@pages.route("/recover/second-factor", methods=["GET", "POST"])
@public
@form_page()
@PROVING
def ask() -> Response:
    """For whoever has neither app nor recovery code: a link that begins the case, by mail."""
    form = AskForm()
    if not form.validate_on_submit():
        return page("recovery/ask.html", form)
    _ask(form.email.data or "", is_stolen=bool(form.stolen.data))
    return to(url_for(".sent"))


@RECOVERIES
def _ask(address: str, *, is_stolen: bool) -> None:
    operations.ask(address, is_stolen=is_stolen)


@pages.get("/recover/second-factor/sent")
@public
def sent() -> str:
    """The same for everybody, whether or not there is an account."""
    minutes = services().settings.recovery_mail_minutes
    return render_template("recovery/sent.html", minutes=minutes)


@pages.route("/recover/second-factor/begin/<token>", methods=["GET", "POST"])
@public
@form_page()
@PROVING
def begin(token: str) -> Response:
    """The mailed link: a page with one button. Opening it spends nothing, for scanners do that."""
    form = BeginForm(data={"stolen": request.args.get("stolen") == "1"})
    if form.validate_on_submit():
        whose = current_actor().id
        begun = operations.begin(token, is_stolen=bool(form.stolen.data))
        if begun is None:
            return link_is_over()
        if begun.ended_for is not None and begun.ended_for == whose:
            this_browser().begin(new_token())  # its session ended with the others
        return to(url_for(".case", reference=begun.reference))
    if not queries.holds_beginning(token):
        return _where_it_stands(token)
    return page("recovery/begin.html", form)


def _where_it_stands(token: str) -> Response:
    """For somebody who opens the link again: the case it began; else it is over."""
    reference = queries.reference_of(token)
    if queries.is_known(reference):
        return to(url_for(".case", reference=reference))
    return link_is_over()


@pages.get(_CASE)
@public
def case(reference: str) -> Response:
    """How far a case is, for whoever holds this address."""
    return _case(reference)


def _case(reference: str, form: SayPasswordForm | None = None, problem: str = "") -> Response:
    settings, found = services().settings, queries.case_under(reference)
    return unlisted(
        "recovery/case.html",
        case=found,
        form=form or SayPasswordForm(formdata=None, data={"lacks_password": found.lacks_password}),
        problem=problem,
        reference=reference,
        wait_hours=settings.recovery_wait_hours,
        link_minutes=settings.recovery_link_minutes,
        read_only_hours=settings.recovery_read_only_hours,
    )


@pages.post(f"{_CASE}/password")
@public
@form_page("recovery.case")
@PRESSING
def say_password(reference: str) -> Response:
    """Say that the password is lost as well, before anybody gives a word."""
    form = SayPasswordForm()
    if not form.validate_on_submit():
        answer = _case(reference, form)
        answer.status_code = 422
        return answer
    try:
        operations.say_password(reference, is_lost=bool(form.lacks_password.data))
    except Conflict as error:
        answer = _case(reference, problem=gettext(str(error)))
        answer.status_code = 409
        return answer
    flash(gettext("It is noted, and shown to whoever decides."), "ok")
    return to(url_for(".case", reference=reference))


@pages.route(f"{_CASE}/withdraw", methods=["GET", "POST"])
@public
@PRESSING
def withdraw(reference: str) -> Response:
    """Take it back, once that is confirmed."""
    found = queries.case_under(reference)
    if request.method == "POST":
        if operations.stop_from_page(reference):
            flash(gettext("You took it back. Your account stays as it is."), "ok")
        return to(url_for(".case", reference=reference))
    if not found.is_open:
        return to(url_for(".case", reference=reference))
    return unlisted("recovery/withdraw.html", case=found, reference=reference)


@pages.post(f"{_CASE}/link")
@public
@PRESSING
def link_again(reference: str) -> Response:
    """Mail the link to the new factor again."""
    try:
        is_mailed = operations.mail_link_again(reference)
    except TooMany as error:
        flash(gettext("Three links an hour are the most. Try again a little later."), "warn")
        answer = make_response(case(reference), 429)
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    if is_mailed:
        flash(gettext("A new link is on its way. Those mailed before no longer work."), "ok")
    return to(url_for(".case", reference=reference))
