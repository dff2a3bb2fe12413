"""Lists of threads, with filters, counts and pages, always of what the actor may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.elements import ColumnElement

from forum.core.db import db
from forum.core.paging import Page, page_of
from forum.directory.models import Authority
from forum.discussion.models import (
    AddressedState,
    Board,
    Post,
    Thread,
    ThreadKind,
    ThreadStatus,
)
from forum.discussion.queries import boards, is_readable_by
from forum.policy import Actor
from forum.reference.models import State

PAGE_SIZE: Final = 30


class View(StrEnum):
    """The views of all threads."""

    ALL = "all"
    WAITING = "waiting"
    MINE = "mine"
    MY_STATE = "my-state"
    SOLVED = "solved"


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to."""

    view: View = View.ALL
    board_slug: str | None = None
    status: ThreadStatus | None = None
    #: Code of a State that is addressed.
    state: str | None = None


@dataclass(frozen=True)
class BoardLine:
    """A board and what the actor may read on it."""

    board: Board
    threads: int
    waiting: int
    last_post_at: datetime | None


def has_status(status: ThreadStatus) -> ColumnElement[bool]:
    """`Thread.status` as a condition."""
    is_open = and_(Thread.solved_at.is_(None), Thread.closed_at.is_(None))
    is_question = Thread.kind == ThreadKind.QUESTION
    conditions = {
        ThreadStatus.SOLVED: Thread.solved_at.is_not(None),
        ThreadStatus.CLOSED: and_(Thread.solved_at.is_(None), Thread.closed_at.is_not(None)),
        ThreadStatus.WAITING: and_(is_open, is_question, Thread.reply_count == 0),
        ThreadStatus.ANSWERED: and_(is_open, is_question, Thread.reply_count > 0),
        ThreadStatus.OPEN: and_(is_open, Thread.kind != ThreadKind.QUESTION),
    }
    return conditions[status]


def threads_for(
    actor: Actor, wanted: Wanted, *, before: str | None = None, after: str | None = None
) -> Page[Thread]:
    """A page of the threads that the actor may read, those with the newest post first."""
    return page_of(
        with_facts(select(Thread).where(*_conditions(actor, wanted))),
        moment=Thread.last_post_at,
        number=Thread.id,
        before=before,
        after=after,
        size=PAGE_SIZE,
    )


def with_facts(query: Select[Thread]) -> Select[Thread]:
    """The query, loading with each thread what a row of a list shows."""
    return query.options(
        joinedload(Thread.function),
        joinedload(Thread.author),
        joinedload(Thread.authority).joinedload(Authority.state),
        selectinload(Thread.addressed).joinedload(AddressedState.state),
    )


def counts_for(actor: Actor, wanted: Wanted) -> dict[ThreadStatus | None, int]:
    """How many threads of each status there are; under None, how many in all."""
    total, *numbers = db.session.execute(
        select(
            func.count(),
            *(
                func.coalesce(func.sum(case((has_status(status), 1), else_=0)), 0)
                for status in ThreadStatus
            ),
        )
        .select_from(Thread)
        .where(*_conditions(actor, wanted))
    ).one()
    return {None: total, **dict(zip(ThreadStatus, numbers, strict=True))}


def states_asked(actor: Actor, board_slug: str | None = None) -> list[tuple[State, int]]:
    """The States that readable threads are addressed to, by name, with the number of threads."""
    rows = db.session.execute(
        select(State, func.count())
        .join(AddressedState, AddressedState.state_code == State.code)
        .join(Thread, Thread.id == AddressedState.thread_id)
        .where(*_conditions(actor, Wanted(board_slug=board_slug)))
        .group_by(State.code)
        .order_by(State.name_en, State.code)
    )
    return [(state, number) for state, number in rows]


def board_lines(actor: Actor) -> list[BoardLine]:
    """All boards in their order, with what the actor may read on each."""
    is_waiting = case((has_status(ThreadStatus.WAITING), 1), else_=0)
    found = {
        slug: (threads, waiting, last)
        for slug, threads, waiting, last in db.session.execute(
            select(
                Thread.board_slug,
                func.count(),
                func.sum(is_waiting),
                func.max(Thread.last_post_at),
            )
            .where(is_readable_by(actor))
            .group_by(Thread.board_slug)
        )
    }
    return [BoardLine(board, *found.get(board.slug, (0, 0, None))) for board in boards()]


def _conditions(actor: Actor, wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    conditions = [is_readable_by(actor)]
    if wanted.board_slug is not None:
        conditions.append(Thread.board_slug == wanted.board_slug)
    if wanted.status is not None:
        conditions.append(has_status(wanted.status))
    if wanted.state is not None:
        conditions.append(Thread.addressed.any(AddressedState.state_code == wanted.state))
    if wanted.view is View.WAITING:
        conditions.append(has_status(ThreadStatus.WAITING))
    elif wanted.view is View.SOLVED:
        conditions.append(has_status(ThreadStatus.SOLVED))
    elif wanted.view is View.MINE:
        wrote = exists().where(Post.thread_id == Thread.id, Post.author_id == actor.id)
        conditions.append(or_(Thread.asker_id == actor.id, wrote))
    elif wanted.view is View.MY_STATE:
        states = sorted(actor.states)
        conditions.append(
            or_(
                Thread.addressed.any(AddressedState.state_code.in_(states)),
                Thread.authority.has(Authority.state_code.in_(states)),
            )
        )
    return conditions
