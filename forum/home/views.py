"""Pages of home."""

from flask import Blueprint

from forum.web.access import public

pages = Blueprint("home", __name__)


@pages.route("/", methods=["GET"])
@public
def today() -> str:
    """today."""
    return ""


@pages.route("/language", methods=["POST"])
@public
def language() -> str:
    """language."""
    return ""


@pages.route("/about", methods=["GET"])
@public
def about() -> str:
    """about."""
    return ""


@pages.route("/handling", methods=["GET"])
@public
def handling() -> str:
    """handling."""
    return ""


@pages.route("/privacy", methods=["GET"])
@public
def privacy() -> str:
    """privacy."""
    return ""


@pages.route("/accessibility", methods=["GET"])
@public
def accessibility() -> str:
    """accessibility."""
    return ""
