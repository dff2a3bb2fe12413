"""Pages that list threads: the boards, one board, and the views of all threads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import url_for
from flask_babel import gettext

from forum.discussion.lists import (
    BoardLine,
    View,
    Wanted,
    board_lines,
    counts_for,
    states_asked,
    threads_for,
)
from forum.discussion.models import Board, Openers, ThreadStatus
from forum.discussion.queries import board_for
from forum.discussion.shown import ThreadRow, rows_of
from forum.policy import Actor, Permission, allows
from forum.reference.models import State

E = TypeVar("E", bound=StrEnum)
#: Makes the address of a page with some filters set anew; None takes one away.
Address = Callable[[dict[str, str | None]], str]


@dataclass(frozen=True)
class Filter:
    """A link that narrows a list; `count` is None where nobody counted."""

    label: str
    url: str
    is_current: bool
    count: int | None = None
    alpha3: str = ""


@dataclass(frozen=True)
class ListPage:
    """A page of threads and the ways to others."""

    rows: Sequence[ThreadRow]
    tabs: Sequence[Filter]
    newer_url: str | None
    older_url: str | None
    ask_url: str | None
    states: Sequence[Filter] = ()
    #: Name of the State to which the list is narrowed, or "".
    state: str = ""
    board: Board | None = None


@dataclass(frozen=True)
class ShownBoard:
    """A board in the list of boards."""

    line: BoardLine
    url: str
    waiting_url: str
    is_for_notices: bool


def boards_page(actor: Actor) -> list[ShownBoard]:
    """All boards in their order."""
    return [
        ShownBoard(
            line,
            url_for("discussion.board", slug=line.board.slug),
            url_for("discussion.board", slug=line.board.slug, status=ThreadStatus.WAITING.value),
            line.board.openers is Openers.NOTICES,
        )
        for line in board_lines(actor)
    ]


def board_page(actor: Actor, slug: str, asked: Mapping[str, str]) -> ListPage:
    """The threads of a board; `asked` may hold `status`, `state`, `before` and `after`."""
    board = board_for(actor, slug)
    status, states = _one_of(ThreadStatus, asked.get("status")), states_asked(actor, slug)
    state = next((found for found, _ in states if found.code == asked.get("state")), None)
    wanted = Wanted(board_slug=slug, state=state.code if state else None)
    now = {"status": status, "state": wanted.state}

    def address(changed: dict[str, str | None]) -> str:
        return url_for("discussion.board", slug=slug, **_said({**now, **changed}))

    may_open = allows(actor, Permission.THREAD_OPEN, board.subject)
    ask_url = url_for("discussion.new_thread", board=slug, state=wanted.state)
    counts = counts_for(actor, wanted)
    wanted = Wanted(board_slug=slug, state=wanted.state, status=status)
    found = threads_for(actor, wanted, before=asked.get("before"), after=asked.get("after"))
    return ListPage(
        rows=rows_of(found.rows),
        tabs=_status_tabs(status, counts, address),
        newer_url=_turned(address, "after", found.newer),
        older_url=_turned(address, "before", found.older),
        ask_url=ask_url if may_open else None,
        states=_state_filters(states, state, address),
        state=state.name_en if state else "",
        board=board,
    )


def threads_page(actor: Actor, asked: Mapping[str, str]) -> ListPage:
    """All threads in one of the views; `asked` may hold `view`, `before` and `after`."""
    view = _one_of(View, asked.get("view")) or View.ALL
    found = threads_for(actor, Wanted(view), before=asked.get("before"), after=asked.get("after"))

    def address(changed: dict[str, str | None]) -> str:
        return url_for("discussion.threads", **_said({"view": view.value, **changed}))

    labels = {
        View.ALL: gettext("All"),
        View.WAITING: gettext("Waiting"),
        View.MINE: gettext("Mine"),
        View.MY_STATE: gettext("My State"),
        View.SOLVED: gettext("Solved"),
    }
    shown = [one for one in View if one is not View.MY_STATE or actor.states]
    return ListPage(
        rows=rows_of(found.rows),
        tabs=[Filter(labels[one], address({"view": one.value}), one is view) for one in shown],
        newer_url=_turned(address, "after", found.newer),
        older_url=_turned(address, "before", found.older),
        ask_url=url_for("discussion.new_thread") if allows(actor, Permission.THREAD_OPEN) else None,
    )


def _status_tabs(
    current: ThreadStatus | None, counts: Mapping[ThreadStatus | None, int], address: Address
) -> list[Filter]:
    """All threads, those waiting, and each other status that there is."""
    labels = {
        None: gettext("All"),
        ThreadStatus.WAITING: gettext("Waiting"),
        ThreadStatus.ANSWERED: gettext("Answered"),
        ThreadStatus.SOLVED: gettext("Solved"),
        ThreadStatus.OPEN: gettext("Open"),
        ThreadStatus.CLOSED: gettext("Closed"),
    }
    return [
        Filter(label, address({"status": status}), status is current, counts[status])
        for status, label in labels.items()
        if counts[status] or status in {None, ThreadStatus.WAITING, current}
    ]


def _state_filters(
    states: Sequence[tuple[State, int]], current: State | None, address: Address
) -> list[Filter]:
    return [
        Filter(state.name_en, address({"state": state.code}), state is current, count, state.alpha3)
        for state, count in states
    ] + ([Filter(gettext("Any State"), address({"state": None}), False)] if current else [])


def _turned(address: Address, where: str, cursor: str | None) -> str | None:
    return address({where: cursor}) if cursor else None


def _one_of(kind: type[E], asked: str | None) -> E | None:
    """The one asked for; one that does not exist is as if it were not asked for."""
    return next((value for value in kind if value.value == asked), None)


def _said(words: Mapping[str, str | None]) -> dict[str, Any]:
    return {name: str(value) for name, value in words.items() if value}
