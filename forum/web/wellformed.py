"""NUL and bytes that are not UTF-8 are a bad request wherever they stand, before anything reads them.

Werkzeug puts U+FFFD for what it cannot decode; then nobody could tell any more what was sent.
"""

from typing import Final
from urllib.parse import unquote_to_bytes

from flask import request
from werkzeug.exceptions import BadRequest

_URLENCODED: Final = "application/x-www-form-urlencoded"


def require() -> None:
    """Nothing, if the request is well formed; otherwise raises BadRequest."""
    path = request.environ.get("PATH_INFO", "").encode("latin-1")
    query = unquote_to_bytes(request.query_string)
    parts = [path, query]
    if request.mimetype == _URLENCODED:
        parts.append(unquote_to_bytes(request.get_data(cache=True, parse_form_data=False)))
    for part in parts:
        if b"\0" in part:
            raise BadRequest("NUL")
        try:
            part.decode("utf-8")
        except UnicodeDecodeError:
            raise BadRequest("not UTF-8") from None
    if request.mimetype == "multipart/form-data":
        values = [value for name, values in request.form.lists() for value in (name, *values)]
        if any("\0" in value or "\ufffd" in value for value in values):
            raise BadRequest("not UTF-8")
