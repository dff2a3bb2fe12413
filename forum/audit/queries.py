"""Reading the log, and what its last check found."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select

from forum.audit.models import AuditCheck, AuditEntry, AuditWho
from forum.core.db import db


def last_check() -> tuple[AuditCheck, datetime | None] | None:
    """What the last check of the chain found, and when the last entry that holds was written;
    None before the first check."""
    found = db.session.execute(
        select(AuditCheck, AuditEntry.at)
        .outerjoin(AuditEntry, AuditEntry.id == AuditCheck.entry_id)
        .where(AuditCheck.id == 1, AuditCheck.checked_at.is_not(None))
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def last_done(action: str, subject: str) -> datetime | None:
    """When that was last done to a thing."""
    return db.session.scalar(
        select(func.max(AuditEntry.at)).where(
            AuditEntry.object == subject, AuditEntry.action == action, AuditEntry.outcome == "done"
        )
    )


def entries_of(
    member_id: int, own: str, actions: Collection[str], most: int | None
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
