"""Reading one's own exports."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from forum.core import clock
from forum.core.db import db
from forum.core.errors import NotFound
from forum.owndata.models import DataExport, ExportState
from forum.policy import Actor


@dataclass(frozen=True)
class Export:
    """The copy a member asked for last, as far as there is something to say of it."""

    id: int
    state: ExportState
    asked_at: datetime
    made_at: datetime | None
    expires_at: datetime | None
    #: In bytes.
    size: int


def latest_export_of(actor: Actor) -> Export | None:
    """The actor's newest export, unless its time is over."""
    found = db.session.scalar(
        select(DataExport)
        .where(DataExport.member_id == actor.id)
        .order_by(DataExport.id.desc())
        .limit(1)
    )
    if found is None or found.state_at(clock.now()) is ExportState.OVER:
        return None
    state = found.state_at(clock.now())
    return Export(found.id, state, found.asked_at, found.made_at, found.expires_at, found.size)


def export_for(actor: Actor, export_id: int) -> DataExport:
    """The export of that number. Raises NotFound unless it is the actor's own and can be fetched."""
    found = db.session.get(DataExport, export_id)
    is_own = found is not None and actor.id is not None and found.member_id == actor.id
    if found is None or not is_own or found.state_at(clock.now()) is not ExportState.READY:
        raise NotFound(f"export {export_id}")
    return found
