"""What a new thread or reply must hold before it is posted, and what it gets where nothing is said."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import gettext
from sqlalchemy import select

from forum.core import clock, text
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.typed import problem_with
from forum.directory.models import Authority
from forum.discussion.handling import default_mark, loosest_mark
from forum.discussion.models import Audience, Board, Mark, ThreadKind
from forum.policy import Actor, Permission, allows
from forum.reference.languages import LANGUAGES
from forum.reference.models import State
from forum.reference.queries import offered_functions

LONGEST_TITLE: Final = 200
LONGEST_BODY: Final = 20_000
#: More States than this are asked better by a question to the whole network.
MOST_STATES: Final = 10


@dataclass(frozen=True)
class NewThread:
    """A thread as its author wants it."""

    board_slug: str
    kind: ThreadKind
    title: str
    body: str
    #: From the form; the same value makes sending it twice the same as once.
    once: str
    language: str = "en"
    #: None: that of the board.
    function_code: str | None = None
    #: Codes of the States it is addressed to.
    states: tuple[str, ...] = ()
    audience: Audience = Audience.NETWORK
    #: None: that of the audience and the board.
    mark: Mark | None = None
    needed_by: date | None = None


@dataclass(frozen=True)
class NewReply:
    """A reply as its author wants it."""

    body: str
    once: str
    language: str = "en"


def board_for_thread(actor: Actor, new: NewThread) -> Board:
    """The board, once the rules let `actor` open such a thread there; otherwise Invalid."""
    board = db.session.get(Board, new.board_slug)
    if board is None:
        raise Invalid("board", gettext("There is no such board. Choose one of the list."))
    if not allows(actor, Permission.THREAD_OPEN, board.subject):
        raise Invalid(
            "board",
            gettext("On this board the secretariat and State focal points open threads."),
        )
    notice = replace(board.subject, is_for_notices=True)
    is_notice = new.kind is ThreadKind.ANNOUNCEMENT
    if is_notice and not allows(actor, Permission.THREAD_OPEN, notice):
        raise Invalid("kind", gettext("The secretariat and State focal points make announcements."))
    return board


def check_thread(actor: Actor, new: NewThread, board: Board) -> None:
    """Raises Invalid with the field and a sentence for the first thing that cannot be taken."""
    _check_title(new.title)
    check_body(new.body)
    check_language(new.language)
    _check_addressed(new, board)
    _check_mark(new, board)
    if new.needed_by is not None and new.needed_by < today_of(actor):
        raise Invalid("needed_by", gettext("This day is past. Choose today or a later day."))


def check_body(body: str) -> None:
    """Raises Invalid if a post cannot say this."""
    _check_text("body", body, LONGEST_BODY, lines=True)
    if _is_blank(text.excerpt(body, LONGEST_BODY)):
        raise Invalid("body", gettext("Write some words; this shows as nothing."))


def check_language(language: str) -> None:
    """Raises Invalid if posts are not written in this language here."""
    if language not in LANGUAGES:
        raise Invalid("language", gettext("Choose one of the languages of the list."))


def function_of(new: NewThread, board: Board) -> str | None:
    """The function that a thread concerns: its author's word, else its board's."""
    return new.function_code or board.function_code


def mark_of(new: NewThread, board: Board) -> Mark:
    """The handling mark of a thread: its author's word, else what audience and board ask for."""
    return new.mark or default_mark(new.audience, board.default_mark)


def today_of(actor: Actor) -> date:
    """The day it is where the actor works."""
    return clock.now().astimezone(ZoneInfo(actor.zone)).date()


def states_to_ask() -> list[State]:
    """The States a question can be put to, by name: those with an office in the directory."""
    has_office = select(Authority.id).where(Authority.state_code == State.code).exists()
    return list(
        db.session.scalars(select(State).where(has_office).order_by(State.name_en, State.code))
    )


def _check_title(title: str) -> None:
    _check_text("title", title, LONGEST_TITLE, lines=False)
    if _is_blank(title):
        raise Invalid("title", gettext("Write your question in one sentence."))


def _check_text(field: str, typed: str, longest: int, *, lines: bool) -> None:
    problem = problem_with(typed, longest=longest, lines=lines)
    if problem is not None:
        raise Invalid(field, gettext(problem, longest=longest))


def _check_addressed(new: NewThread, board: Board) -> None:
    known = {state.code for state in states_to_ask()}
    if not known.issuperset(new.states):
        raise Invalid("states", gettext("Choose only States of the list."))
    if len(new.states) > MOST_STATES:
        raise Invalid(
            "states",
            gettext(
                "Choose at most %(most)s States, or ask the whole network without choosing any.",
                most=MOST_STATES,
            ),
        )
    if new.audience is Audience.ADDRESSED and not new.states:
        raise Invalid(
            "states", gettext("Choose at least one State, or let the whole network read it.")
        )
    function = function_of(new, board)
    if function is not None and function not in {known.code for known in offered_functions()}:
        raise Invalid("function", gettext("Choose one of the functions of the list."))
    if new.states and function is None:
        raise Invalid(
            "function",
            gettext("Choose the function, so that the office competent for it can be found."),
        )


def _check_mark(new: NewThread, board: Board) -> None:
    if new.mark is Mark.RED:
        raise Invalid(
            "mark",
            gettext(
                "TLP:RED is for named participants only, and there are no threads of named "
                "participants here yet. Choose another mark, or do not post it."
            ),
        )
    loosest = loosest_mark(new.audience, board.default_mark)
    if mark_of(new, board).strictness < loosest.strictness:
        raise Invalid(
            "mark",
            gettext("Here the mark is TLP:%(mark)s or stricter. Choose that.", mark=loosest.value),
        )


def _is_blank(typed: str) -> bool:
    """Whether nothing of it can be seen: blank space and unseen characters."""
    return all(char.isspace() or unicodedata.category(char) in {"Cf", "Mn"} for char in typed)
