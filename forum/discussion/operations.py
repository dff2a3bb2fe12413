"""Writing: opening threads, answering, changing and withdrawing posts, accepting answers."""

from collections.abc import Iterator
from typing import Any, Final

from flask_babel import gettext
from sqlalchemy import func, select

from forum.audit.operations import record, record_system
from forum.core import clock, text
from forum.core.db import db, operation
from forum.core.errors import Conflict
from forum.core.events import announce
from forum.core.paths import REFERENCE
from forum.discussion import checks
from forum.discussion.checks import NewReply, NewThread
from forum.discussion.events import AnswerAccepted, ReplyPosted, ThreadOpened
from forum.discussion.models import Board, Mark, Openers, Post, ReadMark, Revision, Thread
from forum.discussion.writing import (
    AlreadySent,
    ThreadClosed,
    count_again,
    is_first,
    locked_post,
    locked_thread,
    post_row,
    reply_sent,
    require_open,
    standing_of,
    thread_row,
    thread_sent,
)
from forum.policy import Actor, Permission, require
from forum.reference.loading import Loaded, load, rows_of

__all__ = [
    "AlreadySent",
    "ChangedMeanwhile",
    "NewReply",
    "NewThread",
    "ThreadClosed",
    "accept_answer",
    "edit_post",
    "load_boards",
    "open_thread",
    "post_reply",
    "render_again",
    "see_thread",
    "unaccept_answer",
    "withdraw_post",
]

_BATCH: Final = 100


class ChangedMeanwhile(Conflict):
    """The post was edited elsewhere since the form was opened; nothing was changed."""

    def __init__(self, post: Post) -> None:
        super().__init__(
            gettext(
                "This post was edited in another window meanwhile. Its text now stands below yours; "
                "send yours again to put it in its place."
            )
        )
        self.version = post.version
        self.html = post.html


@operation
def load_boards() -> Loaded:
    """Load the boards from `config/reference`; what was changed by hand stays as it is."""
    outcome = load(Board, ["slug"], _boards())
    if outcome.added or outcome.updated:
        record_system("board:load", "boards", **vars(outcome))
    return outcome


def _boards() -> Iterator[dict[str, Any]]:
    for row in rows_of(REFERENCE / "boards.csv"):
        yield {
            "slug": row["slug"],
            "position": int(row["order"]),
            "title": row["title"],
            "description": row["description"],
            "function_code": None if row["subject"] == "all" else row["subject"],
            "openers": Openers(row["who_may_open_threads"]),
            "default_mark": Mark(row["default_tlp"]),
            "legal_references": row["legal_refs"],
        }


@operation
def open_thread(actor: Actor, new: NewThread) -> Thread:
    """Open a thread with its first post. The same form sent twice opens one thread.

    Raises Invalid for whatever cannot be taken, and Forbidden on a board that is not theirs.
    """
    standing = standing_of(actor)
    if (found := thread_sent(actor, new)) is not None:
        return found
    board = checks.board_for_thread(actor, new)
    checks.check_thread(actor, new, board)
    thread = thread_row(actor, standing, new, board)
    post = post_row(actor, standing, thread, new.body, new.language, new.once)
    post.is_opening = True
    if not is_first(thread, post):
        found = thread_sent(actor, new)
        if found is None:
            raise AlreadySent
        return found
    record(actor, "thread:open", f"thread:{thread.id}")
    announce(ThreadOpened(thread.id, post.id, post.author_id))
    return thread


@operation
def post_reply(actor: Actor, thread_id: int, new: NewReply) -> Post:
    """Add a reply to a thread that the actor may read and that is still open. The same form sent
    twice posts one reply.

    Raises ThreadClosed if it takes no more posts.
    """
    standing = standing_of(actor)
    thread = locked_thread(actor, thread_id)
    if (found := reply_sent(actor, thread_id, new)) is not None:
        return found
    require_open(actor, thread)
    require(actor, Permission.THREAD_REPLY, thread.subject)
    checks.check_body(new.body)
    checks.check_language(new.language)
    post = post_row(actor, standing, thread, new.body, new.language, new.once)
    if not is_first(post):  # the same form, to another thread at the same moment
        raise AlreadySent
    thread.reply_count += 1
    thread.last_post_at = post.posted_at
    record(actor, "post:create", f"post:{post.id}")
    announce(ReplyPosted(thread.id, post.id, post.author_id))
    return post


@operation
def edit_post(actor: Actor, post_id: int, body: str, version: str) -> Post:
    """Give a post another text; the earlier one is kept. `version` is that of the text from which
    the author began.

    Raises ChangedMeanwhile if the post has another version by now, and ThreadClosed.
    """
    post = locked_post(actor, post_id)
    if post.author_id == actor.id:
        require_open(actor, post.thread)
        _require_standing(post)
    require(actor, Permission.POST_CHANGE, post.subject)
    checks.check_body(body)
    if body == post.source:
        return post
    if version != post.version:
        raise ChangedMeanwhile(post)
    now = clock.now()
    revision = Revision(
        post_id=post.id,
        source=post.source,
        html=post.html,
        renderer=post.renderer,
        written_at=post.edited_at or post.posted_at,
        replaced_at=now,
    )
    db.session.add(revision)
    post.source, post.html, post.renderer = body, text.render(body), text.RENDERER
    post.edited_at = now
    record(actor, "post:edit", f"post:{post.id}")
    return post


def _require_standing(post: Post) -> None:
    if post.withdrawn_at is not None:
        raise Conflict(gettext("You withdrew this post; it takes no other text."))


@operation
def withdraw_post(actor: Actor, post_id: int) -> Post:
    """Take back an own post: its text is shown to nobody any more. A question that is withdrawn
    is closed; what others answered stays."""
    post = locked_post(actor, post_id)
    if post.withdrawn_at is not None and post.author_id == actor.id:
        return post
    require(actor, Permission.POST_WITHDRAW, post.subject)
    thread, now = post.thread, clock.now()
    post.withdrawn_at = now
    if post.is_opening:
        thread.withdrawn_at = now
        thread.closed_at = thread.closed_at or now
    db.session.flush()
    count_again(thread)
    record(actor, "post:withdraw", f"post:{post.id}")
    return post


@operation
def accept_answer(actor: Actor, post_id: int) -> Post:
    """Say that this answers the question; several answers may be accepted."""
    post = locked_post(actor, post_id)
    require(actor, Permission.ANSWER_ACCEPT, post.subject)
    if post.accepted_at is None:
        post.accepted_at = clock.now()
        db.session.flush()
        count_again(post.thread)
        record(actor, "answer:accept", f"post:{post.id}")
        announce(AnswerAccepted(post.thread_id, post.id, post.author_id, actor.id or 0))
    return post


@operation
def unaccept_answer(actor: Actor, post_id: int) -> Post:
    """Take an acceptance back; without another one the question is open again."""
    post = locked_post(actor, post_id)
    require(actor, Permission.ANSWER_ACCEPT, post.subject)
    if post.accepted_at is not None:
        post.accepted_at = None
        db.session.flush()
        count_again(post.thread)
        record(actor, "answer:unaccept", f"post:{post.id}")
    return post


@operation
def see_thread(actor: Actor, thread_id: int, up_to: int) -> None:
    """Note that the member has dealt with the thread up to post number `up_to`; never back."""
    thread = locked_thread(actor, thread_id)
    require(actor, Permission.THREAD_SEE, thread.subject)
    last = db.session.scalar(
        select(func.max(Post.id)).where(Post.thread_id == thread.id, Post.id <= up_to)
    )
    if last is None or actor.id is None:
        return
    mark = db.session.get(ReadMark, (actor.id, thread.id))
    if mark is None:
        db.session.add(ReadMark(member_id=actor.id, thread_id=thread.id, post_id=last))
    else:
        mark.post_id = max(mark.post_id, last)


def render_again() -> int:
    """Make the HTML of all texts that an older renderer made; gives their number."""
    done = 0
    while count := _render_batch():
        done += count
    return done


@operation
def _render_batch() -> int:
    posts = select(Post).where(Post.renderer < text.RENDERER).order_by(Post.id)
    revisions = select(Revision).where(Revision.renderer < text.RENDERER).order_by(Revision.id)
    old: list[Post | Revision] = [
        *db.session.scalars(posts.limit(_BATCH)),
        *db.session.scalars(revisions.limit(_BATCH)),
    ]
    for row in old:
        row.html, row.renderer = text.render(row.source), text.RENDERER
    if old:
        record_system("post:render", "posts", count=len(old), renderer=text.RENDERER)
    return len(old)
