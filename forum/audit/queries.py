"""Reading the log and proving that it is whole."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select

from forum.audit import chain
from forum.audit.models import AuditEnd, AuditEntry, AuditWho
from forum.core.db import db
from forum.core.services import services


@dataclass(frozen=True)
class Verdict:
    """What the check of the chain found."""

    entries: int
    #: Number of the first broken link; None if the chain is whole.
    broken_at: int | None = None
    why: str = ""


def verify() -> Verdict:
    """Walk the chain from the first row; stop at the first link that does not hold."""
    key = services().settings.audit_key
    previous, expected = chain.START, 1
    chained = (
        select(AuditEntry, AuditWho)
        .outerjoin(AuditWho, AuditWho.entry_id == AuditEntry.id)
        .order_by(AuditEntry.id)
        .execution_options(yield_per=1000)
    )
    with db.session.execute(chained) as rows:
        for entry, who in rows:
            if why := _fault(key, entry, who, previous, expected):
                return Verdict(expected - 1, min(entry.id, expected), why)
            previous, expected = entry.digest, entry.id + 1
    if why := _fault_at_end(key, previous, expected - 1):
        return Verdict(expected - 1, expected, why)
    return Verdict(expected - 1)


def _fault(key: str, entry: AuditEntry, who: AuditWho | None, previous: str, expected: int) -> str:
    if entry.id != expected:
        return f"entry {expected} is missing"
    if entry.previous != previous:
        return "it does not follow the entry before it"
    columns = {column.key: getattr(entry, column.key) for column in AuditEntry.__table__.columns}
    if entry.digest != chain.entry_digest(key, previous, columns):
        return "it was changed"
    if who is not None and entry.who_digest != chain.who_digest(
        key, entry.id, who.name, who.address
    ):
        return "its name or address was changed"
    return ""


def _fault_at_end(key: str, digest: str, last: int) -> str:
    end = db.session.get(AuditEnd, 1)
    if end is None:
        return "the end of the chain is missing"
    is_unused = end.entry_id == 0 and end.digest == chain.START
    if not is_unused and end.seal != chain.end_seal(key, end.entry_id, end.digest):
        return "the end of the chain was changed"
    if (end.entry_id, end.digest) != (last, digest):
        return "entries at the end are missing"
    return ""


def entries_of(
    member_id: int, own: str, actions: Collection[str], most: int
) -> list[tuple[AuditEntry, str | None]]:
    """The newest entries with these actions about a member, or by that member about things of
    one's `own` kind (such as `session`), each with its network address unless that was erased."""
    about = AuditEntry.object == f"member:{member_id}"
    by = (AuditEntry.actor_id == member_id) & AuditEntry.object.startswith(f"{own}:")
    found = db.session.execute(
        select(AuditEntry, AuditWho.address)
        .outerjoin(AuditWho, AuditWho.entry_id == AuditEntry.id)
        .where(AuditEntry.action.in_(sorted(actions)), or_(about, by))
        .order_by(AuditEntry.id.desc())
        .limit(most)
    )
    return [(entry, address) for entry, address in found]
