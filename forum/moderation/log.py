"""Reading the audit log as moderators see it: filtered, by pages, and whole for an export."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, or_, select

from forum.audit.models import AuditCheck, AuditEntry, AuditWho
from forum.audit.queries import last_check
from forum.core.db import db, only_reading
from forum.core.paging import Page, page_of
from forum.core.typed import row_number
from forum.directory.matching import matches
from forum.directory.models import Authority
from forum.directory.queries import shown_to
from forum.discussion.queries import readable_posts, readable_threads
from forum.members.models import Member
from forum.members.queries import member_with_mailbox
from forum.policy import Actor, Permission, require

#: So many entries of an export are in memory at a time.
_PIECE: Final = 500
_ON_A_PAGE: Final = 50
#: The log keeps so many numbers of those whom a name fits.
_KEPT_OF_PEOPLE: Final = 20
#: Days beyond these begin, in some zone, at a moment that has no name in UTC.
_FIRST: Final = date(2, 1, 1)
_LAST: Final = date(9999, 12, 30)


@dataclass(frozen=True)
class Wanted:
    """What a moderator looks for; all of it must hold."""

    #: Who did it: a name or part of one, an e-mail address, or a member's number.
    person: str = ""
    #: `member:5`, or a kind alone: `member`.
    about: str = ""
    action: str = ""
    outcome: str = ""
    #: The first and the last day, as they are counted where the reader is.
    since: date | None = None
    until: date | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return self != Wanted()


@dataclass(frozen=True)
class Line:
    """An entry, with what is known beside it."""

    entry: AuditEntry
    #: None: its name and address were erased.
    name: str | None
    address: str | None
    #: Name of the member it was done to.
    about: str
    details: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Openable:
    """Which of the things on a page the reader may open, where not every moderator may."""

    threads: Collection[int]
    posts: Collection[int]
    #: State and slug of each.
    entries: Mapping[int, tuple[str, str]]


@dataclass(frozen=True)
class Checked:
    """What the last check of the chain found."""

    check: AuditCheck
    #: When the last entry that holds was written.
    up_to_at: datetime | None


@dataclass(frozen=True)
class LogPage:
    """A page of the log, newest first."""

    page: Page[AuditEntry]
    lines: Sequence[Line]
    openable: Openable
    checked: Checked | None


def log_for(
    actor: Actor, wanted: Wanted, *, before: str | None = None, after: str | None = None
) -> LogPage:
    """The entries that fit; `before` and `after` are cursors."""
    require(actor, Permission.LOG_READ)
    page = page_of(
        _found(actor, wanted),
        moment=AuditEntry.at,
        number=AuditEntry.id,
        before=before,
        after=after,
        size=_ON_A_PAGE,
    )
    found = last_check()
    return LogPage(
        page,
        _lines(page.rows),
        _openable(actor, page.rows),
        None if found is None else Checked(*found),
    )


def count_of(actor: Actor, wanted: Wanted) -> int:
    """How many entries fit."""
    require(actor, Permission.LOG_READ)
    return (
        db.session.scalar(select(func.count()).select_from(_found(actor, wanted).subquery())) or 0
    )


def entries_up_to(actor: Actor, wanted: Wanted, last: int) -> Iterator[Any]:
    """All that fit up to an entry, newest first, each with name and address unless these were
    erased. Read in pieces, between which nobody is held up."""
    require(actor, Permission.LOG_READ)
    with only_reading():
        found = (
            _found(actor, wanted)
            .outerjoin(AuditWho, AuditWho.entry_id == AuditEntry.id)
            .with_only_columns(*AuditEntry.__table__.columns, AuditWho.name, AuditWho.address)
            .order_by(AuditEntry.id.desc())
            .limit(_PIECE)
        )
    rows: Sequence[Any] = ()
    while True:
        below = AuditEntry.id < rows[-1].id if rows else AuditEntry.id <= last
        with only_reading():
            rows = db.session.execute(found.where(below)).all()
        yield from rows
        if len(rows) < _PIECE:
            return


def told(wanted: Wanted) -> dict[str, object]:
    """What is asked for, as the log may keep it for good: a person by number, never by name."""
    people = _people(wanted.person) if wanted.person.strip() else None
    facts = {
        "by": None if people is None else sorted(people)[:_KEPT_OF_PEOPLE],
        "object": wanted.about.strip(),
        "action": wanted.action,
        "outcome": wanted.outcome,
        "since": wanted.since and wanted.since.isoformat(),
        "until": wanted.until and wanted.until.isoformat(),
    }
    return {name: value for name, value in facts.items() if value not in (None, "")}


def _found(actor: Actor, wanted: Wanted) -> Select[AuditEntry]:
    query = select(AuditEntry)
    if wanted.person.strip():
        query = query.where(AuditEntry.actor_id.in_(sorted(_people(wanted.person))))
    if wanted.about.strip():
        query = query.where(_is_about(wanted.about.strip()))
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.outcome:
        query = query.where(AuditEntry.outcome == wanted.outcome)
    if wanted.since:
        query = query.where(AuditEntry.at >= _start_of(wanted.since, actor.zone))
    if wanted.until:
        query = query.where(AuditEntry.at < _end_of(wanted.until, actor.zone))
    return query


def _start_of(day: date, zone: str) -> datetime:
    return datetime.combine(max(_FIRST, min(day, _LAST)), time(), ZoneInfo(zone))


def _end_of(day: date, zone: str) -> datetime:
    return _start_of(min(day, _LAST) + timedelta(days=1), zone)


def _is_about(thing: str) -> ColumnElement[bool]:
    """Of entries: those about the thing, or about any thing of that kind."""
    begins = f"{thing} " if ":" in thing.rstrip(":") else f"{thing.rstrip(':')}:"
    return or_(AuditEntry.object == thing, AuditEntry.object.startswith(begins, autoescape=True))


def _people(text: str) -> set[int]:
    """Numbers of the members that a text names."""
    text = text.strip()
    number = row_number(text.removeprefix("#"))
    if number is not None:
        return {number}
    if "@" in text:
        member = member_with_mailbox(text)
        return set() if member is None else {member.id}
    names = db.session.execute(select(Member.id, Member.name))
    return {number for number, name in names if matches(text, [name])}


def _lines(entries: Sequence[AuditEntry]) -> list[Line]:
    numbers = [entry.id for entry in entries]
    who = {
        row.entry_id: row
        for row in db.session.scalars(select(AuditWho).where(AuditWho.entry_id.in_(numbers)))
    }
    names = {
        row.id: row.name
        for row in db.session.execute(
            select(Member.id, Member.name).where(Member.id.in_(_numbers_of("member", entries)))
        )
    }
    return [
        Line(
            entry,
            who[entry.id].name if entry.id in who else None,
            who[entry.id].address if entry.id in who else None,
            names.get(number_in(entry.object, "member") or 0, ""),
            [(key, _said(value)) for key, value in json.loads(entry.details).items()],
        )
        for entry in entries
    ]


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def number_in(thing: str, kind: str) -> int | None:
    """The number of a thing, if it is one of that kind."""
    found, _, number = thing.partition(":")
    return row_number(number.split(" ")[0]) if found == kind else None


def _numbers_of(kind: str, entries: Sequence[AuditEntry]) -> set[int]:
    numbers = (number_in(entry.object, kind) for entry in entries)
    return {number for number in numbers if number is not None}


def _openable(actor: Actor, entries: Sequence[AuditEntry]) -> Openable:
    authorities = db.session.execute(
        select(Authority.id, Authority.state_code, Authority.slug).where(
            Authority.id.in_(_numbers_of("authority", entries)), shown_to(actor)
        )
    )
    return Openable(
        threads=readable_threads(actor, _numbers_of("thread", entries)),
        posts=readable_posts(actor, _numbers_of("post", entries)),
        entries={row.id: (row.state_code or "", row.slug) for row in authorities},
    )
