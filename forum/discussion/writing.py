"""The parts of writing: rows from what was typed, the same form sent twice, locks, counts."""

from datetime import datetime

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from forum.core import clock, text
from forum.core.db import db
from forum.core.errors import Conflict, Forbidden, Invalid, NotFound
from forum.discussion import checks
from forum.discussion.checks import NewReply, NewThread
from forum.discussion.models import (
    AddressedState,
    Audience,
    Board,
    Post,
    Thread,
    ThreadReader,
)
from forum.discussion.queries import post_for, thread_for
from forum.members.models import Member
from forum.policy import NETWORK, Actor, Permission, Standing, member_key, require, state_key


class AlreadySent(Invalid):
    """The form was used before, for something else; what came now was not posted."""

    def __init__(self) -> None:
        super().__init__(
            "body",
            gettext(
                "You posted from this page already, with other words. "
                "Send this again to post it as well."
            ),
        )


class ThreadClosed(Conflict):
    """The thread takes no more posts."""


def standing_of(actor: Actor) -> Standing:
    """The standing under which the actor writes."""
    if actor.main is None or not actor.is_member:
        raise Forbidden("represents no authority")
    return actor.main


def thread_row(actor: Actor, standing: Standing, new: NewThread, board: Board) -> Thread:
    """A thread as wanted, for the author and the authority represented."""
    now = clock.now()
    return Thread(
        board=board,
        kind=new.kind,
        title=new.title,
        language=new.language,
        function_code=checks.function_of(new, board),
        author_id=actor.id,
        authority_id=standing.authority_id,
        audience=new.audience,
        mark=checks.mark_of(new, board),
        needed_by=new.needed_by,
        opened_at=now,
        last_post_at=now,
        once=new.once,
        addressed=[
            AddressedState(state_code=code, position=place)
            for place, code in enumerate(dict.fromkeys(new.states))
        ],
        readers=[ThreadReader(key=key) for key in sorted(_reader_keys(actor, new))],
    )


def _reader_keys(actor: Actor, new: NewThread) -> frozenset[str]:
    """Who will read it: all, or the members of the asking and the addressed States. Whoever asks
    for the secretariat, which has no State, reads the own thread."""
    if new.audience is Audience.NETWORK:
        return frozenset({NETWORK})
    standing = standing_of(actor)
    asking = state_key(standing.state) if standing.state else member_key(actor.id or 0)
    return frozenset({asking, *map(state_key, new.states)})


def post_row(
    actor: Actor, standing: Standing, thread: Thread, body: str, language: str, once: str
) -> Post:
    """A post of the author, rendered, with what is known of the author today."""
    author = db.session.get_one(Member, actor.id)
    return Post(
        thread=thread,
        author_id=actor.id,
        authority_id=standing.authority_id,
        author_post=actor.post,
        author_vetted_at=author.vetted_at,
        author_vetted_how=author.vetted_how,
        author_confirmed_at=standing.confirmed_at,
        author_may_speak_since=standing.may_speak_since,
        language=language,
        source=body,
        html=text.render(body),
        renderer=text.RENDERER,
        posted_at=clock.now(),
        once=once,
    )


def is_first(*rows: Thread | Post) -> bool:
    """Add the rows; False if another request was faster with the same form."""
    try:
        with db.session.begin_nested():
            db.session.add_all(rows)
            db.session.flush()
    except IntegrityError:
        return False
    return True


def thread_sent(actor: Actor, new: NewThread) -> Thread | None:
    """The thread that this form opened already."""
    row = db.session.execute(
        select(Thread, Post.source)
        .join(Post, (Post.thread_id == Thread.id) & Post.is_opening)
        .where(Thread.author_id == actor.id, Thread.once == new.once)
    ).first()
    if row is None:
        return None
    thread, source = row
    if (thread.title, source) != (new.title, new.body):
        raise AlreadySent
    return thread_for(actor, thread.id)


def reply_sent(actor: Actor, thread_id: int, new: NewReply) -> Post | None:
    """The reply that this form posted already."""
    post = db.session.scalar(select(Post).where(Post.author_id == actor.id, Post.once == new.once))
    if post is not None and (post.thread_id, post.source) != (thread_id, new.body):
        raise AlreadySent
    return post


def locked_thread(actor: Actor, thread_id: int) -> Thread:
    """The thread, with its row locked first: whatever counts posts waits for its turn."""
    db.session.execute(select(Thread.id).where(Thread.id == thread_id).with_for_update())
    return thread_for(actor, thread_id)


def locked_post(actor: Actor, post_id: int) -> Post:
    """The post, with the row of its thread locked first."""
    thread_id = db.session.scalar(select(Post.thread_id).where(Post.id == post_id))
    if thread_id is None:
        raise NotFound(f"post {post_id}")
    locked_thread(actor, thread_id)
    return post_for(actor, post_id)


def require_open(actor: Actor, thread: Thread) -> None:
    """Raises ThreadClosed if the thread, which the actor may read, takes no more posts."""
    require(actor, Permission.THREAD_READ, thread.subject)
    if thread.closed_at is not None:
        raise ThreadClosed(gettext("This thread is closed; it takes no more posts."))


def count_again(thread: Thread) -> None:
    """Bring what a thread remembers of its posts in line with them."""
    found = db.session.execute(
        select(func.count(), func.max(Post.posted_at), func.min(Post.accepted_at)).where(
            Post.thread_id == thread.id, Post.is_opening.is_(False), Post.withdrawn_at.is_(None)
        )
    ).one()
    last: datetime | None = found[1]
    thread.reply_count = found[0]
    thread.last_post_at = last or thread.opened_at
    thread.solved_at = None if thread.withdrawn_at is not None else found[2]
