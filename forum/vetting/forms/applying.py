"""The shape of what applicants send."""

from typing import Any, Final

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext, lazy_gettext
from wtforms import (
    EmailField,
    HiddenField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from forum.core.services import services
from forum.core.settings import Environment
from forum.web.forms import BaseForm, OnceField, Required, Typed, cleaned, trimmed

_LONGEST_REASON: Final = 4000


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


class DetailsForm(BaseForm):
    """Who applies; State and authority were chosen on the pages before."""

    state = HiddenField()
    authority = HiddenField()
    unlisted_authority = StringField(
        lazy_gettext("Name of your authority"),
        [Typed(200)],
        filters=[cleaned, trimmed],
        description=lazy_gettext("As it stands on its letters."),
    )
    name = StringField(
        lazy_gettext("Full name"),
        [Required(lazy_gettext("Write your name.")), Typed(200)],
        filters=[cleaned, trimmed],
        description=lazy_gettext("As you sign letters."),
    )
    post = StringField(
        lazy_gettext("Post"),
        [Required(lazy_gettext("Write your post.")), Typed(200)],
        filters=[cleaned, trimmed],
        description=lazy_gettext(
            "Your position in the authority, such as “Senior State Attorney”."
        ),
    )
    email = EmailField(
        lazy_gettext("Official e-mail"),
        [Required(lazy_gettext("Write your office address.")), Typed(254), official_mailbox],
        filters=[cleaned, trimmed],
        description=lazy_gettext(
            "Your office mailbox. We send a link to it, and compare it with the directory."
        ),
    )
    languages = SelectMultipleField(
        lazy_gettext("Languages you work in"),
        [Required(lazy_gettext("Choose at least one language."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    reason = TextAreaField(
        lazy_gettext("Why you ask for access"),
        [Required(lazy_gettext("Say why you ask for access.")), Typed(_LONGEST_REASON, lines=True)],
        filters=[cleaned],
        description=lazy_gettext(
            "What you work on, and who in your authority knows of this. No facts of a case."
        ),
    )
    once = OnceField()


class AnswerForm(BaseForm):
    """What the applicant answers."""

    answer = TextAreaField(
        lazy_gettext("Your answer"),
        [Required(lazy_gettext("Write an answer.")), Typed(_LONGEST_REASON, lines=True)],
        filters=[cleaned],
        description=lazy_gettext("For the Secretariat. No facts of a case."),
    )
