"""The shape of a change of e-mail, and of what is decided about it."""

from typing import Final

from flask_babel import gettext, lazy_gettext
from wtforms import EmailField, RadioField, TextAreaField
from wtforms.validators import ValidationError

from forum.web.forms import (
    BaseForm,
    Required,
    SelectChoice,
    Typed,
    cleaned,
    official_mailbox,
    trimmed,
)

_LONGEST_REASON: Final = 2000
APPROVE: Final = "approve"
DECLINE: Final = "decline"


class NewMailboxForm(BaseForm):
    """The address to come."""

    email = EmailField(
        lazy_gettext("New official e-mail"),
        [Required(lazy_gettext("Write your new office address.")), Typed(254), official_mailbox],
        filters=[cleaned, trimmed],
        description=lazy_gettext("Your own mailbox at the office. We send a link to it."),
    )


class DecisionForm(BaseForm):
    """What is decided about a change of e-mail."""

    decision = RadioField(
        lazy_gettext("Your decision"),
        [Required(lazy_gettext("Choose one of these."))],
        choices=[
            SelectChoice(APPROVE, lazy_gettext("Approve the new address")),
            SelectChoice(DECLINE, lazy_gettext("Decline: the address stays as it is")),
        ],
    )
    reason = TextAreaField(
        lazy_gettext("Reason"),
        [Typed(_LONGEST_REASON, lines=True)],
        filters=[cleaned, trimmed],
        description=lazy_gettext("Needed if you decline. The member sees it."),
    )

    def validate_reason(self, field: TextAreaField) -> None:
        """Whoever is refused is told why."""
        if self.decision.data == DECLINE and not field.data:
            raise ValidationError(gettext("Give the reason; the member sees it."))

    @property
    def is_approval(self) -> bool:
        """Whether the new address is approved."""
        return bool(self.decision.data == APPROVE)
