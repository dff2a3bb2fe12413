"""Exports: asked for, made by the worker, fetched for a day, deleted.

A worker leases an export, collects and packs outside any transaction that writes, and keeps the
bytes in another. If it is killed, the lease lapses and the export is made then; what was told by
mail was told in the transaction that kept the bytes, so once.
"""

import logging
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from forum.audit.operations import record, record_system
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import NotFound
from forum.core.mail import post_mail
from forum.core.services import services
from forum.members.models import Member
from forum.owndata.archive import packed
from forum.owndata.collecting import files_of
from forum.owndata.models import DataExport
from forum.owndata.queries import export_for
from forum.policy import ANONYMOUS, Actor

log = logging.getLogger(__name__)

#: Longer than the largest export takes.
_LEASE: Final = timedelta(minutes=10)
_MOST_TRIES: Final = 3
_MEGABYTE: Final = 1024 * 1024
#: How long it is said that an export could not be made.
_FAILURE_SAID: Final = timedelta(days=7)


@operation
def ask_export(actor: Actor) -> bool:
    """Let the worker make a copy of the actor's data; False if one is being made already."""
    if actor.id is None:
        raise NotFound("data of a visitor")
    asked = DataExport(member_id=actor.id, asked_at=clock.now())
    try:
        with db.session.begin_nested():
            db.session.add(asked)
    except IntegrityError:
        return False
    record(actor, "export:ask", f"member:{actor.id}", details={"export": asked.id})
    return True


def make_exports() -> int:
    """Make all exports that wait; gives how many were made. For the worker."""
    made = 0
    while (export_id := _take()) is not None:
        made += _make(export_id)
    return made


@operation
def _take() -> int | None:
    """Lease the export that waits longest; one that failed too often is given up."""
    now = clock.now()
    waiting = db.session.scalar(
        select(DataExport)
        .where(
            DataExport.made_at.is_(None),
            DataExport.failed_at.is_(None),
            or_(DataExport.leased_until.is_(None), DataExport.leased_until <= now),
        )
        .order_by(DataExport.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if waiting is None:
        return None
    waiting.leased_until, waiting.tries = now + _LEASE, waiting.tries + 1
    return waiting.id


def _make(export_id: int) -> bool:
    export = db.session.get(DataExport, export_id)
    if export is None:
        return False
    tries, member = export.tries, export.member
    if tries > _MOST_TRIES or not member.is_in_use(clock.now()):
        _give_up(export_id)
        return False
    try:
        content = packed(files_of(member), clock.now())
    except Exception:  # others wait, and the next try may succeed
        log.exception("export failed", extra={"export": export_id})
        return False
    finally:
        db.session.rollback()  # what was read; nothing was written
    if len(content) > services().settings.export_megabytes * _MEGABYTE:
        _give_up(export_id)
        return False
    return _keep(export_id, content)


@operation
def _keep(export_id: int, content: bytes) -> bool:
    hours = services().settings.export_hours
    now = clock.now()
    member_id = db.session.scalar(
        update(DataExport)
        .where(
            DataExport.id == export_id,
            DataExport.made_at.is_(None),
            DataExport.failed_at.is_(None),
        )
        .values(
            made_at=now,
            expires_at=now + timedelta(hours=hours),
            size=len(content),
            sealed=services().cipher.seal_bytes(content),
            leased_until=None,
        )
        .returning(DataExport.member_id)
    )
    if member_id is None:
        return False  # another worker was faster
    db.session.execute(
        delete(DataExport).where(DataExport.member_id == member_id, DataExport.id < export_id)
    )
    details: dict[str, object] = {"export": export_id, "bytes": len(content)}
    record(ANONYMOUS, "export:make", f"member:{member_id}", details=details)
    member = db.session.get_one(Member, member_id)
    post_mail("owndata/export_ready", member.email, path="/settings/data", hours=hours)
    return True


@operation
def _give_up(export_id: int) -> None:
    member_id = db.session.scalar(
        update(DataExport)
        .where(DataExport.id == export_id, DataExport.made_at.is_(None))
        .values(failed_at=clock.now(), leased_until=None)
        .returning(DataExport.member_id)
    )
    if member_id is not None:
        details: dict[str, object] = {"export": export_id}
        record(ANONYMOUS, "export:make", f"member:{member_id}", outcome="failed", details=details)


@operation
def download(actor: Actor, export_id: int) -> bytes:
    """The zip. Raises NotFound unless it is the actor's own and its day is not over."""
    export = export_for(actor, export_id)
    record(actor, "export:download", f"member:{actor.id}", details={"export": export_id})
    return services().cipher.open_bytes(export.sealed or "")


@operation
def delete_old_exports() -> int:
    """Delete the exports whose day is over; gives how many."""
    now = clock.now()
    is_old = or_(DataExport.expires_at <= now, DataExport.failed_at <= now - _FAILURE_SAID)
    gone = db.session.scalars(delete(DataExport).where(is_old).returning(DataExport.id)).all()
    if gone:
        record_system("export:delete", "exports", exports=sorted(gone))
    return len(gone)


@operation
def reseal_exports() -> int:
    """Encrypt the exports that are there under the first of the field keys; their number."""
    cipher = services().cipher
    found = db.session.execute(
        select(DataExport.id, DataExport.sealed)
        .where(DataExport.sealed.is_not(None))
        .with_for_update()
    ).all()
    for export_id, sealed in found:
        db.session.execute(
            update(DataExport)
            .where(DataExport.id == export_id)
            .values(sealed=cipher.reseal(sealed or ""))
        )
    if found:
        record_system("key:rotate", "exports", fields=len(found))
    return len(found)
