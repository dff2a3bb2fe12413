"""Cookies of this site, all alike: Secure, HttpOnly, SameSite=Lax, for the whole site, no Domain.

Their names carry the prefix that makes browsers refuse planted ones (`__Host-`, RFC 6265bis); over
plain HTTP, which only development and tests speak, they have neither prefix nor Secure, so that
every client keeps them.
"""

from datetime import timedelta

from flask import Request, Response

from forum.core.services import services


def read(request: Request, name: str) -> str:
    """What the browser holds under that name; empty if nothing."""
    return request.cookies.get(_full(name), "")


def give(response: Response, name: str, value: str, lasts: timedelta | None = None) -> None:
    """Let the browser hold `value` so long, or until it is closed."""
    response.set_cookie(
        _full(name),
        value,
        max_age=lasts,
        path="/",
        secure=not _is_plain_http(),
        httponly=True,
        samesite="Lax",
    )


def take_away(response: Response, name: str) -> None:
    """Let the browser hold nothing under that name any more."""
    response.delete_cookie(
        _full(name), path="/", secure=not _is_plain_http(), httponly=True, samesite="Lax"
    )


def _full(name: str) -> str:
    return name if _is_plain_http() else f"__Host-{name}"


def _is_plain_http() -> bool:
    return services().settings.is_plain_http
