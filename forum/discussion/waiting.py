"""What waits for a member: questions for the office, replies to what the member asked, and news."""

from dataclasses import dataclass

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from forum.core import clock
from forum.core.db import db
from forum.directory.competence import CENTRAL_FUNCTION
from forum.directory.models import Authority, Designation
from forum.directory.queries import is_in_force
from forum.discussion.lists import has_status, with_facts
from forum.discussion.models import AddressedState, Post, ReadMark, Thread, ThreadKind, ThreadStatus
from forum.discussion.queries import is_readable_by, latest_replies
from forum.policy import Actor, Standing


@dataclass(frozen=True)
class NewReplies:
    """A thread of the member's own with replies not dealt with yet."""

    thread: Thread
    count: int
    #: The newest of them.
    latest: Post


def waiting_for(actor: Actor) -> list[Thread]:
    """Open questions for an office that the member stands for, not answered from there yet; those
    asked first come first."""
    standings = [held for held in actor.standings if held.state and held.functions]
    if not standings:
        return []
    query = (
        select(Thread)
        .where(
            is_readable_by(actor),
            or_(has_status(ThreadStatus.WAITING), has_status(ThreadStatus.ANSWERED)),
            or_(*(_waits_for(held) for held in standings)),
        )
        .order_by(Thread.opened_at, Thread.id)
    )
    return list(db.session.scalars(with_facts(query)))


def _waits_for(held: Standing) -> ColumnElement[bool]:
    is_answered = exists().where(
        Post.thread_id == Thread.id,
        Post.authority_id == held.authority_id,
        Post.is_opening.is_(False),
        Post.withdrawn_at.is_(None),
    )
    is_competent: ColumnElement[bool] = Thread.function_code.in_(sorted(held.functions))
    if CENTRAL_FUNCTION in held.functions:
        is_competent = or_(is_competent, ~_has_office(held.state or ""))
    return and_(
        Thread.addressed.any(AddressedState.state_code == held.state),
        Thread.authority_id != held.authority_id,
        is_competent,
        ~is_answered,
    )


def _has_office(state: str) -> ColumnElement[bool]:
    """Whether the State designated any authority for the function of the thread."""
    return (
        exists()
        .where(
            Designation.authority_id == Authority.id,
            Authority.state_code == state,
            Designation.function_code == Thread.function_code,
            is_in_force(Designation, clock.now().date()),
        )
        .correlate(Thread)
    )


def replies_to(actor: Actor) -> list[NewReplies]:
    """Threads of the member's own, or taken over, that others answered since the member last wrote there or said
    that the replies were read; not those that are solved. The newest reply comes first."""
    if actor.id is None:
        return []
    own = aliased(Post)
    last_own = (
        select(func.max(own.id))
        .where(own.thread_id == Thread.id, own.author_id == actor.id)
        .correlate(Thread)
        .scalar_subquery()
    )
    seen = (
        select(ReadMark.post_id)
        .where(ReadMark.thread_id == Thread.id, ReadMark.member_id == actor.id)
        .correlate(Thread)
        .scalar_subquery()
    )
    counts = dict(
        db.session.execute(
            select(Thread.id, func.count())
            .join(Post, Post.thread_id == Thread.id)
            .where(
                is_readable_by(actor),
                Thread.asker_id == actor.id,
                Thread.solved_at.is_(None),
                Thread.withdrawn_at.is_(None),
                Post.author_id != actor.id,
                Post.is_opening.is_(False),
                Post.withdrawn_at.is_(None),
                Post.id > func.coalesce(last_own, 0),
                Post.id > func.coalesce(seen, 0),
            )
            .group_by(Thread.id)
        ).all()
    )
    query = with_facts(select(Thread).where(Thread.id.in_(counts), is_readable_by(actor)))
    threads = db.session.scalars(query.order_by(Thread.last_post_at.desc(), Thread.id.desc())).all()
    latest = latest_replies(threads)
    return [NewReplies(thread, counts[thread.id], latest[thread.id]) for thread in threads]


def latest_for(actor: Actor, most: int = 6) -> list[Thread]:
    """The newest threads of others on the functions of the member's authorities; on all functions
    for the secretariat."""
    conditions = [
        is_readable_by(actor),
        Thread.withdrawn_at.is_(None),
        Thread.asker_id != actor.id,
    ]
    if not actor.is_moderator:
        functions = sorted({function for _, function in actor.functions})
        conditions.append(
            or_(
                Thread.function_code.in_(functions),
                and_(Thread.function_code.is_(None), Thread.kind != ThreadKind.QUESTION),
            )
        )
    query = (
        select(Thread)
        .where(*conditions)
        .order_by(Thread.opened_at.desc(), Thread.id.desc())
        .limit(most)
    )
    return list(db.session.scalars(with_facts(query)))
