"""The shape of what the Secretariat records, and of a press."""

from typing import Final

from flask_babel import lazy_gettext
from wtforms import RadioField, TextAreaField

from forum.web.forms import BaseForm, Required, SelectChoice, Typed, cleaned

_LONGEST_NOTE: Final = 4000


class CheckForm(BaseForm):
    """What the Secretariat found out about a member."""

    answer = RadioField(
        lazy_gettext("What you found"),
        [Required(lazy_gettext("Choose one of the answers."))],
        validate_choice=False,
    )
    how = TextAreaField(
        lazy_gettext("How you checked"),
        [Required(lazy_gettext("Say how you checked.")), Typed(_LONGEST_NOTE, lines=True)],
        filters=[cleaned],
        description=lazy_gettext(
            "A note and its reference, or a call: whom you spoke to, and at which number."
        ),
    )

    def offer(self, *, may_remove: bool) -> None:
        """Offer both answers, or only the one."""
        kept = SelectChoice("keep", lazy_gettext("The member still stands for the authority"))
        gone = SelectChoice(
            "remove", lazy_gettext("The member stands for it no more: access ends now")
        )
        self.answer.choices = [kept, gone] if may_remove else [kept]
        if not may_remove and not self.answer.data:
            self.answer.data = "keep"


class PressForm(BaseForm):
    """A button that needs nothing typed."""
