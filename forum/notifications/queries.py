"""Whom to tell."""

from forum.core import clock
from forum.core.errors import NotFound
from forum.directory.competence import offices_to_ask
from forum.directory.queries import secretariat_or_none
from forum.directory.standing import actor_for, members_of
from forum.discussion.models import Thread, ThreadKind
from forum.discussion.queries import thread_for
from forum.members.models import Member
from forum.members.queries import member_with_mailbox
from forum.policy import Permission, allows


def thread_by(author_id: int, thread_id: int) -> Thread:
    """The thread, as whoever just wrote in it sees it."""
    return thread_for(actor_for(author_id), thread_id)


def those_to_answer(thread: Thread) -> list[Member]:
    """Members of the offices that a question waits for, each once, without whoever asked."""
    if thread.kind is not ThreadKind.QUESTION or thread.function_code is None:
        return []
    states = [addressed.state_code for addressed in thread.addressed]
    asked = offices_to_ask(states, thread.function_code, clock.now().date())
    found = {member.id: member for office in asked for member in office.members}
    return [
        member
        for number, member in sorted(found.items())
        if number != thread.asker_id and may_read(member, thread)
    ]


def moderators() -> list[Member]:
    """Whoever stands for the Secretariat today and can be reached."""
    secretariat = secretariat_or_none()
    if secretariat is None:
        return []
    return members_of([secretariat.id], clock.now().date()).get(secretariat.id, [])


def may_read(member: Member, thread: Thread) -> bool:
    """Whether the member may read the thread today."""
    return allows(actor_for(member.id), Permission.THREAD_READ, thread.subject)


def may_still_be_told(recipient: str, about: str) -> bool:
    """Whether whoever has that mailbox may still read what a mail is about, such as `thread:41`."""
    member = member_with_mailbox(recipient)
    kind, _, number = about.partition(":")
    if member is None or kind != "thread":
        return False
    try:
        thread_for(actor_for(member.id), int(number))
    except NotFound:
        return False
    return True
