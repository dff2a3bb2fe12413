"""Between the browser and what is kept for it: a cookie with a random token. No pages."""

from typing import Final

from flask import Flask, Response, g, request

from forum.core.secrets import new_token
from forum.core.services import services
from forum.drafts import operations, queries
from forum.web.access import current_actor
from forum.web.session import cookie_name

#: Never kept: proofs of identity are typed anew.
_NEVER: Final = frozenset({"csrf_token", "password", "password_again", "code"})
_NAME: Final = "kept"


def keep_typed(member_id: int) -> None:
    """Keep the form of this request for that member; its token check has been passed."""
    fields = [
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if name not in _NEVER
    ]
    g.kept_token = request.cookies.get(_cookie()) or new_token()
    operations.keep_form(member_id, g.kept_token, request.path, fields)


def kept_fields(path: str) -> list[tuple[str, str]] | None:
    """What this member typed in this browser and could not send to `path`."""
    token = request.cookies.get(_cookie())
    return queries.kept_form_for(current_actor(), token, path) if token else None


def install(app: Flask) -> None:
    """Give the browser its token when something was kept; forget what was sent after all."""

    @app.after_request
    def after(response: Response) -> Response:
        if "kept_token" in g:
            response.set_cookie(
                _cookie(),
                g.kept_token,
                max_age=int(operations.LASTS.total_seconds()),
                secure=not services().settings.is_plain_http,
                httponly=True,
                samesite="Lax",
                path="/",
            )
        elif request.method == "POST" and response.status_code == 303:
            token = request.cookies.get(_cookie())
            if token and current_actor().is_authenticated:
                operations.forget_form(current_actor(), token, request.path)
        return response


def _cookie() -> str:
    return cookie_name(_NAME, plain_http=services().settings.is_plain_http)
