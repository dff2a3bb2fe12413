"""The shape of what heads and focal points say and ask for."""

from typing import Final

from flask_babel import lazy_gettext
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # of 3.3; stubs: 3.2

from forum.web.forms import BaseForm, Required, Typed, cleaned

_LONGEST_NOTE: Final = 4000


class WordForm(BaseForm):
    """Whether an applicant is known."""

    answer = RadioField(
        lazy_gettext("Do you know this person?"),
        [Required(lazy_gettext("Choose one of the answers."))],
        validate_choice=False,
        choices=[
            SelectChoice(
                "known",
                lazy_gettext("I know this person, who is an officer of the authority"),
            ),
            SelectChoice(
                "not_known",
                lazy_gettext("I do not know this person as an officer of the authority"),
            ),
            SelectChoice("cannot_say", lazy_gettext("I cannot say")),
        ],
    )
    note = TextAreaField(
        lazy_gettext("In your own words"),
        [Typed(_LONGEST_NOTE, lines=True)],
        filters=[cleaned],
        description=lazy_gettext(
            "For the Secretariat, such as since when you know them. The applicant does not see it."
        ),
    )
