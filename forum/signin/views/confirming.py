"""Proving oneself again, for what needs a recent proof."""

from functools import partial

from flask import Response
from flask_babel import gettext

from forum.core.errors import Invalid, TooMany
from forum.policy import Permission
from forum.signin import operations
from forum.signin.forms import ConfirmForm, PasskeyForm, tries_left
from forum.signin.held import Duty, duty_of, has_passkeys
from forum.signin.operations import Confirmed, PasskeyNeeded, Throttled
from forum.signin.views.arriving import asked_for, declined_words, onward
from forum.signin.views.pages import here, host_of_site, page, pages, this_browser
from forum.web.access import current_actor, form_page, requires


@pages.route("/confirm", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@form_page()
def confirm() -> Response:
    """Both factors again: password and code, or a passkey."""
    form, passkey, actor = ConfirmForm(), PasskeyForm(), current_actor()
    member_id = actor.id or 0
    show = partial(
        page,
        "signin/confirm.html",
        form,
        passkey=passkey,
        has_passkeys=has_passkeys(member_id),
        by_passkey_only=duty_of(member_id, is_staff=actor.is_staff) is Duty.USE,
        host=host_of_site(),
    )
    if passkey.is_sent:
        if not passkey.validate_on_submit():
            return show()
        answer = passkey.passkey.data or ""
        proved = operations.confirm_with_passkey(here(), this_browser().token, answer)
        if isinstance(proved, Confirmed):
            return _confirmed(proved)
        passkey.refuse(Invalid("", declined_words(proved)))
        return show()
    if not form.validate_on_submit():
        return show()
    outcome = operations.confirm(here(), form.password.data or "", form.code.data or "")
    if isinstance(outcome, Throttled):
        raise TooMany(outcome.retry_after)
    if isinstance(outcome, Confirmed):
        return _confirmed(outcome)
    if isinstance(outcome, PasskeyNeeded):
        form.refuse(Invalid("", declined_words(outcome)))
    else:
        wrong = gettext("The password is not right, or the code has expired or was used.")
        form.refuse(Invalid("", f"{wrong} {tries_left(outcome)}"))
    return show()


def _confirmed(outcome: Confirmed) -> Response:
    this_browser().renew(outcome.token)
    return onward(asked_for())
