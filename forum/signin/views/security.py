"""What protects one's account."""

from flask import Response, render_template, url_for

from forum.policy import Permission
from forum.signin import protection
from forum.signin.views.pages import pages, to
from forum.web.access import current_actor, requires


@pages.get("/settings")
@requires(Permission.ACCOUNT_USE)
def settings() -> Response:
    """The first page of the settings."""
    return to(url_for(".security"))


@pages.get("/settings/security")
@requires(Permission.ACCOUNT_USE)
def security() -> str:
    """What protects the account, with dates."""
    found = protection.protection_of(current_actor())
    return render_template("settings/security.html", protection=found)
