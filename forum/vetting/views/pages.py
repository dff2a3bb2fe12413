"""What the pages of vetting hang on."""

from typing import Final

from flask import Blueprint

pages: Final = Blueprint("vetting", __name__)
