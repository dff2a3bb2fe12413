"""Pages of vetting: for applicants, and for the moderators who decide."""

from forum.vetting.views import applicant, moderators
from forum.vetting.views.pages import pages

__all__ = ["applicant", "moderators", "pages"]
