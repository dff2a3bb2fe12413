"""Pages of the desk, for heads of authorities and focal points of States."""

from forum.desk.views import attesting, leaving, members, nominations, questions, speaking
from forum.desk.views.pages import pages

__all__ = ["attesting", "leaving", "members", "nominations", "pages", "questions", "speaking"]
