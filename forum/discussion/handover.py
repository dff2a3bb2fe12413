"""Passing on the threads of a member who left an authority."""

from sqlalchemy import select

from forum.audit.operations import record_system
from forum.core import clock
from forum.core.db import db
from forum.core.events import announce
from forum.directory.standing import actor_for
from forum.discussion.events import ThreadsHandedOver
from forum.discussion.models import Handover, Thread
from forum.discussion.queries import is_readable_by, takes_posts


def hand_over(member_id: int, authority_id: int, successor_id: int) -> None:
    """Let a successor take over the threads that a member has for that authority and that take
    posts still: questions and all else of whose answers the member was told. Posts stay with
    whoever wrote them.

    A thread that the successor may not read stays where it is, and nobody learns of it. Inside the
    operation in hand.
    """
    threads = db.session.scalars(
        select(Thread)
        .where(
            Thread.asker_id == member_id,
            Thread.authority_id == authority_id,
            takes_posts(),
            is_readable_by(actor_for(successor_id)),
        )
        .order_by(Thread.id)
        .with_for_update(of=Thread)
        .execution_options(populate_existing=True)
    ).all()
    for thread in threads:
        thread.asker_id = successor_id
        db.session.add(
            Handover(thread_id=thread.id, from_id=member_id, to_id=successor_id, at=clock.now())
        )
    db.session.flush()
    for thread in threads:
        record_system(
            "thread:hand_over", f"thread:{thread.id}", **{"from": member_id, "to": successor_id}
        )
    if threads:
        announce(ThreadsHandedOver(member_id, successor_id))
