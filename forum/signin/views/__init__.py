"""Pages of signing in: at the door, on the way to an account, and in the settings of one."""

from forum.signin.views import (
    activation,
    challenges,
    confirming,
    passkeys,
    recovering,
    security,
    sessions,
    signing_in,
)
from forum.signin.views.pages import known_browser, pages

__all__ = [
    "activation",
    "challenges",
    "confirming",
    "known_browser",
    "pages",
    "passkeys",
    "recovering",
    "security",
    "sessions",
    "signing_in",
]
