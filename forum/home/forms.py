"""The shape of what is sent from the pages of home."""

from datetime import date

from flask_babel import gettext
from wtforms import HiddenField

from forum.web.forms import BaseForm


class HouseRulesForm(BaseForm):
    """That the house rules are accepted, as they were shown."""

    version = HiddenField()

    def is_of(self, in_force: date) -> bool:
        """Whether that version was shown; otherwise the form says so, and goes on with the new one."""
        if self.version.data == in_force.isoformat():
            return True
        self.form_errors.append(
            gettext("The house rules changed since you opened this page. Read them again.")
        )
        self.version.data = in_force.isoformat()
        return False
