"""The shape of what moderators decide."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from forum.core import clock
from forum.directory.forms import SuccessorField
from forum.members.models import LimitKind, Member
from forum.moderation.acts import ACTS, OUTCOMES
from forum.moderation.log import Wanted
from forum.moderation.words import KINDS
from forum.web.access import current_actor
from forum.web.forms import BaseForm, DayField, Required, SelectChoice, Typed, cleaned, trimmed

_LONGEST_REASON: Final = 2000
_LONGEST: Final = timedelta(days=3650)


class SanctionForm(BaseForm):
    """What is decided about a member, why, and until when."""

    kind = RadioField(
        lazy_gettext("What do you decide?"),
        [Required(lazy_gettext("Choose one of these."))],
        choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()],
    )
    reason = TextAreaField(
        lazy_gettext("Reason"),
        [
            Required(lazy_gettext("Say why; the member will see it.")),
            Typed(_LONGEST_REASON, lines=True),
        ],
        filters=[cleaned, trimmed],
        description=lazy_gettext("The member sees it, and it stays in the log."),
    )
    until = DayField(
        lazy_gettext("Until the end of"),
        description=lazy_gettext(
            "A day, as it is counted where you are. Without one it holds until it is lifted."
        ),
    )

    def validate_until(self, field: DayField) -> None:
        """A day that is still to come, and not in another age."""
        today = clock.now().astimezone(ZoneInfo(current_actor().zone)).date()
        if field.data and not today <= field.data <= today + _LONGEST:
            raise ValidationError(gettext("Choose a day within the next ten years."))

    def end_in(self, zone: str) -> datetime | None:
        """The moment at which the day chosen is over in that zone."""
        day: date | None = self.until.data
        if day is None:
            return None
        return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))

    def decided(self) -> LimitKind:
        """The kind chosen."""
        return LimitKind(self.kind.data)


class LiftForm(BaseForm):
    """Why a decision is taken back. One of several on a page, told apart by the decision's number."""

    reason = TextAreaField(
        lazy_gettext("Why is it lifted?"),
        [Required(lazy_gettext("Say why it is lifted.")), Typed(_LONGEST_REASON, lines=True)],
        filters=[cleaned, trimmed],
    )

    def __init__(self, limit_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit_id = limit_id
        self.reason.id = f"lift-{limit_id}"


class EndingForm(BaseForm):
    """Why a member stands for an authority no more, and who takes over. One of several on a page,
    told apart by the representation's number."""

    reason = TextAreaField(
        lazy_gettext("Reason"),
        [
            Required(lazy_gettext("Say why; it stays in the log.")),
            Typed(_LONGEST_REASON, lines=True),
        ],
        filters=[cleaned, trimmed],
        description=lazy_gettext("It stays in the log, such as: moved to another office."),
    )
    successor = SuccessorField()

    def __init__(
        self, representation_id: int, successors: Sequence[Member], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.representation_id = representation_id
        self.reason.id = f"end-{representation_id}"
        self.successor.id = f"successor-{representation_id}"
        self.successor.offer(successors)


class EndSessionsForm(BaseForm):
    """Nothing but the token."""


def _sorted(words: Mapping[str, Any], all_of_them: Any) -> list[tuple[str, str]]:
    named = sorted(((key, str(said)) for key, said in words.items()), key=lambda each: each[1])
    return [("", str(all_of_them)), *named]


class LogForm(BaseForm):
    """What a moderator looks for in the log; it stands in the address of the page."""

    person = StringField(
        lazy_gettext("Person"),
        [Typed(320)],
        filters=[trimmed],
        description=lazy_gettext("Who did it: name, e-mail or number"),
    )
    about = StringField(
        lazy_gettext("Object"),
        [Typed(120)],
        filters=[trimmed],
        description=lazy_gettext("As member:5, or a kind: member"),
    )
    action = SelectField(
        lazy_gettext("Action"), choices=lambda: _sorted(ACTS, gettext("All actions")), default=""
    )
    outcome = SelectField(
        lazy_gettext("Outcome"),
        choices=lambda: _sorted(OUTCOMES, gettext("All outcomes")),
        default="",
    )
    since = DayField(lazy_gettext("From"))
    until = DayField(lazy_gettext("To"))

    def validate_until(self, field: DayField) -> None:
        """Not before the first day."""
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(gettext("This day is before the first one."))

    def wanted(self) -> Wanted:
        """What is asked for."""
        return Wanted(
            person=self.person.data or "",
            about=self.about.data or "",
            action=self.action.data or "",
            outcome=self.outcome.data or "",
            since=self.since.data,
            until=self.until.data,
        )

    def in_address(self) -> dict[str, str]:
        """The fields that are filled in, as an address carries them."""
        fields = (self.person, self.about, self.action, self.outcome, self.since, self.until)
        return {field.name: str(field.data) for field in fields if field.data}
