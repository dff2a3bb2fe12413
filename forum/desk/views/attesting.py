"""Do they still stand for the authority? Keep or remove, one press each."""

from collections.abc import Callable

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext

from forum.attestation import lists, operations
from forum.attestation.forms import PressForm
from forum.attestation.schedule import reads_only_from
from forum.attestation.words import stage_words
from forum.core.errors import Conflict
from forum.desk import words
from forum.desk.views.pages import pages
from forum.policy import Permission
from forum.web.access import current_actor, form_page, fresh, lies_in, requires


@pages.get("/desk/attest")
@requires(Permission.MEMBER_ATTEST)
@fresh
@lies_in("desk.members")
def attest() -> str:
    """The members one is asked about."""
    return render_template(
        "desk/attest.html",
        found=lists.desk_list(current_actor()),
        stage_words=stage_words,
        reads_only_from=reads_only_from,
        roles=words.ROLES,
        month=words.month,
    )


@pages.post("/desk/attest/<int:attestation_id>/keep")
@requires(Permission.MEMBER_ATTEST)
@fresh
@form_page("desk.attest")
@lies_in("desk.members")
def keep(attestation_id: int) -> Response:
    """The member still stands for the authority."""
    return _pressed(
        lambda: operations.keep(current_actor(), attestation_id),
        gettext("Confirmed."),
    )


@pages.post("/desk/attest/<int:attestation_id>/remove")
@requires(Permission.MEMBER_ATTEST)
@fresh
@form_page("desk.attest")
@lies_in("desk.members")
def remove(attestation_id: int) -> Response:
    """The member stands for the authority no more."""
    return _pressed(
        lambda: operations.remove(current_actor(), attestation_id),
        gettext("Removed: access for the authority and all sessions ended now."),
    )


def _pressed(act: Callable[[], None], done: str) -> Response:
    if not PressForm().validate_on_submit():
        flash(gettext("This page had been open too long. Press again."), "warn")
    else:
        try:
            act()
        except Conflict as error:
            flash(gettext(str(error)), "warn")
        else:
            flash(done, "ok")
    return make_response(redirect(url_for(".attest"), 303))
