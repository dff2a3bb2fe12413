"""Pages of people."""

from flask import Blueprint

from forum.policy import Permission
from forum.web.access import requires

pages = Blueprint("people", __name__)


@pages.route("/members/<int:member_id>", methods=["GET"])
@requires(Permission.MEMBER_READ)
def member(member_id: int) -> str:
    """member."""
    return ""
