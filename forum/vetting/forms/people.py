"""Fields about somebody else: whom a note verbale names, whom a head or focal point nominates."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import EmailField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ListWidget

from forum.web.forms import Required, Typed, cleaned, official_mailbox, trimmed


def name_field(description: Any = "") -> StringField:
    """What they are called."""
    return StringField(
        lazy_gettext("Full name"),
        [Required(lazy_gettext("Write the name.")), Typed(200)],
        filters=[cleaned, trimmed],
        description=description,
    )


def post_field() -> StringField:
    """What they are in their authority."""
    return StringField(
        lazy_gettext("Post"),
        [Required(lazy_gettext("Write the post.")), Typed(200)],
        filters=[cleaned, trimmed],
    )


def mailbox_field(description: Any) -> EmailField:
    """Their mailbox at the office."""
    return EmailField(
        lazy_gettext("Official e-mail"),
        [Required(lazy_gettext("Write the office address.")), Typed(254), official_mailbox],
        filters=[cleaned, trimmed],
        description=description,
    )


def languages_field() -> SelectMultipleField:
    """What can be spoken with them."""
    return SelectMultipleField(
        lazy_gettext("Languages they work in"),
        [Required(lazy_gettext("Choose at least one language."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
