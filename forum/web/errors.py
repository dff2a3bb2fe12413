"""From what went wrong to a page: one table."""

import logging
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from flask import (
    Flask,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from forum.core.errors import Conflict, Forbidden, Invalid, NotFound, ReadingOnly, TooMany
from forum.core.secrets import new_reference
from forum.policy import Actor
from forum.web.access import current_actor, is_members_address
from forum.web.forms import texts_sent

log = logging.getLogger(__name__)

#: Pages of their own; what has none is shown as the nearest of them.
_PAGES: Final = frozenset({400, 403, 404, 409, 413, 422, 429, 500})

#: What a member is refused, as the audit log names it (security.md K2).
_REFUSALS: Final = {400: "bad request", 403: "forbidden", 404: "not found", 429: "too many"}

#: Writes a refusal into the audit log, in a transaction of its own.
Recorder = Callable[[Actor, str, str], None]


def install(app: Flask, record_refusal: Recorder) -> None:
    """Turn every error of `app` into a page."""

    def not_found(_error: Exception) -> Response | tuple[str, int]:
        is_visit = current_actor().is_anonymous and request.method in {"GET", "HEAD"}
        if is_visit and is_members_address(request.path):
            there = quote(request.full_path.rstrip("?"), safe="/")
            return make_response(redirect(url_for("signin.password") + "?next=" + there, 303))
        return render_template("errors/404.html"), 404

    def too_many(retry_after: int) -> Response:
        response = make_response(render_template("errors/429.html", retry_after=retry_after), 429)
        response.headers["Retry-After"] = str(retry_after)
        return response

    app.register_error_handler(NotFound, not_found)
    app.register_error_handler(404, not_found)
    app.register_error_handler(Forbidden, lambda _error: (render_template("errors/403.html"), 403))
    app.register_error_handler(
        ReadingOnly,
        lambda _error: (render_template("errors/read_only.html", written=texts_sent()), 403),
    )
    app.register_error_handler(
        Conflict, lambda error: (render_template("errors/409.html", why=gettext(str(error))), 409)
    )
    app.register_error_handler(
        Invalid, lambda error: (render_template("errors/422.html", why=gettext(str(error))), 422)
    )
    app.register_error_handler(TooMany, lambda error: too_many(error.retry_after))
    app.register_error_handler(RateLimitExceeded, lambda error: too_many(_until_free(error)))
    app.register_error_handler(
        CSRFError, lambda _error: (render_template("errors/expired.html"), 400)
    )
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failed)

    @app.after_request
    def note_refusal(response: Response) -> Response:
        """Of members only: a visitor has no name, and could fill the log without end."""
        outcome = _REFUSALS.get(response.status_code)
        is_ours = request.endpoint not in {None, "static"}
        if outcome and is_ours and current_actor().is_authenticated:
            record_refusal(current_actor(), outcome, f"{request.method} {quote(request.path)}")
        return response


def _until_free(error: RateLimitExceeded) -> int:
    return max(1, min(int(error.limit.limit.get_expiry()), 900))


def _http_error(error: HTTPException) -> Response | tuple[str, int] | HTTPException:
    if isinstance(error, SecurityError):  # a foreign Host: no address of this site can be built
        return Response("This site does not answer under that name.\n", 400, mimetype="text/plain")
    code = error.code or 500
    if code < 400:
        return error
    page = code if code in _PAGES else (400 if code < 500 else 500)
    if page == 500:
        return _failed(error)
    response = make_response(render_template(f"errors/{page}.html"), code)
    allowed = dict(error.get_headers()).get("Allow")
    if allowed:
        response.headers["Allow"] = allowed
    return response


def _failed(error: Exception) -> tuple[str, int]:
    """The page for our own fault; a number ties it to the log, which holds the details."""
    reference = new_reference()[:8]
    log.error("failed", exc_info=error, extra={"reference": reference})
    template = current_app.jinja_env.get_template("errors/500.html")
    return template.render(reference=reference), 500
