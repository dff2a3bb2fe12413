"""What the pages of own data hang on."""

from typing import Final

from flask import Blueprint

pages: Final = Blueprint("owndata", __name__)
