"""Pages of vetting."""

from flask import Blueprint

from forum.policy import Permission
from forum.web.access import public, requires

pages = Blueprint("vetting", __name__)


@pages.route("/request-access", methods=["GET", "POST"])
@public
def request_access() -> str:
    """request_access."""
    return ""


@pages.route("/moderation/queue", methods=["GET"])
@requires(Permission.APPLICATION_READ)
def queue() -> str:
    """queue."""
    return ""
