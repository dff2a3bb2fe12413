"""The shape of what applicants send."""

from typing import Final

from flask_babel import lazy_gettext
from wtforms import (
    EmailField,
    HiddenField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from forum.web.forms import (
    BaseForm,
    OnceField,
    Required,
    Typed,
    cleaned,
    official_mailbox,
    trimmed,
)

_LONGEST_REASON: Final = 4000


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
