"""Between the browser and what is kept for it: a cookie with a random token. No pages."""

from typing import Final

from flask import Flask, Response, g, request

from forum.core.secrets import new_token
from forum.drafts import operations, queries
from forum.web import cookies
from forum.web.access import current_actor
from forum.web.forms import SECRETS

_COOKIE: Final = "kept"


def keep_typed(member_id: int) -> None:
    """Keep the form of this request for that member; its token check has been passed."""
    fields = [
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if name not in SECRETS
    ]
    g.kept_token = cookies.read(request, _COOKIE) or new_token()
    operations.keep_form(member_id, g.kept_token, request.path, fields)


def kept_fields(path: str) -> list[tuple[str, str]] | None:
    """What this member typed in this browser and could not send to `path`."""
    token = cookies.read(request, _COOKIE)
    return queries.kept_form_for(current_actor(), token, path) if token else None


def take_up(form_id: int) -> str:
    """Put a form that was handed over into this browser; gives the path it is sent to."""
    token = cookies.read(request, _COOKIE) or new_token()
    path = operations.take_up_form(current_actor(), form_id, token)
    g.kept_token = token
    return path


def install(app: Flask) -> None:
    """Give the browser its token when something was kept; forget what was sent after all."""

    @app.after_request
    def after(response: Response) -> Response:
        if "kept_token" in g:
            cookies.give(response, _COOKIE, g.kept_token, lasts=operations.LASTS)
        elif request.method == "POST" and response.status_code == 303:
            token = cookies.read(request, _COOKIE)
            if token and current_actor().is_authenticated:
                operations.forget_form(current_actor(), token, request.path)
        return response
