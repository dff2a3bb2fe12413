"""Which handling mark a thread gets, and which it may have. Pure rules."""

from typing import Final

from forum.discussion.models import Audience, Mark

_DEFAULTS: Final = {Audience.NETWORK: Mark.GREEN, Audience.ADDRESSED: Mark.AMBER}


def default_mark(audience: Audience, of_board: Mark) -> Mark:
    """The mark of a thread whose author chose none: that of the audience or of the board,
    whichever is stricter."""
    return max(_DEFAULTS[audience], of_board, key=lambda mark: mark.strictness)


def loosest_mark(audience: Audience, of_board: Mark) -> Mark:
    """The loosest mark an author may choose.

    What only some States see is never looser than AMBER, and where a board has a stricter default
    than its audience needs, nothing on it is looser than that. An author may give the own words to
    everybody on an open board (CLEAR).
    """
    default = _DEFAULTS[audience]
    if audience is Audience.NETWORK and of_board.strictness <= default.strictness:
        return Mark.CLEAR
    return default_mark(audience, of_board)


def marks_at_least(loosest: Mark) -> list[Mark]:
    """The marks that may be chosen. RED is none of them: it needs threads of named participants."""
    return [mark for mark in Mark if mark.strictness >= loosest.strictness and mark is not Mark.RED]
