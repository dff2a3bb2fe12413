"""What a browser has a passkey sign, asked for by the script that hands it on.

JSON, and only for a script; each answer comes back as a form, to the page that asked.
"""

from flask import Response, abort

from forum.policy import Permission
from forum.signin import operations
from forum.signin.views.arriving import onward, second_step, start_again
from forum.signin.views.pages import here, pages, this_browser
from forum.web.access import current_actor, form_page, fresh, public, requires
from forum.web.forms import BaseForm
from forum.web.limits import PASSKEYS


@pages.post("/sign-in/challenge")
@public
@form_page("signin.password")
@PASSKEYS
def sign_in_challenge() -> Response:
    """For a passkey alone; the same whoever asks."""
    if current_actor().is_authenticated:
        return onward(None)
    _require_form_token()
    return _json(operations.begin_sign_in(this_browser().token))


@pages.post("/sign-in/code/challenge")
@public
@form_page("signin.code")
@PASSKEYS
def second_step_challenge() -> Response:
    """For a passkey of the account whose password was right in this browser."""
    if current_actor().is_authenticated:
        return onward(None)
    _require_form_token()
    begun = second_step()
    if begun is None:
        return start_again()
    return _json(operations.begin_second_step(begun.member_id, this_browser().token))


@pages.post("/confirm/challenge")
@requires(Permission.ACCOUNT_USE)
@form_page("signin.confirm")
def confirm_challenge() -> Response:
    """For a passkey of the member whose session this is."""
    _require_form_token()
    return _json(operations.begin_confirmation(current_actor().id or 0, this_browser().token))


@pages.post("/settings/security/passkeys/challenge")
@requires(Permission.ACCOUNT_USE)
@fresh
@form_page("signin.add_passkey")
def new_passkey_challenge() -> Response:
    """For a passkey that is to be made."""
    _require_form_token()
    return _json(operations.begin_passkey(current_actor(), here(), this_browser().token))


def _require_form_token() -> None:
    """The script takes any other answer as a sign to send its form without a proof: the page then
    says why."""
    if not BaseForm().validate_on_submit():
        abort(400)


def _json(options: str) -> Response:
    return Response(options, mimetype="application/json")
