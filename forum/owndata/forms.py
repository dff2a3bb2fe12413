"""The shape of what is typed about own data."""

from typing import Final

from flask_babel import lazy_gettext
from wtforms import TextAreaField

from forum.web.forms import BaseForm, Required, Typed, cleaned, trimmed

_LONGEST: Final = 2000


class ErasureForm(BaseForm):
    """Why somebody wants to be erased; nobody must say."""

    reason = TextAreaField(
        lazy_gettext("Reason"),
        [Typed(_LONGEST, lines=True)],
        filters=[cleaned, trimmed],
        description=lazy_gettext("The moderators see it. It is erased with the account."),
    )


class RefusalForm(BaseForm):
    """Why an erasure is refused."""

    reason = TextAreaField(
        lazy_gettext("Why is it refused?"),
        [Required(lazy_gettext("Say why; the member will see it.")), Typed(_LONGEST, lines=True)],
        filters=[cleaned, trimmed],
        description=lazy_gettext("The member sees it, and it stays in the log."),
    )


class ApprovalForm(BaseForm):
    """Nothing but the token."""
