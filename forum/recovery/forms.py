"""The shape of what is typed about a lost second factor."""

from typing import Final

from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, PasswordField, StringField, TextAreaField

from forum.directory.forms import CallBackForm
from forum.web.forms import BaseForm, Required, Typed, cleaned, trimmed

_LONGEST_ADDRESS: Final = 320
_LONGEST_NOTE: Final = 4000


class AskForm(BaseForm):
    """Whose second factor was lost."""

    email = StringField(
        lazy_gettext("Work e-mail"),
        [Required(lazy_gettext("Type your work e-mail address.")), Typed(_LONGEST_ADDRESS)],
        filters=[cleaned, trimmed],
        description=lazy_gettext("The address you sign in with. The link goes there."),
    )
    stolen = BooleanField(
        lazy_gettext("It was stolen, or somebody else may have it"),
        description=lazy_gettext(
            "All sessions of your account end when you press the button behind the link."
        ),
    )


class BeginForm(BaseForm):
    """Beginning the case, behind the mailed link."""

    stolen = BooleanField(
        lazy_gettext("It was stolen, or somebody else may have it"),
        description=lazy_gettext("All sessions of your account end now."),
    )


class SayPasswordForm(BaseForm):
    """That the first factor is lost as well."""

    lacks_password = BooleanField(
        lazy_gettext("I do not know my password either"),
        description=lazy_gettext(
            "Whoever decides is shown it. The last link then asks for a new password."
        ),
    )


class PasswordForm(BaseForm):
    """The first factor, which stays as it is."""

    password = PasswordField(
        lazy_gettext("Password"), [Required(lazy_gettext("Type your password."))]
    )


class ShownForm(BaseForm):
    """What the page said about the password when it was read."""

    lacks_password = HiddenField()

    @property
    def was_shown(self) -> bool:
        """Whether it said that the member does not know it."""
        return self.lacks_password.data == "1"

    def show(self, *, lacks_password: bool) -> None:
        """Say what stands there now."""
        self.lacks_password.data = "1" if lacks_password else ""


class CaseCallForm(ShownForm, CallBackForm):
    """How the call about a case ended."""


class WordForm(ShownForm):
    """That one spoke with the member."""

    note = TextAreaField(
        lazy_gettext("How you spoke with them"),
        [
            Required(lazy_gettext("Say how you spoke with them.")),
            Typed(_LONGEST_NOTE, lines=True),
        ],
        filters=[cleaned],
        description=lazy_gettext(
            "For the Secretariat, such as: in the office today, or by a number you knew before."
        ),
    )


class DeclineForm(BaseForm):
    """Why the case ends without a new factor."""

    reason = TextAreaField(
        lazy_gettext("Reason"),
        [Required(lazy_gettext("Give the reason.")), Typed(_LONGEST_NOTE, lines=True)],
        filters=[cleaned],
        description=lazy_gettext("Kept inside. The member is told only that it goes no further."),
    )


class ApproveForm(BaseForm):
    """A moderator's approval; nothing is typed."""
