"""The browser's session: a random token in a signed cookie, everything else on the server.

The cookie is Secure, HttpOnly, SameSite=Lax, without Domain or Max-Age, and named with the
`__Host-` prefix; over plain HTTP, in development only, without prefix and Secure. The form token
(CSRF) is derived from the session token, so a visitor needs no row in the database, and a form
stays valid when a session ends by idleness while somebody is still writing. A token not made by
this site is not adopted, and signing in always makes a new one.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadSignature, Signer
from werkzeug.datastructures import CallbackDict

from forum.core.db import WRITING
from forum.core.errors import NotFound
from forum.core.secrets import digest, new_token
from forum.core.sessions import Kept
from forum.web import cookies

_COOKIE: Final = "session"
#: Where Flask-WTF looks for the form token.
_CSRF: Final = "csrf_token"


@dataclass(frozen=True)
class SessionStore:
    """How sessions are loaded and kept; the sign-in feature gives the functions."""

    #: By digest of the token; None if there is no such row.
    load: Callable[[str], Kept | None]
    #: Keep JSON under the digest of a token.
    keep: Callable[[str, str], None]


class BrowserSession(CallbackDict[str, Any], SessionMixin):
    """What a request sees of the session; values set in it are kept on the server."""

    def __init__(
        self, token: str | None, kept: Kept | None, form_token: Callable[[str], str]
    ) -> None:
        def changed(_: object) -> None:
            self.modified = True

        values: dict[str, Any] = json.loads(kept.kept) if kept else {}
        super().__init__(values, changed)
        self.token = token or new_token()
        self.is_new_token = token is None
        self.has_row = kept is not None
        self.kept = kept
        self.is_dropped = False
        self.needs_cookie = False
        self.modified = False
        self._form_token = form_token

    @property
    def member_id(self) -> int | None:
        """Whose session this is, with both factors proved."""
        return self.kept.member_id if self.kept else None

    def begin(self, token: str) -> None:
        """Go on under a token just made, empty: after sign-in."""
        self.clear()
        self.token, self.is_new_token, self.needs_cookie = token, True, True
        self.has_row, self.modified, self.is_dropped = True, False, False
        self.kept = None

    def renew(self, token: str) -> None:
        """Go on under a token just made for the same session: after a step-up."""
        self.token, self.is_new_token, self.needs_cookie = token, True, True

    def drop(self) -> None:
        """Forget the session: after sign-out."""
        self.clear()
        self.is_dropped, self.modified = True, False

    def __contains__(self, key: object) -> bool:
        return key == _CSRF or super().__contains__(key)

    def __getitem__(self, key: str) -> Any:
        if key == _CSRF:
            self.needs_cookie = True
            return self._form_token(self.token)
        return super().__getitem__(key)


class ServerSideSessions(SessionInterface):
    """Flask's way to sessions, by token and store."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        """The session of this browser; from here on, a request that may write is known as one."""
        WRITING.set(request.method not in {"GET", "HEAD", "OPTIONS"})
        token = None
        with suppress(BadSignature):
            signed = cookies.read(request, _COOKIE)
            token = self._signer(app).unsign(signed).decode() if signed else None
        kept = self._store.load(digest(token)) if token else None
        secret = str(app.secret_key).encode()
        return BrowserSession(
            token,
            kept,
            lambda of: hmac.new(secret, b"form:" + of.encode(), hashlib.sha256).hexdigest(),
        )

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what was set, and give the browser its token if it needs one."""
        if not isinstance(session, BrowserSession):
            return
        if session.is_dropped:
            cookies.take_away(response, _COOKIE)
            return
        if session.modified and (session.has_row or session):
            self._store.keep(digest(session.token), json.dumps(dict(session)))
            session.needs_cookie = True
        if session.is_new_token and session.needs_cookie:
            cookies.give(response, _COOKIE, self.signed(app, session.token))

    def signed(self, app: Flask, token: str) -> str:
        """A token as the cookie carries it."""
        return self._signer(app).sign(token.encode()).decode()

    def _signer(self, app: Flask) -> Signer:
        return Signer(str(app.secret_key), salt="session-token", digest_method=hashlib.sha256)


def number_of_session() -> int:
    """The number of the session at hand, which a door that asks for a member has seen."""
    kept = session.kept if isinstance(session, BrowserSession) else None
    if kept is None:
        raise NotFound("session of a visitor")
    return kept.id
