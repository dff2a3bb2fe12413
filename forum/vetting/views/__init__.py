"""Pages of vetting: for applicants, and for the moderators who decide."""

from forum.vetting.views import applicant, focal_points, moderators, objections
from forum.vetting.views.pages import pages

__all__ = ["applicant", "focal_points", "moderators", "objections", "pages"]
