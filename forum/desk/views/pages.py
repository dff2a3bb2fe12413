"""What the pages of the desk hang on."""

from typing import Final

from flask import Blueprint

pages: Final = Blueprint("desk", __name__)
