"""The passkeys of one's account: seen, added, named, removed."""

from flask import Response, flash, render_template, url_for
from flask_babel import gettext

from forum.core.errors import Conflict, Invalid
from forum.policy import Permission
from forum.signin import operations, protection
from forum.signin.forms import NewPasskeyForm, PasskeyNameForm
from forum.signin.operations import Declined
from forum.signin.views.arriving import declined_words
from forum.signin.views.pages import here, host_of_site, page, pages, this_browser, to
from forum.web.access import current_actor, form_page, fresh, requires
from forum.web.forms import BaseForm


@pages.get("/settings/security/passkeys")
@requires(Permission.ACCOUNT_USE)
def passkeys() -> str:
    """All passkeys of the account, with dates."""
    found = protection.passkeys_of(current_actor())
    return render_template("settings/passkeys.html", passkeys=found)


@pages.route("/settings/security/passkeys/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@fresh
@form_page()
def add_passkey() -> Response:
    """Another passkey: its name typed here, the rest between the browser and a device."""
    form = NewPasskeyForm()
    if protection.passkeys_of(current_actor()).is_full:
        flash(gettext("You have ten passkeys. Remove one before you add another."), "warn")
        return to(url_for(".passkeys"))
    if not form.validate_on_submit():
        return page("settings/new_passkey.html", form, host=host_of_site())
    name, answer = form.name.data or "", form.passkey.data or ""
    outcome = operations.add_passkey(current_actor(), here(), this_browser().token, name, answer)
    if isinstance(outcome, Declined):
        form.refuse(Invalid("", declined_words(outcome)))
        return page("settings/new_passkey.html", form, host=host_of_site())
    flash(
        gettext("The passkey is in use: %(name)s. Your other sessions are ended.", name=name),
        "ok",
    )
    return to(url_for(".passkeys"))


@pages.route("/settings/security/passkeys/<int:passkey_id>/name", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@form_page()
def rename_passkey(passkey_id: int) -> Response:
    """Another name for a passkey."""
    found = protection.passkey_shown(current_actor(), passkey_id)
    form = PasskeyNameForm(data={"name": found.name})
    if not form.validate_on_submit():
        return page("settings/rename_passkey.html", form, passkey=found)
    name = form.name.data or ""
    operations.rename_passkey(current_actor(), passkey_id, name)
    flash(gettext("The passkey is now called %(name)s.", name=name), "ok")
    return to(url_for(".passkeys"))


@pages.route("/settings/security/passkeys/<int:passkey_id>/remove", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@fresh
@form_page()
def remove_passkey(passkey_id: int) -> Response:
    """The end of a passkey."""
    found = protection.passkey_shown(current_actor(), passkey_id)
    form = BaseForm()
    if not form.validate_on_submit():
        return page("settings/remove_passkey.html", form, passkey=found)
    try:
        operations.remove_passkey(current_actor(), here(), passkey_id)
    except Conflict as error:
        flash(gettext(str(error)), "warn")
        return to(url_for(".passkeys"))
    flash(
        gettext(
            "The passkey is removed: %(name)s. Your other sessions are ended.", name=found.name
        ),
        "ok",
    )
    return to(url_for(".passkeys"))
