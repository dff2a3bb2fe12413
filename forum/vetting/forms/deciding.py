"""The shape of what moderators note about applications."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext, lazy_gettext
from wtforms import SelectField, TextAreaField

from forum.web.forms import BaseForm, Required, SelectChoice, Typed, cleaned

_LONGEST_REASON: Final = 4000


class ProposalForm(BaseForm):
    """Why somebody should be admitted."""

    proposal = TextAreaField(
        lazy_gettext("What convinced you"),
        [Typed(_LONGEST_REASON, lines=True)],
        filters=[cleaned],
        description=lazy_gettext("For the other moderator. The applicant does not see it."),
    )


class SecondForm(BaseForm):
    """A button of the second moderator."""


class DeclineForm(BaseForm):
    """Why somebody is not admitted."""

    reason = TextAreaField(
        lazy_gettext("Reason for declining"),
        [Required(lazy_gettext("Give the reason.")), Typed(_LONGEST_REASON, lines=True)],
        filters=[cleaned],
        description=lazy_gettext(
            "Kept inside the Secretariat. The applicant is told only that it was declined."
        ),
    )


class AskForm(BaseForm):
    """What a moderator wants to know from the applicant."""

    question = TextAreaField(
        lazy_gettext("Question to the applicant"),
        [Required(lazy_gettext("Write the question.")), Typed(_LONGEST_REASON, lines=True)],
        filters=[cleaned],
        description=lazy_gettext(
            "Shown on the applicant’s page, without your name. The applicant is told by mail."
        ),
    )


class AssignForm(BaseForm):
    """Which entry an authority is that was not listed."""

    authority = SelectField(
        lazy_gettext("Directory entry"),
        [Required(lazy_gettext("Choose one of the entries of this State."))],
        validate_choice=False,
    )

    def offer(self, entries: Sequence[tuple[str, str]]) -> None:
        """Offer these entries: number and name."""
        self.authority.choices = [
            SelectChoice("", gettext("Choose an entry")),
            *(SelectChoice(number, name) for number, name in entries),
        ]
