"""Pages of a lost second factor: for whoever lost it, for colleagues, for moderators."""

from forum.recovery.views import asking, colleagues, moderators, new_factor, stopping
from forum.recovery.views.pages import pages

__all__ = ["asking", "colleagues", "moderators", "new_factor", "pages", "stopping"]
