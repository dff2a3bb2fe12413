"""What the page for a new thread offers, and whom a question will be told to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from forum.core import clock
from forum.directory.competence import Asked, offices_to_ask
from forum.directory.models import Authority
from forum.discussion.checks import states_to_ask
from forum.discussion.models import Board, ThreadKind
from forum.discussion.queries import boards
from forum.policy import Actor, Permission, allows
from forum.reference.models import Function, State
from forum.reference.queries import offered_functions


@dataclass(frozen=True)
class Offers:
    """What an actor can choose from."""

    boards: Sequence[Board]
    kinds: Sequence[ThreadKind]
    functions: Sequence[Function]
    states: Sequence[State]


@dataclass(frozen=True)
class Wish:
    """Whom a thread that is being written is put to, as far as it is chosen yet."""

    is_question: bool
    board_slug: str
    states: Sequence[str]
    function_code: str | None


@dataclass(frozen=True)
class Told:
    """An office that will be told of a question; without an office, nobody in that State is."""

    state: State
    office: Authority | None = None
    #: How many of its members get a mail.
    members: int = 0
    #: It stands in for the function's own office, which the State did not name.
    is_instead: bool = False


def offers_for(actor: Actor) -> Offers:
    """The boards, kinds of thread, functions and States open to the actor."""
    open_boards = [
        board for board in boards() if allows(actor, Permission.THREAD_OPEN, board.subject)
    ]
    announces = any(
        allows(actor, Permission.THREAD_OPEN, replace(board.subject, is_for_notices=True))
        for board in open_boards
    )
    kinds = [kind for kind in ThreadKind if announces or kind is not ThreadKind.ANNOUNCEMENT]
    return Offers(open_boards, kinds, offered_functions(), states_to_ask())


def told_by(actor: Actor, offers: Offers, wish: Wish) -> list[Told]:
    """The offices that a question will be told to: for each State those that its card will show."""
    states = [state for state in offers.states if state.code in wish.states]
    function = wish.function_code or next(
        (board.function_code for board in offers.boards if board.slug == wish.board_slug), None
    )
    is_offered = function in {known.code for known in offers.functions}
    if function is None or not (states and is_offered and wish.is_question):
        return []
    asked = offices_to_ask([state.code for state in states], function, clock.now().date())
    told: list[Told] = []
    for state in states:
        offices = [office for office in asked if office.state_code == state.code]
        told += [_told(state, office, actor) for office in offices] or [Told(state)]
    return told


def _told(state: State, office: Asked, actor: Actor) -> Told:
    others = [member for member in office.members if member.id != actor.id]
    return Told(state, office.authority, len(others), office.is_instead)
