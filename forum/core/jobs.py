"""What is done once in a while, by one process, however many workers run."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import String, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock
from forum.core.db import Base, db, operation

_KEPT: Final = timedelta(days=30)


class JobRun(Base):
    """A turn of a job: whoever writes the row does it, and nobody else can."""

    __tablename__ = "job_runs"

    job: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: Beginning of the stretch of time in which the job is done once.
    slot: Mapped[datetime] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(index=True)
    done_at: Mapped[datetime | None]


def slot_of(moment: datetime, every: timedelta) -> datetime:
    """The beginning of the stretch of length `every` in which the moment lies."""
    seconds = int(every.total_seconds())
    return datetime.fromtimestamp(int(moment.timestamp()) // seconds * seconds, moment.tzinfo)


def take_turn(job: str, every: timedelta) -> datetime | None:
    """The slot at hand, if nobody has taken it yet.

    A process that dies at its work leaves the slot taken; the job is done in the next one.
    """
    slot = slot_of(clock.now(), every)
    try:
        return slot if _begin(job, slot) else None
    except IntegrityError:
        return None  # another worker was faster


@operation
def _begin(job: str, slot: datetime) -> bool:
    if db.session.get(JobRun, (job, slot)) is not None:
        return False
    db.session.add(JobRun(job=job, slot=slot, begun_at=clock.now()))
    return True


@operation
def end_turn(job: str, slot: datetime) -> None:
    """The work of that slot is done."""
    run = db.session.get(JobRun, (job, slot))
    if run is not None:
        run.done_at = clock.now()


@operation
def forget_turns() -> None:
    """Delete the rows of long ago."""
    db.session.execute(delete(JobRun).where(JobRun.begun_at < clock.now() - _KEPT))
