"""The shape of what a leaver says."""

from flask_babel import lazy_gettext

from forum.directory.forms import SuccessorField
from forum.web.forms import BaseForm, DayField, Required


class AnnouncementForm(BaseForm):
    """The last day, and who takes over."""

    last_on = DayField(
        lazy_gettext("Your last day"),
        [Required(lazy_gettext("Choose a day."))],
        description=lazy_gettext("Counted in UTC. Access ends when it is over."),
    )
    successor = SuccessorField()


class PressForm(BaseForm):
    """Nothing but the token."""
