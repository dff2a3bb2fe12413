"""The shape of what is typed to prove oneself."""

from typing import Any

from flask_babel import gettext, lazy_gettext, ngettext
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, ValidationError

from forum.signin.operations import Refused
from forum.web.forms import BaseForm, Required, Typed, cleaned, trimmed

_LONGEST_ADDRESS = 320
_LONGEST_CODE = 100
_LONGEST_NAME = 60


def _code_field(label: Any, description: Any = "") -> StringField:
    return StringField(
        label,
        [Required(lazy_gettext("Type the 6 digits your app shows now.")), Typed(_LONGEST_CODE)],
        filters=[cleaned, trimmed],
        description=description,
    )


def _password_field(label: Any, missing: Any, description: Any = "") -> PasswordField:
    return PasswordField(label, [Required(missing)], description=description)


class SignInForm(BaseForm):
    """Who one is, and the first factor."""

    email = StringField(
        lazy_gettext("Work e-mail"),
        [Required(lazy_gettext("Type your work e-mail address.")), Typed(_LONGEST_ADDRESS)],
        filters=[cleaned, trimmed],
        description=lazy_gettext("The address your authority’s membership was approved for."),
    )
    password = _password_field(lazy_gettext("Password"), lazy_gettext("Type your password."))


class CodeForm(BaseForm):
    """The second factor, from an app."""

    code = _code_field(
        lazy_gettext("Code from your authenticator app"),
        lazy_gettext("6 digits. The code changes every 30 seconds."),
    )


class RecoveryCodeForm(BaseForm):
    """The second factor, from the list that was saved."""

    code = StringField(
        lazy_gettext("Recovery code"),
        [
            Required(lazy_gettext("Type one of the recovery codes you saved.")),
            Typed(_LONGEST_CODE),
        ],
        filters=[cleaned, trimmed],
        description=lazy_gettext(
            "24 letters and digits from the list you saved. Each code works once."
        ),
    )


class ConfirmForm(BaseForm):
    """Both factors again."""

    password = _password_field(lazy_gettext("Password"), lazy_gettext("Type your password."))
    code = _code_field(
        lazy_gettext("Code from your authenticator app"),
        lazy_gettext("6 digits. Wait for a new one if you used this one to sign in."),
    )


class PasskeyForm(BaseForm):
    """What a passkey signed, handed on by a script; on pages that have another form too."""

    passkey = HiddenField(
        validators=[
            Required(
                lazy_gettext(
                    "No passkey was asked for. Allow scripts here and press the button again."
                )
            )
        ]
    )

    @property
    def is_sent(self) -> bool:
        """Whether this is the form that was sent, and not its neighbour."""
        return self.is_submitted() and bool(self.passkey.raw_data)


class PasskeyNameForm(BaseForm):
    """What a passkey is called."""

    name = StringField(
        lazy_gettext("Name of the passkey"),
        [Required(lazy_gettext("Give the passkey a name.")), Typed(_LONGEST_NAME)],
        filters=[cleaned, trimmed],
        description=lazy_gettext(
            "So that you know it again, such as “laptop” or “key in the safe”."
        ),
    )


class NewPasskeyForm(PasskeyNameForm, PasskeyForm):
    """A passkey just made, with its name, which is asked for first."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether both can be taken; without a name the browser was asked for nothing yet."""
        is_right = bool(super().validate(extra_validators))
        if self.name.errors:
            self.passkey.errors = ()
        return is_right


class NewPasswordForm(BaseForm):
    """A password of one's own."""

    password = _password_field(
        lazy_gettext("New password"),
        lazy_gettext("Choose a password."),
        lazy_gettext(
            "At least 15 characters: three or four unrelated words are good. Spaces and every"
            " script are welcome, and so is a password manager."
        ),
    )
    password_again = PasswordField(
        lazy_gettext("The same password again"),
        [
            Required(lazy_gettext("Type the password again.")),
            EqualTo("password", lazy_gettext("This is not the same password. Type both again.")),
        ],
    )


class ActivationForm(NewPasswordForm):
    """A password of one's own, and where one works."""

    zone = SelectField(
        lazy_gettext("Time zone"),
        validate_choice=False,
        description=lazy_gettext("Times are shown to you in this zone, with its name."),
    )

    rules = BooleanField(
        lazy_gettext("I have read the house rules and accept them"),
        [Required(lazy_gettext("Read the house rules, then tick this box."))],
    )

    def __init__(self, zones: dict[str, list[tuple[str, str]]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone.choices = zones
        self._offered = {zone for places in zones.values() for zone, _ in places}

    def validate_zone(self, field: SelectField) -> None:
        """Only what the list offers."""
        if field.data not in self._offered:
            raise ValidationError(gettext("Choose a time zone from the list."))


class RecoverForm(BaseForm):
    """Whose password is to be replaced."""

    email = StringField(
        lazy_gettext("Work e-mail"),
        [Required(lazy_gettext("Type your work e-mail address.")), Typed(_LONGEST_ADDRESS)],
        filters=[cleaned, trimmed],
        description=lazy_gettext("The address you sign in with. The link goes there."),
    )


class ResetForm(NewPasswordForm):
    """A new password, and the second factor, which stays as it is."""

    code = StringField(
        lazy_gettext("Code from your authenticator app, or a recovery code"),
        [
            Required(lazy_gettext("Type the 6 digits your app shows now, or a recovery code.")),
            Typed(_LONGEST_CODE),
        ],
        filters=[cleaned, trimmed],
        description=lazy_gettext(
            "6 digits, or 24 letters and digits from the list you saved. Each works once."
        ),
    )


class EnrolForm(BaseForm):
    """Proof that the app works."""

    code = _code_field(lazy_gettext("6-digit code"))


class SavedForm(BaseForm):
    """That the recovery codes were saved."""

    saved = BooleanField(
        lazy_gettext("I have saved these codes"),
        [Required(lazy_gettext("Save the codes, then tick this box."))],
    )


def tries_left(refused: Refused) -> str:
    """What comes after some more failures, in words."""
    if not refused.tries_left:
        minutes = refused.pause_minutes
        return str(
            gettext("No try is left: a pause of %(minutes)s minutes begins.", minutes=minutes)
        )
    return str(
        ngettext(
            "%(num)d try is left before a %(minutes)s-minute pause.",
            "%(num)d tries are left before a %(minutes)s-minute pause.",
            refused.tries_left,
            minutes=refused.pause_minutes,
        )
    )
