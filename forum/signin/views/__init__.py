"""Pages of signing in: at the door, on the way to an account, and in the settings of one."""

from forum.signin.views import activation, recovering, security, sessions, signing_in
from forum.signin.views.pages import pages

__all__ = ["activation", "pages", "recovering", "security", "sessions", "signing_in"]
