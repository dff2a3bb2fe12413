"""The shape of what heads and focal points say and ask for."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext, lazy_gettext
from wtforms import (
    RadioField,
    SelectField,
    TextAreaField,
)

from forum.directory.forms import SuccessorField
from forum.vetting.forms import languages_field, mailbox_field, name_field, post_field
from forum.web.forms import BaseForm, OnceField, Required, SelectChoice, Typed, cleaned

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


class ObjectionForm(BaseForm):
    """Why somebody should not have been admitted."""

    reason = TextAreaField(
        lazy_gettext("Reason"),
        [Required(lazy_gettext("Give the reason.")), Typed(_LONGEST_NOTE, lines=True)],
        filters=[cleaned],
        description=lazy_gettext("For the Secretariat. The member does not see it."),
    )


class LeavingForm(BaseForm):
    """Why somebody stands for an authority no more."""

    reason = TextAreaField(
        lazy_gettext("Reason"),
        [Required(lazy_gettext("Give the reason.")), Typed(_LONGEST_NOTE, lines=True)],
        filters=[cleaned],
        description=lazy_gettext("Kept in the audit log, such as: moved to another office."),
    )
    successor = SuccessorField()


class SuccessorForm(BaseForm):
    """Who takes over what a member who left has open."""

    successor = SuccessorField(validators=[Required(lazy_gettext("Choose a successor."))])


class NominationForm(BaseForm):
    """Whom one nominates."""

    authority = SelectField(
        lazy_gettext("Authority"),
        [Required(lazy_gettext("Choose one of the authorities you answer for."))],
        validate_choice=False,
    )
    name = name_field(lazy_gettext("As they sign letters."))
    post = post_field()
    email = mailbox_field(lazy_gettext("Their own office mailbox. We send a link to it."))
    languages = languages_field()
    reason = TextAreaField(
        lazy_gettext("For the Secretariat"),
        [Typed(_LONGEST_NOTE, lines=True)],
        filters=[cleaned],
        description=lazy_gettext("What they work on, or whom they succeed. No facts of a case."),
    )
    once = OnceField()

    def offer(self, authorities: Sequence[tuple[str, str]]) -> None:
        """Offer these authorities: number and name; a single one is chosen already."""
        first = [] if len(authorities) == 1 else [SelectChoice("", gettext("Choose an authority"))]
        self.authority.choices = [
            *first,
            *(SelectChoice(number, name) for number, name in authorities),
        ]
