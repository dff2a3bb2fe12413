"""One's own mailbox, and changing it."""

from flask import Response, flash, make_response, render_template, url_for
from flask_babel import gettext
from flask_limiter.errors import RateLimitExceeded

from forum.core.errors import Conflict, Invalid
from forum.core.services import services
from forum.mailboxes import operations, queries, words, yearly
from forum.mailboxes.forms import NewMailboxForm
from forum.mailboxes.views.pages import pages, to
from forum.policy import Permission
from forum.web.access import current_actor, form_page, fresh, lies_in, requires
from forum.web.forms import BaseForm
from forum.web.limits import MAILBOX_CHANGES, MAILBOX_RENEWALS
from forum.web.session import number_of_session


@pages.get("/settings/email")
@requires(Permission.ACCOUNT_USE)
def own() -> str:
    """The address in use, and how far a change of it is."""
    actor = current_actor()
    member = queries.own_member(actor)
    return render_template(
        "mailboxes/own.html",
        member=member,
        proof=yearly.proof_of(member),
        change=queries.latest_change(actor),
        form=BaseForm(),
        words=words,
        secretariat_email=services().settings.secretariat_email,
    )


@pages.route("/settings/email/change", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@fresh
@form_page()
@lies_in("mailboxes.own")
def change() -> Response:
    """Ask for another address."""
    form = NewMailboxForm()
    if form.validate_on_submit():
        try:
            _ask(form.email.data or "")
        except Invalid as error:
            form.refuse(error)
        except RateLimitExceeded:
            form.form_errors.append(
                gettext("You asked five times within a day. Ask again tomorrow.")
            )
        else:
            flash(gettext("A link is on its way to the new mailbox. Press the button there."), "ok")
            return to(url_for(".own"))
    member, settings = queries.own_member(current_actor()), services().settings
    page = render_template("mailboxes/change.html", form=form, member=member, settings=settings)
    return make_response(page, 422 if form.is_submitted() else 200)


@MAILBOX_CHANGES
def _ask(address: str) -> None:
    operations.ask_for_change(current_actor(), number_of_session(), address)


@pages.post("/settings/email/withdraw")
@requires(Permission.ACCOUNT_USE)
@lies_in("mailboxes.own")
def withdraw() -> Response:
    """Give a change up: whoever is signed in may always leave things as they are."""
    try:
        operations.withdraw_change(current_actor(), number_of_session())
    except Conflict as error:
        flash(gettext(str(error)), "warn")
    else:
        flash(gettext("The change is given up. Your address stays as it is."), "ok")
    return to(url_for(".own"))


@pages.post("/settings/email/prove")
@requires(Permission.ACCOUNT_USE)
@lies_in("mailboxes.own")
def prove_now() -> Response:
    """A link to one's own mailbox, before or after it is asked for."""
    try:
        _mail_link()
    except RateLimitExceeded:
        flash(gettext("You had five links sent within an hour. Use the newest one."), "warn")
    else:
        flash(gettext("A link is on its way to your mailbox. Press the button there."), "ok")
    return to(url_for(".own"))


@MAILBOX_RENEWALS
def _mail_link() -> None:
    operations.mail_renewal(current_actor())
