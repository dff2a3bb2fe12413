"""Pages of moderation: members, what was decided about oneself, the log."""

from forum.moderation.views import log, members, own
from forum.moderation.views.pages import pages

__all__ = ["log", "members", "own", "pages"]
