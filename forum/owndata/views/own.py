"""What is held about oneself: a copy to take home, and having it erased.

Whoever does not accept the house rules can still take the own data and go.
"""

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from forum.core import clock
from forum.core.errors import Conflict
from forum.core.services import services
from forum.owndata import operations, queries
from forum.owndata.forms import ErasureForm
from forum.owndata.views.pages import pages
from forum.policy import Permission
from forum.web.access import before_rules, current_actor, form_page, fresh, requires
from forum.web.forms import BaseForm
from forum.web.limits import ERASURES, EXPORTS


@pages.get("/settings/data")
@requires(Permission.ACCOUNT_USE)
@before_rules
def data() -> str:
    """What is held about the member, and what can be done about it."""
    return _page(BaseForm(action=url_for(".withdraw_erasure")))


def _page(withdrawal: BaseForm) -> str:
    return render_template(
        "owndata/data.html",
        export=queries.latest_export_of(current_actor()),
        erasure=queries.latest_erasure_of(current_actor()),
        form=withdrawal,
        secretariat_email=services().settings.secretariat_email,
    )


@pages.route("/settings/data/export", methods=["GET", "POST"])
@EXPORTS
@requires(Permission.ACCOUNT_USE)
@before_rules
@fresh
@form_page()
def export() -> Response:
    """Ask for a copy of all that is held."""
    form = BaseForm()
    if not form.validate_on_submit():
        page = render_template(
            "owndata/export.html", form=form, hours=services().settings.export_hours
        )
        return make_response(page, 422 if request.method == "POST" else 200)
    if operations.ask_export(current_actor()):
        flash(gettext("Your copy is being made. A mail tells you when it is there."), "ok")
    else:
        flash(gettext("A copy is being made already. A mail tells you when it is there."), "warn")
    return make_response(redirect(url_for(".data"), 303))


@pages.get("/settings/data/exports/<int:export_id>")
@requires(Permission.ACCOUNT_USE)
@before_rules
@fresh
def download(export_id: int) -> Response:
    """The copy itself, for its day."""
    content = operations.download(current_actor(), export_id)
    response = Response(content, content_type="application/zip")
    name = f"counterpart-data-{clock.now().date().isoformat()}.zip"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@pages.route("/settings/data/erasure", methods=["GET", "POST"])
@ERASURES
@requires(Permission.ACCOUNT_USE)
@before_rules
@fresh
@form_page()
def ask_erasure() -> Response:
    """What being erased means, and asking for it."""
    form, problem = ErasureForm(), ""
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            is_new = operations.ask_erasure(current_actor(), form.reason.data or "")
        except Conflict as error:
            problem, status = gettext(str(error)), 409
        else:
            if is_new:
                flash(gettext("Two moderators decide now. Until then you can withdraw it."), "ok")
            else:
                flash(gettext("You had asked for it already."), "warn")
            return make_response(redirect(url_for(".data"), 303))
    page = render_template(
        "owndata/erasure.html",
        form=form,
        problem=problem,
        has_errors=bool(problem or form.errors),
        roles=queries.roles_of(current_actor()),
        secretariat_email=services().settings.secretariat_email,
    )
    return make_response(page, status)


@pages.post("/settings/data/erasure/withdraw")
@requires(Permission.ACCOUNT_USE)
@before_rules
@form_page("owndata.data")
def withdraw_erasure() -> Response:
    """Take the wish back."""
    form = BaseForm()
    if not form.validate_on_submit():
        return make_response(_page(form), 422)
    if operations.withdraw_erasure(current_actor()):
        flash(gettext("It is withdrawn. Your account goes on as it is."), "ok")
    else:
        flash(gettext("There is nothing to withdraw."), "warn")
    return make_response(redirect(url_for(".data"), 303))
