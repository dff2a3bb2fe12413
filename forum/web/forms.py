"""What all forms share: their token, typed text, and getting back what was typed.

A form whose token is stale refuses itself and is shown again, filled, with a fresh token. A form
that was sent when the session had lapsed is filled again after sign-in (see `forum.drafts`).
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from email_validator import EmailNotValidError, validate_email
from flask import current_app, g, request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, ValidationError

# New in 3.3 and a must there; the stubs describe 3.2. All forms take it from here.
from wtforms.fields.choices import SelectChoice as SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation
from wtforms.widgets import DateInput

from forum.core.errors import Invalid
from forum.core.secrets import new_token
from forum.core.services import services
from forum.core.settings import Environment
from forum.core.typed import clean, problem_with

#: `load(path)` gives back the fields of a kept form; the factory installs it.
KEPT_FORMS: Final = "kept_forms"

#: Never kept and never shown again: proofs of identity are typed anew.
SECRETS: Final = frozenset({"csrf_token", "password", "password_again", "code", "passkey"})

#: Blank space, but for the controls that Python counts as such.
_BLANKS: Final = "\t\n " + "".join(char for char in map(chr, range(0xA0, 0x3001)) if char.isspace())
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ONCE: Final = re.compile(r"[A-Za-z0-9_-]{20,64}")


class BaseForm(FlaskForm):  # type: ignore[misc]
    """A form of this site. `action` is the path it is sent to, where that is not the page's own."""

    def __init__(self, *args: Any, action: str | None = None, **kwargs: Any) -> None:
        self.is_resumed = False
        if not args and "formdata" not in kwargs:
            kwargs["formdata"] = self._sent(action)
        super().__init__(*args, **kwargs)

    def _sent(self, action: str | None) -> MultiDict[str, str] | None:
        """What was typed: now, or before a session lapsed. Never JSON or files, which a form of
        this site does not send: their values are no text."""
        if self.is_submitted():
            return request.form
        kept = _kept_fields(action or request.path) if request.method == "GET" else None
        self.is_resumed = kept is not None
        return kept

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Whether it was sent, with a fresh token, and every field can be taken."""
        if not self.is_submitted():
            return False
        is_right = bool(self.validate(extra_validators))
        if g.get("has_stale_token", False):
            self.form_errors.append(
                gettext(
                    "This page had been open too long. Nothing was sent yet; check it and send it again."
                )
            )
            return False
        return is_right

    def refuse(self, error: Invalid) -> None:
        """Show beside its field why what was typed cannot be taken."""
        field = self._fields.get(error.field)
        if field is None:
            self.form_errors.append(gettext(error.message))
        else:
            field.errors = [*field.errors, gettext(error.message)]

    @property
    def has_errors(self) -> bool:
        """Whether anything was refused."""
        return bool(self.errors)


def _kept_fields(path: str) -> MultiDict[str, str] | None:
    load: Callable[[str], list[tuple[str, str]] | None] | None = current_app.extensions.get(
        KEPT_FORMS
    )
    fields = load(path) if load else None
    if fields is None:
        return None
    return MultiDict([(name, value) for name, value in fields if name != "csrf_token"])


def texts_sent() -> list[str]:
    """What somebody wrote, as far as this request brought it: several words, not choices or marks."""
    if request.method != "POST" or g.get("has_stale_token", True):
        return []
    return [
        clean(value)
        for name, values in request.form.lists()
        for value in values
        if name not in SECRETS and len(value.split()) > 1
    ]


class Required:
    """Something must be typed; blank space is nothing."""

    field_flags: Final = {"required": True}

    def __init__(self, message: Any = None) -> None:
        self._message = message or lazy_gettext("Fill this in.")

    def __call__(self, _form: Any, field: Field) -> None:
        if not field.raw_data or not any(str(value).strip() for value in field.raw_data):
            field.errors = []
            raise StopValidation(str(self._message))


class Typed:
    """Text that a person typed: no controls, no marks that turn text round, not too long."""

    def __init__(self, longest: int, *, lines: bool = False) -> None:
        self._longest = longest
        self._lines = lines
        self.field_flags: dict[str, object] = {}

    def __call__(self, _form: Any, field: Field) -> None:
        problem = problem_with(field.data or "", longest=self._longest, lines=self._lines)
        if problem:
            raise StopValidation(gettext(problem, longest=self._longest))


def cleaned(text: str | None) -> str | None:
    """Filter of a text field: line breaks of one kind."""
    return clean(text) if isinstance(text, str) else text


def trimmed(text: str | None) -> str | None:
    """Filter of a field of one line: without blank space round it. Controls that Python counts as
    blank space stay, to be refused."""
    return text.strip(_BLANKS) if isinstance(text, str) else text


def official_mailbox(_form: Any, field: Any) -> None:
    """A whole address that mail can reach; whether it is the office's is for people to judge.

    Nothing is looked up on the network. Names kept for tests (RFC 2606) are taken on sites for
    development and demonstration only.
    """
    try:
        found = validate_email(
            field.data,
            check_deliverability=False,
            allow_smtputf8=False,
            test_environment=services().settings.env is not Environment.PRODUCTION,
        )
    except EmailNotValidError:
        raise StopValidation(
            gettext("This is not a whole e-mail address. Write it like name@office.example.")
        ) from None
    field.data = found.ascii_email or found.normalized


class DayField(Field):
    """A day as 2026-03-12, or nothing."""

    widget = DateInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the day; blank space is none."""
        self.data: date | None = None
        typed = valuelist[0].strip() if valuelist else ""
        if not typed:
            return
        try:
            self.data = date.fromisoformat(typed if _DAY.fullmatch(typed) else "")
        except ValueError:
            raise ValueError(
                gettext("This is no day of the calendar. Write it like 2026-03-12.")
            ) from None


class OnceField(HiddenField):
    """A random value that makes sending a form twice the same as sending it once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validators=[_well_formed_once], default=new_token, **kwargs)


def _well_formed_once(_form: Any, field: Field) -> None:
    if not _ONCE.fullmatch(field.data or ""):
        raise ValidationError(gettext("This form was changed on its way. Open the page anew."))
