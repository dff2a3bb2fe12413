"""Pages about mailboxes: one's own, those behind mailed links, and those of whoever approves."""

from forum.mailboxes.views import deciding, letting_in, links, own
from forum.mailboxes.views.pages import pages

__all__ = ["deciding", "letting_in", "links", "own", "pages"]
