"""Pages of directory."""

from flask import Blueprint

from forum.web.access import public

pages = Blueprint("directory", __name__)


@pages.route("/directory", methods=["GET"])
@public
def index() -> str:
    """index."""
    return ""
