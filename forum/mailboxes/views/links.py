"""What lies behind mailed links: one button each, because programs open links and press none."""

from collections.abc import Callable

from flask import Response, make_response, render_template, url_for

from forum.core.errors import NotFound
from forum.core.services import services
from forum.mailboxes import operations, queries, yearly
from forum.mailboxes.views.pages import pages, to
from forum.web.access import form_page, public
from forum.web.forms import BaseForm
from forum.web.limits import MAILBOX_LINKS, PROVING


@pages.route("/mailbox/prove/<token>", methods=["GET", "POST"])
@MAILBOX_LINKS
@public
@form_page()
@PROVING
def prove(token: str) -> Response:
    """For whoever reads the new mailbox."""
    return _pressed(token, queries.change_to_prove, operations.prove_new_mailbox, "prove")


@pages.route("/mailbox/stop/<token>", methods=["GET", "POST"])
@MAILBOX_LINKS
@public
@form_page()
@PROVING
def stop(token: str) -> Response:
    """For whoever reads the old mailbox."""
    return _pressed(token, queries.change_to_stop, operations.stop_change, "stop")


@pages.route("/mailbox/renew/<token>", methods=["GET", "POST"])
@MAILBOX_LINKS
@public
@form_page()
def renew(token: str) -> Response:
    """For whoever reads a mailbox that is proved once a year."""
    return _pressed(token, yearly.mailbox_to_renew, operations.renew_mailbox, "renew")


@pages.get("/mailbox/done/<any(prove, stop, renew):what>")
@public
def done(what: str) -> str:
    """What the button did; says nothing about anybody."""
    hours = services().settings.mailbox_change_wait_hours
    return render_template("mailboxes/pressed.html", what=what, hours=hours)


def _pressed(
    token: str, look: Callable[[str], object], act: Callable[[str], object], what: str
) -> Response:
    """The page with the button; after the button, what it did."""
    form = BaseForm()
    try:
        behind = look(token)
        if form.validate_on_submit():
            act(token)
            return to(url_for(".done", what=what))
    except NotFound:
        return make_response(render_template("mailboxes/link_is_over.html"), 404)
    page = render_template("mailboxes/press.html", form=form, what=what, behind=behind)
    return make_response(page, 422 if form.is_submitted() else 200)
