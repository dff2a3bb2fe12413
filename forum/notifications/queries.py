"""Whom to tell."""

from collections.abc import Iterator

from forum.core import clock
from forum.core.errors import NotFound
from forum.directory.queries import (
    CENTRAL_FUNCTION,
    actor_for,
    competent_authorities,
    members_of,
    works_on,
)
from forum.discussion.models import Thread, ThreadKind
from forum.discussion.queries import thread_for
from forum.members.models import Member
from forum.members.queries import member_with_mailbox
from forum.policy import Permission, allows


def thread_by(author_id: int, thread_id: int) -> Thread:
    """The thread, as whoever just wrote in it sees it."""
    return thread_for(actor_for(author_id), thread_id)


def those_to_answer(thread: Thread) -> list[Member]:
    """Members of the offices that a question waits for, each once, without its author."""
    if thread.kind is not ThreadKind.QUESTION or thread.function_code is None:
        return []
    found = {member.id: member for member in _of_competent_offices(thread, thread.function_code)}
    return [
        member
        for number, member in sorted(found.items())
        if number != thread.author_id and may_read(member, thread)
    ]


def _of_competent_offices(thread: Thread, function: str) -> Iterator[Member]:
    today, states = clock.now().date(), [addressed.state_code for addressed in thread.addressed]
    competent = competent_authorities(states, function, today)
    silent = [state for state in states if state not in competent]
    offices = [(function, office) for held in competent.values() for office in held]
    if silent and function != CENTRAL_FUNCTION:
        central = competent_authorities(silent, CENTRAL_FUNCTION, today)
        offices += [(CENTRAL_FUNCTION, office) for held in central.values() for office in held]
    people = members_of([office.authority.id for _, office in offices], today)
    for code, office in offices:
        for member in people.get(office.authority.id, []):
            if works_on(member, function) or works_on(member, code):
                yield member


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
