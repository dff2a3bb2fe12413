"""Static files: served under a name that changes with their content, so they can be kept for long.

One fingerprint covers all files; relative addresses inside stylesheets keep working.
"""

import hashlib
from pathlib import Path
from typing import Final

from flask import Flask
from whitenoise import WhiteNoise

from forum.web.headers import ALWAYS

_YEAR: Final = 365 * 24 * 3600


def fingerprint(folder: Path) -> str:
    """Twelve characters that change when any file in `folder` does."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(path.relative_to(folder).as_posix().encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:12]


def install(app: Flask, folder: Path) -> None:
    """Serve `folder` in front of `app`, with the headers of every answer."""

    def add_headers(headers: object, _path: str, _url: str) -> None:
        for name, value in ALWAYS.items():
            headers[name] = value  # type: ignore[index]

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(folder),
        prefix=str(app.static_url_path).strip("/") + "/",
        max_age=_YEAR,
        immutable_file_test=lambda _path, _url: True,
        allow_all_origins=False,
        add_headers_function=add_headers,
    )
