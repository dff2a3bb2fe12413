"""The shape of what several features ask for: a call to an office, a successor, a speaker."""

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf

from forum.core.typed import row_number
from forum.directory.calls import Mission
from forum.members.models import Member
from forum.web.forms import BaseForm, Required, SelectChoice, Typed, cleaned, trimmed

_LONGEST_NOTE: Final = 4000
#: In place of the number of a line: a permanent mission, whose number is typed.
MISSION: Final = "mission"


class CallBackForm(BaseForm):
    """How a call about somebody ended."""

    number = RadioField(
        lazy_gettext("Number you called"),
        [Required(lazy_gettext("Choose the number you called."))],
        validate_choice=False,
        coerce=str,
    )
    mission = StringField(lazy_gettext("Its name"), [Typed(200)], filters=[cleaned, trimmed])
    mission_number = StringField(
        lazy_gettext("Its number"), [Typed(60)], filters=[cleaned, trimmed]
    )
    mission_source = StringField(
        lazy_gettext("Where you found the number"),
        [Typed(500)],
        filters=[cleaned, trimmed],
        description=lazy_gettext(
            "Such as the list of missions of the United Nations. Never from whoever asks."
        ),
    )
    outcome = RadioField(
        lazy_gettext("How the call ended"),
        [Required(lazy_gettext("Say how the call ended."))],
        validate_choice=False,
        choices=[
            SelectChoice(
                "confirmed",
                lazy_gettext("The authority knows the person, who read the words back"),
            ),
            SelectChoice("no_answer", lazy_gettext("Nobody answered, or the person was not there")),
            SelectChoice("not_known", lazy_gettext("The authority does not know the person")),
        ],
    )
    words = StringField(
        lazy_gettext("Three words they read back"), [Typed(200)], filters=[cleaned, trimmed]
    )
    note = TextAreaField(
        lazy_gettext("Note for the other moderators"),
        [Typed(_LONGEST_NOTE, lines=True)],
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


class SuccessorField(SelectField):
    """Who takes over what a member leaves open; or nobody."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            lazy_gettext("Successor"),
            validate_choice=False,
            choices=[],
            description=lazy_gettext(
                "Takes over the open threads: is told of answers, and accepts them."
            ),
            **kwargs,
        )

    def offer(self, members: Sequence[Member], nobody: str = "") -> None:
        """Offer these members, and nobody."""
        self.choices = [
            SelectChoice("", nobody or gettext("Nobody")),
            *(SelectChoice(str(one.id), f"{one.name}, {one.post}") for one in members),
        ]

    @property
    def number(self) -> int | None:
        """The number of whoever was chosen; that of nobody if it is none at all."""
        return (row_number(self.data) or 0) if self.data else None


class SpeakerForm(BaseForm):
    """Whether somebody may speak for the authority. It says what is wanted, not only to change it:
    pressed twice it is the same."""

    may_speak = HiddenField(validators=[AnyOf(("yes", "no"))])
