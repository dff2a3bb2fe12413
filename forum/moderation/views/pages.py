"""What the pages of moderation hang on."""

from typing import Final

from flask import Blueprint

pages: Final = Blueprint("moderation", __name__)
