"""Forms of discussion."""

from collections.abc import Iterable
from typing import Any, Final

from flask import g, request
from flask_babel import gettext, lazy_gettext
from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from forum.core import text
from forum.core.secrets import new_token
from forum.discussion.asking import Offers, Wish
from forum.discussion.checks import LONGEST_BODY, LONGEST_TITLE, NewReply, NewThread
from forum.discussion.handling import marks_at_least
from forum.discussion.models import Audience, Mark, ThreadKind
from forum.reference.languages import LANGUAGES, OF_THE_UNITED_NATIONS
from forum.reference.words import function_label, language_name
from forum.web.forms import BaseForm, DayField, OnceField, Required, Typed, cleaned, trimmed

_KINDS: Final = {
    ThreadKind.QUESTION: lazy_gettext("Question"),
    ThreadKind.DISCUSSION: lazy_gettext("Discussion"),
    ThreadKind.ANNOUNCEMENT: lazy_gettext("Announcement"),
}
_AUDIENCES: Final = {
    Audience.NETWORK: lazy_gettext("All members"),
    Audience.ADDRESSED: lazy_gettext("My State and the States I ask"),
}


class _Offered:
    """Only what the list offers can be chosen; what was sent otherwise is refused with a reason."""

    validate_choice = True

    def pre_validate(self, _form: object) -> None:
        data: Any = getattr(self, "data", None)
        chosen = data if isinstance(data, list) else [data]
        offered = {str(value) for value, *_ in self.choices}  # type: ignore[attr-defined]
        if not offered.issuperset("" if one is None else str(one) for one in chosen):
            raise ValidationError(gettext("Choose from the list; what was sent is not in it."))


class Choice(_Offered, SelectField):
    """One of a list."""


class FewChoices(_Offered, RadioField):
    """One of few, all of them in sight."""


class ManyChoices(_Offered, SelectMultipleField):
    """Several of a list, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class WritingForm(BaseForm):
    """A form in which a post is written; "Preview" sends it too."""

    body = TextAreaField(
        lazy_gettext("Details"),
        [Required(lazy_gettext("Write your text.")), Typed(LONGEST_BODY, lines=True)],
        filters=[cleaned],
    )

    @property
    def wants_preview(self) -> bool:
        """Whether it was sent to see how it will look."""
        return self.is_submitted() and request.form.get("do") == "preview"

    def preview(self) -> str:
        """How the text will look; nothing if it cannot be posted like that. Other fields are not
        judged yet."""
        if g.get("has_stale_token", False):
            self.validate_on_submit()
            return ""
        return text.render(self.body.data or "") if self.body.validate(self) else ""

    def renew_once(self) -> None:
        """Make the form one that was not sent yet: nothing was posted."""
        if "once" in self:
            self["once"].data = new_token()


class ReplyForm(WritingForm):
    """A reply to a thread."""

    language = Choice(lazy_gettext("Language of your text"), default="en")
    once = OnceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body.label.text = gettext("Your reply")
        self.language.choices = languages()

    @property
    def reply(self) -> NewReply:
        """What was typed."""
        return NewReply(
            body=self.body.data or "", once=self.once.data or "", language=self.language.data
        )


class EditForm(WritingForm):
    """Another text for a post."""

    #: Of the text from which the author began.
    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body.label.text = gettext("Your text")


class PreviewForm(WritingForm):
    """Only the text, to see how it will look while it is typed."""


class AskForm(WritingForm):
    """A new thread."""

    board = Choice(lazy_gettext("Board"), [Required(lazy_gettext("Choose a board."))])
    kind = FewChoices(lazy_gettext("What is it?"), default=ThreadKind.QUESTION.value)
    title = StringField(
        lazy_gettext("Your question in one sentence"),
        [Required(lazy_gettext("Write your question in one sentence.")), Typed(LONGEST_TITLE)],
        filters=[cleaned, trimmed],
    )
    states = ManyChoices(lazy_gettext("Which States do you ask?"))
    function = Choice(lazy_gettext("Function"))
    audience = FewChoices(lazy_gettext("Who may read it?"), default=Audience.NETWORK.value)
    mark = Choice(lazy_gettext("Handling mark"), default="")
    language = Choice(lazy_gettext("Language of your text"), default="en")
    needed_by = DayField(lazy_gettext("Answer needed by"))
    once = OnceField()

    def __init__(self, offers: Offers, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offers = offers
        self.board.choices = [("", gettext("Choose a board"))]
        self.board.choices += [(board.slug, board.title) for board in offers.boards]
        self.kind.choices = [(kind.value, str(_KINDS[kind])) for kind in offers.kinds]
        self.states.choices = [(state.code, state.name_en) for state in offers.states]
        self.function.choices = [("", gettext("As the board"))]
        self.function.choices += [
            (function.code, function_label(function)) for function in offers.functions
        ]
        self.audience.choices = [(value.value, str(words)) for value, words in _AUDIENCES.items()]
        self.mark.choices = [("", gettext("As board and readers require"))]
        self.mark.choices += [
            (mark.value, f"TLP:{mark.value}") for mark in marks_at_least(Mark.CLEAR)
        ]
        self.language.choices = languages()
        if self.mark.data == Mark.RED.value:  # refused with a reason of its own
            self.mark.choices.append((Mark.RED.value, "TLP:RED"))

    def begin_with(self, board: str, function: str, states: Iterable[str]) -> None:
        """Choose beforehand what a link to the form said, as far as it is offered."""
        if board in {one.slug for one in self._offers.boards}:
            self.board.data = board
        if function in {one.code for one in self._offers.functions}:
            self.function.data = function
        offered = {state.code for state in self._offers.states}
        self.states.data = [state for state in states if state in offered]

    @property
    def wish(self) -> Wish:
        """Whom it is put to, as far as it is chosen yet."""
        return Wish(
            is_question=self.kind.data == ThreadKind.QUESTION.value,
            board_slug=self.board.data or "",
            states=tuple(self.states.data or ()),
            function_code=self.function.data or None,
        )

    @property
    def thread(self) -> NewThread:
        """What was typed and chosen."""
        return NewThread(
            board_slug=self.board.data,
            kind=ThreadKind(self.kind.data),
            title=self.title.data or "",
            body=self.body.data or "",
            once=self.once.data or "",
            language=self.language.data,
            function_code=self.function.data or None,
            states=tuple(self.states.data or ()),
            audience=Audience(self.audience.data),
            mark=Mark(self.mark.data) if self.mark.data else None,
            needed_by=self.needed_by.data,
        )


def languages() -> list[tuple[str, str]]:
    """Those in which posts are written: the six of the United Nations first, then by name."""
    first, named = len(OF_THE_UNITED_NATIONS), [(code, language_name(code)) for code in LANGUAGES]
    return named[:first] + sorted(named[first:], key=lambda pair: pair[1].casefold())
