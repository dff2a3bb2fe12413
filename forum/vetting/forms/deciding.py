"""The shape of what moderators note about applications."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, SelectField, StringField, TextAreaField

from forum.vetting.operations import Mission
from forum.web.forms import BaseForm, Required, SelectChoice, Typed, cleaned, trimmed

_LONGEST_REASON: Final = 4000
#: In place of the number of a line: a permanent mission, whose number is typed.
MISSION: Final = "mission"


class CallBackForm(BaseForm):
    """How a call to the authority ended."""

    number = RadioField(
        lazy_gettext("Number you called"),
        [Required(lazy_gettext("Choose the number you called."))],
        validate_choice=False,
        coerce=str,
    )
    mission = StringField(
        lazy_gettext("Name of the mission"), [Typed(200)], filters=[cleaned, trimmed]
    )
    mission_number = StringField(
        lazy_gettext("Its number"), [Typed(60)], filters=[cleaned, trimmed]
    )
    mission_source = StringField(
        lazy_gettext("Where you found the number"),
        [Typed(500)],
        filters=[cleaned, trimmed],
        description=lazy_gettext(
            "Such as the list of missions of the United Nations. Never from the applicant."
        ),
    )
    outcome = RadioField(
        lazy_gettext("How the call ended"),
        [Required(lazy_gettext("Say how the call ended."))],
        validate_choice=False,
        choices=[
            SelectChoice(
                "confirmed",
                lazy_gettext("The authority knows the applicant, who read the words back"),
            ),
            SelectChoice(
                "no_answer", lazy_gettext("Nobody answered, or the applicant was not there")
            ),
            SelectChoice("not_known", lazy_gettext("The authority does not know the applicant")),
        ],
    )
    words = StringField(
        lazy_gettext("Three words they read back"), [Typed(200)], filters=[cleaned, trimmed]
    )
    note = TextAreaField(
        lazy_gettext("Note for the other moderators"),
        [Typed(_LONGEST_REASON, lines=True)],
        filters=[cleaned],
    )

    def offer(self, numbers: Sequence[tuple[str, str]]) -> None:
        """Offer these lines: number of the line, and the telephone number."""
        self.number.choices = [SelectChoice(line, value) for line, value in numbers]

    @property
    def called_mission(self) -> Mission | None:
        """The mission that was called, if none of the lines was."""
        if self.number.data != MISSION:
            return None
        return Mission(
            self.mission.data or "", self.mission_number.data or "", self.mission_source.data or ""
        )


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
