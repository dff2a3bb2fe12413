"""Threads and replies, as if they had been written over the last weeks."""

from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select

from forum.core import clock
from forum.core.db import db
from forum.core.text import RENDERER, render
from forum.demo.files import Ledger, Row, discussions, moment_ago, network
from forum.demo.network import authority_ids
from forum.demo.people import members
from forum.directory.models import Representation
from forum.discussion.models import (
    AddressedState,
    Audience,
    Mark,
    Post,
    Thread,
    ThreadKind,
    ThreadReader,
)
from forum.members.models import Member
from forum.policy import NETWORK, state_key

#: Nobody answers faster than this.
_LEAST_PAUSE: Final = timedelta(minutes=20)
_OFFICE_OPENS: Final = 9 * 60
_OFFICE_MINUTES: Final = 7 * 60


class Authors:
    """Who writes: members with their authority and State, by key."""

    def __init__(self) -> None:
        self._members = members()
        self._authorities = authority_ids()
        self._held = {held.member_id: held for held in db.session.scalars(select(Representation))}
        self._rows = {row["key"]: row for row in network()["members"]}
        states = {row["key"]: row["state"] for row in network()["authorities"]}
        self._states: dict[str, str | None] = {
            key: states[row["authority"]] for key, row in self._rows.items()
        }

    def __contains__(self, key: str) -> bool:
        return key in self._members

    def member(self, key: str) -> Member:
        """The member."""
        return self._members[key]

    def authority_id(self, key: str) -> int:
        """Number of the authority the member stands for."""
        return self._authorities[self._rows[key]["authority"]]

    def held(self, key: str) -> Representation:
        """What the member is for that authority."""
        return self._held[self._members[key].id]

    def state(self, key: str) -> str | None:
        """The State the member stands for; None for the Secretariat."""
        return self._states[key]

    def zone(self, key: str) -> str:
        """The member's zone, as the file has it."""
        return str(self._rows[key]["zone"])


def load_threads(ledger: Ledger) -> None:
    """Add the threads with all that was written in them, the oldest first."""
    new = ledger.new("thread", discussions()["threads"], key="id")
    authors = Authors()
    for row in sorted(new, key=lambda row: -int(row["days_ago"])):
        writers = {row["author"], *(reply["author"] for reply in row["replies"])}
        if all(writer in authors for writer in writers):
            _load(row, authors)


def _load(row: Row, authors: Authors) -> None:
    opened_at = _written_at(row["id"], row["days_ago"], authors.zone(row["author"]))
    thread = Thread(
        board_slug=row["board"],
        kind=ThreadKind(row["kind"]),
        title=row["title"],
        language=row["lang"],
        function_code=row["function"],
        author_id=authors.member(row["author"]).id,
        authority_id=authors.authority_id(row["author"]),
        audience=Audience(row["audience"]),
        mark=Mark(row["tlp"]),
        needed_by=_needed_by(row),
        opened_at=opened_at,
        last_post_at=opened_at,
        once=_once(row["id"]),
        addressed=[
            AddressedState(state_code=code, position=place)
            for place, code in enumerate(row["addressed"])
        ],
        readers=[ThreadReader(key=key) for key in sorted(_reader_keys(row, authors))],
    )
    db.session.add(thread)
    db.session.flush()
    opening = _post(thread, row, row["author"], opened_at, row["id"], authors)
    opening.is_opening = True
    db.session.add(opening)
    for place, reply in enumerate(row["replies"], start=1):
        _reply(thread, row, reply, place, authors)
    if row["status"] == "closed":
        thread.closed_at = min(thread.last_post_at + timedelta(days=1), clock.now())
    db.session.flush()


def _reply(thread: Thread, row: Row, reply: Row, place: int, authors: Authors) -> None:
    key, days = f"{row['id']}-{place}", row["days_ago"] - reply["days_after"]
    at = _written_at(key, days, authors.zone(reply["author"]))
    at = min(max(at, thread.last_post_at + _LEAST_PAUSE), clock.now())
    post = _post(thread, reply, reply["author"], at, key, authors)
    if reply["accepted"]:
        post.accepted_at = min(at + _LEAST_PAUSE, clock.now())
        thread.solved_at = thread.solved_at or post.accepted_at
    db.session.add(post)
    db.session.flush()  # posts stand in the order of their numbers
    thread.reply_count += 1
    thread.last_post_at = at


def _post(thread: Thread, text: Row, author: str, at: datetime, key: str, authors: Authors) -> Post:
    member = authors.member(author)
    is_vetted = member.vetted_at is not None and member.vetted_at <= at
    held = authors.held(author)
    return Post(
        thread_id=thread.id,
        author_id=member.id,
        authority_id=authors.authority_id(author),
        author_post=member.post,
        author_vetted_at=member.vetted_at if is_vetted else None,
        author_vetted_how=member.vetted_how if is_vetted else "",
        author_confirmed_at=_by_then(held.confirmed_at, at),
        author_may_speak_since=_by_then(held.may_speak_since, at),
        language=text["lang"],
        source=text["body"],
        html=render(text["body"]),
        renderer=RENDERER,
        posted_at=at,
        once=_once(key),
    )


def _by_then(fact: datetime | None, at: datetime) -> datetime | None:
    return fact if fact is not None and fact <= at else None


def _reader_keys(row: Row, authors: Authors) -> set[str]:
    if row["audience"] == Audience.NETWORK:
        return {NETWORK}
    codes = {*row["addressed"], authors.state(row["author"])}
    return {state_key(code) for code in codes if code}


def _needed_by(row: Row) -> date | None:
    days = row.get("needed_by_days")
    return None if days is None else clock.now().date() + timedelta(days=days)


def _written_at(key: str, days: int, zone: str) -> datetime:
    """A moment in the author's office hours, the same at every loading of that day."""
    minutes = _OFFICE_OPENS + sum(ord(char) * 37 for char in key) % _OFFICE_MINUTES
    return moment_ago(days, zone, time(*divmod(minutes, 60)))


def _once(key: str) -> str:
    """What a form would have sent along; nobody sends it again."""
    return f"demonstration-thread-{key}"
