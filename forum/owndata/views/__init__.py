"""Pages of own data: in the settings."""

from forum.owndata.views import own
from forum.owndata.views.pages import pages

__all__ = ["own", "pages"]
