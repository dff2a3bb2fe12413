"""Reading threads and posts: each query returns only what the actor may read."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.sql.elements import ColumnElement

from forum.core.db import db
from forum.core.errors import NotFound
from forum.directory.models import Authority
from forum.discussion.models import (
    AddressedState,
    Board,
    Post,
    ReadMark,
    Revision,
    Thread,
    ThreadReader,
)
from forum.policy import Actor, Permission, readable_by, require


def is_readable_by(actor: Actor) -> ColumnElement[bool]:
    """Of threads: those that the actor may read. The same keys as `policy.readable_by`."""
    return Thread.readers.any(ThreadReader.key.in_(sorted(readable_by(actor))))


def takes_posts() -> ColumnElement[bool]:
    """Of threads: those that take posts still, and so pass on when their owner leaves."""
    return Thread.closed_at.is_(None) & Thread.withdrawn_at.is_(None)


def thread_for(
    actor: Actor, thread_id: int, permission: Permission = Permission.THREAD_READ
) -> Thread:
    """The thread, once the rules let `actor` use it in this way.

    Raises NotFound, never Forbidden, if the actor may not even read it: whether States have a
    thread between them is itself confidential.
    """
    thread = db.session.scalar(
        select(Thread)
        .where(Thread.id == thread_id, is_readable_by(actor))
        .options(
            joinedload(Thread.board),
            joinedload(Thread.function),
            joinedload(Thread.author),
            joinedload(Thread.authority).joinedload(Authority.state),
            selectinload(Thread.readers),
            selectinload(Thread.addressed).joinedload(AddressedState.state),
        )
    )
    if thread is None:
        raise NotFound(f"thread {thread_id}")
    require(actor, permission, thread.subject)
    return thread


def post_for(actor: Actor, post_id: int, permission: Permission = Permission.POST_READ) -> Post:
    """The post, once the rules let `actor` use it in this way; NotFound like `thread_for`."""
    post = db.session.scalar(
        select(Post)
        .join(Post.thread)
        .where(Post.id == post_id, is_readable_by(actor))
        .options(
            contains_eager(Post.thread).selectinload(Thread.readers),
            contains_eager(Post.thread).joinedload(Thread.board),
            joinedload(Post.author),
            joinedload(Post.authority).joinedload(Authority.state),
        )
    )
    if post is None:
        raise NotFound(f"post {post_id}")
    require(actor, permission, post.subject)
    return post


def readable_threads(actor: Actor, numbers: Collection[int]) -> set[int]:
    """Of these threads: those that `actor` may read."""
    found = select(Thread.id).where(Thread.id.in_(numbers), is_readable_by(actor))
    return set(db.session.scalars(found))


def readable_posts(actor: Actor, numbers: Collection[int]) -> set[int]:
    """Of these posts: those that `actor` may read."""
    found = select(Post.id).join(Post.thread).where(Post.id.in_(numbers), is_readable_by(actor))
    return set(db.session.scalars(found))


def post_to_edit(actor: Actor, post_id: int, *, is_written: bool) -> Post:
    """The post, if `actor` may change it. One who has written already is let through by authorship
    alone: if the thread was closed meanwhile, the text is given back instead of being lost."""
    if not is_written:
        return post_for(actor, post_id, Permission.POST_CHANGE)
    post = post_for(actor, post_id)
    own = replace(post.subject, is_open=True, is_withdrawn=False)
    require(actor, Permission.POST_CHANGE, own)
    return post


def posts_of(thread: Thread) -> list[Post]:
    """The posts of a thread that was got by `thread_for`: the opening one, accepted answers, then
    the others by date."""
    posts = db.session.scalars(
        select(Post)
        .where(Post.thread_id == thread.id)
        .options(
            joinedload(Post.author),
            joinedload(Post.authority).joinedload(Authority.state),
        )
        .order_by(
            Post.is_opening.desc(),
            (Post.accepted_at.is_not(None) & Post.withdrawn_at.is_(None)).desc(),
            Post.posted_at,
            Post.id,
        )
    ).all()
    for post in posts:
        post.thread = thread
    return list(posts)


def revisions_of(actor: Actor, post_id: int) -> tuple[Post, list[Revision]]:
    """A post and what it said before, newest first.

    Raises NotFound for a post that was withdrawn: nothing of it is shown any more.
    """
    post = post_for(actor, post_id)
    if post.withdrawn_at is not None:
        raise NotFound(f"post {post_id} is withdrawn")
    revisions = db.session.scalars(
        select(Revision).where(Revision.post_id == post.id).order_by(Revision.id.desc())
    )
    return post, list(revisions)


def seen_up_to(actor: Actor, thread: Thread) -> int:
    """Number of the post up to which the member has dealt with the thread; 0 for none."""
    mark = db.session.get(ReadMark, (actor.id, thread.id))
    return mark.post_id if mark else 0


def board_for(actor: Actor, slug: str) -> Board:
    """The board of that name; every member reads every board."""
    board = next((board for board in boards() if board.slug == slug), None)
    if board is None:
        raise NotFound(f"board {slug!r}")
    require(actor, Permission.BOARD_READ, board.subject)
    return board


def boards() -> list[Board]:
    """All boards in their order."""
    return list(
        db.session.scalars(
            select(Board).options(joinedload(Board.function)).order_by(Board.position, Board.slug)
        )
    )


def latest_replies(threads: Sequence[Thread]) -> dict[int, Post]:
    """The newest standing reply of each of these threads, by the thread's number."""
    newest = (
        select(func.max(Post.id))
        .where(
            Post.thread_id.in_([thread.id for thread in threads]),
            Post.is_opening.is_(False),
            Post.withdrawn_at.is_(None),
        )
        .group_by(Post.thread_id)
    )
    found = db.session.scalars(
        select(Post)
        .where(Post.id.in_(newest))
        .options(joinedload(Post.author), joinedload(Post.authority).joinedload(Authority.state))
    )
    return {post.thread_id: post for post in found}
