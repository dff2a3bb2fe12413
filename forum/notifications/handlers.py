"""Reactions to what lower features announce."""

from typing import Final

from forum.audit.events import LogBroken
from forum.core.delivery import recheck
from forum.core.events import subscribe
from forum.core.mail import post_mail
from forum.discussion.events import ReplyPosted, ThreadOpened, ThreadsHandedOver
from forum.discussion.models import Thread
from forum.members.queries import mailbox_of
from forum.notifications.queries import (
    may_read,
    may_still_be_told,
    moderators,
    those_to_answer,
    thread_by,
)
from forum.owndata.events import ErasureAsked
from forum.signin.events import AlarmRaised

QUESTION_WAITS: Final = "notifications/question_waits"
REPLY_WAITS: Final = "notifications/reply_waits"
HANDED_OVER: Final = "notifications/handed_over"
ACCOUNT_ALARM: Final = "notifications/account_alarm"
ERASURE_WAITS: Final = "notifications/erasure_waits"
LOG_BROKEN: Final = "notifications/log_broken"


def subscribe_all() -> None:
    """Listen; doing it twice changes nothing."""
    subscribe(ThreadOpened, tell_competent_office)
    subscribe(ReplyPosted, tell_asker)
    subscribe(ThreadsHandedOver, tell_successor)
    subscribe(AlarmRaised, tell_moderators)
    subscribe(ErasureAsked, tell_deciders)
    subscribe(LogBroken, tell_of_broken_log)
    recheck(QUESTION_WAITS, may_still_be_told)
    recheck(REPLY_WAITS, may_still_be_told)


def tell_competent_office(event: ThreadOpened) -> None:
    """One mail to each member of the offices that the question waits for."""
    thread = thread_by(event.author_id, event.thread_id)
    for member in those_to_answer(thread):
        _post(QUESTION_WAITS, member.email, thread, needed_by=thread.needed_by)


def tell_asker(event: ReplyPosted) -> None:
    """One mail to whoever has the thread, having opened it or taken it over, unless they replied
    themselves."""
    thread = thread_by(event.author_id, event.thread_id)
    if thread.asker_id != event.author_id and may_read(thread.asker, thread):
        _post(REPLY_WAITS, thread.asker.email, thread, post_id=event.post_id)


def tell_successor(event: ThreadsHandedOver) -> None:
    """One mail to whoever took threads over; it does not say which, or how many."""
    post_mail(HANDED_OVER, mailbox_of(event.to_id), path="/threads?view=mine")


def tell_moderators(event: AlarmRaised) -> None:
    """One mail to each moderator, but for the member concerned: a number and what happened."""
    for moderator in moderators():
        if moderator.id != event.member_id:
            path = f"/moderation/members/{event.member_id}"
            post_mail(ACCOUNT_ALARM, moderator.email, path=path, reference=f"#{event.member_id}")


def tell_of_broken_log(event: LogBroken) -> None:
    """One mail to each moderator: the number of the first broken entry."""
    for moderator in moderators():
        post_mail(
            LOG_BROKEN, moderator.email, path="/moderation/log", reference=f"#{event.entry_id}"
        )


def tell_deciders(event: ErasureAsked) -> None:
    """One mail to each moderator, but for whoever asked."""
    for moderator in moderators():
        if moderator.id != event.member_id:
            path = f"/moderation/erasures/{event.erasure_id}"
            post_mail(ERASURE_WAITS, moderator.email, path=path, reference=f"#{event.erasure_id}")


def _post(
    kind: str, recipient: str, thread: Thread, *, post_id: int | None = None, **facts: object
) -> None:
    path = f"/threads/{thread.id}" + (f"#post-{post_id}" if post_id else "")
    post_mail(
        kind,
        recipient,
        path=path,
        about=f"thread:{thread.id}",
        reference=f"#{thread.id}",
        **facts,
    )
