"""Walking the chain: from an entry that is known to hold up to the end, in pieces, so that a log of
any length takes the same memory; and comparing it with the checkpoints, in the file and in the log.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from forum.audit import chain, checkpoints
from forum.audit.checkpoints import Checkpoint, Filed
from forum.audit.models import AuditCheck, AuditEnd, AuditEntry, AuditWho, Break
from forum.core.db import db, only_reading
from forum.core.services import services

#: The act that records a checkpoint.
CHECKPOINT: Final = "log:checkpoint"

#: So many entries are in memory at a time.
PIECE: Final = 2000

_COLUMNS: Final = tuple(AuditEntry.__table__.columns)


@dataclass(frozen=True)
class Link:
    """An entry up to which the chain holds."""

    entry_id: int = 0
    digest: str = chain.START


@dataclass(frozen=True)
class Fault:
    """Where the chain does not hold, and why."""

    entry_id: int
    why: Break


@dataclass(frozen=True)
class Verdict:
    """What a walk found."""

    #: The last entry that holds.
    last: Link
    #: The first one that does not; None if the chain is whole.
    fault: Fault | None = None
    #: Lines in the file of checkpoints that are of another log.
    foreign: int = 0

    @property
    def entries(self) -> int:
        """How many entries hold, counted from the first."""
        return self.last.entry_id


@dataclass(frozen=True)
class _End:
    """Where the chain begins and ends: the digest of the first entry, what the table of the end
    says, and the last entry there is."""

    first: str | None
    marked: Link | None
    seal: str
    last_id: int


def verify(since: Link | None = None) -> Verdict:
    """Walk the chain from its first entry, or on from one that is known to hold, and compare it
    with all checkpoints. Entries added meanwhile do not disturb it."""
    key = services().settings.audit_key
    # In this order: what the file and the log's own checkpoints say is never newer than the end.
    in_file = checkpoints.read(services().settings.data_dir / checkpoints.FILE, key)
    with only_reading():
        recorded = _recorded()
        end = _end()
    filed = in_file.of_log(end.first)
    last, fault = _walked(key, since or Link(), end)
    faults = [fault or _fault_at_end(key, last, end), *_faults_of_file(filed, recorded)]
    with only_reading():
        faults += _faults_of_checkpoints(filed, end)
    found = min(
        (fault for fault in faults if fault is not None),
        key=lambda fault: fault.entry_id,
        default=None,
    )
    return Verdict(last, found, len(in_file.checkpoints) - len(filed.checkpoints))


def _end() -> _End:
    """In one statement, so that nobody adds an entry between the looks at two tables."""
    marked = select(AuditEnd).where(AuditEnd.id == 1)
    first = select(AuditEntry.digest).where(AuditEntry.id == 1)
    first_digest, last_id, number, digest, seal = db.session.execute(
        select(
            first.scalar_subquery(),
            select(func.max(AuditEntry.id)).scalar_subquery(),
            *(
                marked.with_only_columns(column).scalar_subquery()
                for column in (AuditEnd.entry_id, AuditEnd.digest, AuditEnd.seal)
            ),
        )
    ).one()
    marked_end = None if number is None else Link(number, digest)
    return _End(first_digest, marked_end, seal or "", last_id or 0)


def _walked(key: str, since: Link, end: _End) -> tuple[Link, Fault | None]:
    """How far the chain holds, and the first fault on the way."""
    last = since
    for row in _rows(since, end.last_id):
        why = _why_broken(key, row, last)
        if why is not None:
            return last, Fault(min(row.id, last.entry_id + 1), why)
        last = Link(row.id, row.digest)
    return last, None


def _rows(since: Link, up_to: int) -> Iterator[Any]:
    """The entries after `since`, each with its name and address unless they were erased."""
    # Before the first one there must be none, whatever its number.
    after = since.entry_id or None
    while True:
        wanted = (
            select(*_COLUMNS, AuditWho.name, AuditWho.address)
            .outerjoin(AuditWho, AuditWho.entry_id == AuditEntry.id)
            .where(AuditEntry.id <= up_to)
            .order_by(AuditEntry.id)
            .limit(PIECE)
        )
        rows: Sequence[Any]
        with only_reading():
            rows = db.session.execute(
                wanted if after is None else wanted.where(AuditEntry.id > after)
            ).all()
        yield from rows
        if len(rows) < PIECE:
            return
        after = rows[-1].id


def _why_broken(key: str, row: Any, before: Link) -> Break | None:
    if row.id != before.entry_id + 1:
        return Break.MISSING if row.id > before.entry_id else Break.INSERTED
    if row.previous != before.digest:
        return Break.MOVED
    if row.digest != chain.entry_digest(key, before.digest, row._mapping):
        return Break.CHANGED
    if row.name is not None and row.who_digest != chain.who_digest(
        key, row.id, row.name, row.address
    ):
        return Break.NAME_CHANGED
    return None


def _fault_at_end(key: str, last: Link, end: _End) -> Fault | None:
    if end.last_id < last.entry_id:
        return Fault(end.last_id + 1, Break.CUT)
    if end.marked is None:
        return Fault(last.entry_id + 1, Break.END_MISSING)
    if end.marked == last == Link():
        return None
    if end.seal != chain.end_seal(key, end.marked.entry_id, end.marked.digest):
        return Fault(last.entry_id + 1, Break.END_CHANGED)
    if end.marked == last:
        return None
    is_cut = end.marked.entry_id > last.entry_id
    return Fault(last.entry_id + 1, Break.CUT if is_cut else Break.END_CHANGED)


def _recorded() -> dict[int, str]:
    """Digests of the entries that record a checkpoint known to be in the file."""
    filed_id = select(AuditCheck.filed_id).where(AuditCheck.id == 1).scalar_subquery()
    found = db.session.execute(
        select(AuditEntry.id, AuditEntry.digest).where(
            AuditEntry.action == CHECKPOINT, AuditEntry.id <= filed_id
        )
    )
    return {row.id: row.digest for row in found}


def _faults_of_file(filed: Filed, recorded: dict[int, str]) -> list[Fault | None]:
    """What the log knows of checkpoints that the file does not know."""
    known = {point.entries for point in filed.checkpoints}
    lost = sorted(set(recorded) - known)
    return [
        Fault(filed.changed, Break.FILE_CHANGED) if filed.changed is not None else None,
        Fault(lost[0], Break.FILE_CUT) if lost else None,
    ]


def _faults_of_checkpoints(filed: Filed, end: _End) -> list[Fault | None]:
    """What the file knows of the log that is not so."""
    points = sorted(filed.checkpoints, key=lambda point: point.entries)
    faults: list[Fault | None] = []
    for start in range(0, len(points), PIECE):
        piece = points[start : start + PIECE]
        faults += _differing(piece)
    beyond = [point for point in points if point.entries > end.last_id]
    if beyond:
        faults.append(Fault(end.last_id + 1, Break.CUT))
    return faults


def _differing(points: list[Checkpoint]) -> list[Fault | None]:
    numbers = [point.entries for point in points]
    found = {
        row.id: row.digest
        for row in db.session.execute(
            select(AuditEntry.id, AuditEntry.digest).where(AuditEntry.id.in_(numbers))
        )
    }
    return [
        Fault(point.entries, Break.FILE_DIFFERS)
        for point in points
        if point.entries in found and found[point.entries] != point.digest
    ]
