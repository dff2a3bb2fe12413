"""Pages of discussion."""

from flask import Blueprint

from forum.policy import Permission
from forum.web.access import requires

pages = Blueprint("discussion", __name__)


@pages.route("/boards", methods=["GET"])
@requires(Permission.BOARD_READ)
def boards() -> str:
    """boards."""
    return ""


@pages.route("/threads", methods=["GET"])
@requires(Permission.BOARD_READ)
def threads() -> str:
    """threads."""
    return ""


@pages.route("/threads/<int:thread_id>", methods=["GET"])
@requires(Permission.THREAD_READ)
def thread(thread_id: int) -> str:
    """thread."""
    return ""
