"""Pages of own data: in the settings, and for the moderators who decide."""

from forum.owndata.views import deciding, own
from forum.owndata.views.pages import pages

__all__ = ["deciding", "own", "pages"]
