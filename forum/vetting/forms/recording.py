"""The shape of notes verbales and of what is said of them and of objections."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext, lazy_gettext
from wtforms import SelectField, StringField, TextAreaField

from forum.vetting.forms.people import languages_field, mailbox_field, name_field, post_field
from forum.web.forms import (
    BaseForm,
    DayField,
    OnceField,
    Required,
    SelectChoice,
    Typed,
    cleaned,
    trimmed,
)

_LONGEST_REASON: Final = 4000


class NoteForm(BaseForm):
    """A note verbale that names a focal point; the State was chosen on the page before."""

    note_reference = StringField(
        lazy_gettext("Reference of the note"),
        [Required(lazy_gettext("Write the reference.")), Typed(100)],
        filters=[cleaned, trimmed],
    )
    note_dated_on = DayField(
        lazy_gettext("Date of the note"), [Required(lazy_gettext("Write the date of the note."))]
    )
    authority = SelectField(
        lazy_gettext("Authority"),
        [Required(lazy_gettext("Choose one of the entries of this State."))],
        validate_choice=False,
        description=lazy_gettext("In which the focal point works."),
    )
    name = name_field()
    post = post_field()
    email = mailbox_field(lazy_gettext("As the note gives it. The activation link goes there."))
    languages = languages_field()
    from_on = DayField(
        lazy_gettext("Focal point from"), [Required(lazy_gettext("Write the first day."))]
    )
    until_on = DayField(
        lazy_gettext("Until"),
        description=lazy_gettext("The last day, if the note names one."),
    )
    once = OnceField()

    def offer(
        self, entries: Sequence[tuple[str, str]], languages: Sequence[tuple[str, str]]
    ) -> None:
        """Offer these entries, number and name, and these languages, code and name."""
        self.authority.choices = [
            SelectChoice("", gettext("Choose an entry")),
            *(SelectChoice(number, name) for number, name in entries),
        ]
        self.languages.choices = [SelectChoice(code, name) for code, name in languages]


class ConfirmNoteForm(BaseForm):
    """A button of the second moderator."""


class ReasonForm(BaseForm):
    """Why a note is refused, or a focal point ends."""

    reason = TextAreaField(
        lazy_gettext("Reason"),
        [Required(lazy_gettext("Give the reason.")), Typed(_LONGEST_REASON, lines=True)],
        filters=[cleaned],
        description=lazy_gettext("Kept with the record of the note."),
    )


class SettlementForm(BaseForm):
    """What came of an objection."""

    settlement = TextAreaField(
        lazy_gettext("What you found and did"),
        [Required(lazy_gettext("Say what you found and did.")), Typed(_LONGEST_REASON, lines=True)],
        filters=[cleaned],
        description=lazy_gettext("Kept with the objection, for the Secretariat."),
    )
