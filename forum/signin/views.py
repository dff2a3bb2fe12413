"""Pages of signin."""

from flask import Blueprint

from forum.policy import Permission
from forum.web.access import public, requires

pages = Blueprint("signin", __name__)


@pages.route("/sign-in", methods=["GET", "POST"])
@public
def password() -> str:
    """password."""
    return ""


@pages.route("/sign-out", methods=["POST"])
@public
def sign_out() -> str:
    """sign_out."""
    return ""


@pages.route("/confirm", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
def confirm() -> str:
    """confirm."""
    return ""
