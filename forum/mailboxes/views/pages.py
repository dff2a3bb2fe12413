"""What the pages about mailboxes hang on."""

from typing import Final

from flask import Blueprint, Response, make_response, redirect

pages: Final = Blueprint("mailboxes", __name__)


def to(address: str) -> Response:
    """On to another page, after something was done."""
    return make_response(redirect(address, 303))
