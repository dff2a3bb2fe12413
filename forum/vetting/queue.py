"""The applications that wait, oldest first."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import joinedload

from forum.core.db import db
from forum.core.paging import Page
from forum.core.typed import row_number
from forum.directory.models import Authority
from forum.policy import Actor, Permission, require
from forum.vetting.models import OPEN, Application, ApplicationStatus

PAGE: Final = 30


@dataclass(frozen=True)
class Queue:
    """A page of applications, oldest first, and how many there are of each kind."""

    page: Page[Application]
    counts: dict[str, int]


def queue_for(
    actor: Actor, wanted: str = "open", *, before: str | None = None, after: str | None = None
) -> Queue:
    """The applications of one filter; `after` and `before` are cursors."""
    require(actor, Permission.APPLICATION_READ)
    rows = db.session.execute(
        select(Application.status, func.count()).group_by(Application.status)
    ).all()
    counts: dict[str, int] = {str(status): count for status, count in rows}
    counts["open"] = sum(counts.get(status, 0) for status in OPEN)
    statuses = OPEN if wanted == "open" else {ApplicationStatus(wanted)}
    query = (
        select(Application)
        .where(Application.status.in_(statuses))
        .options(
            joinedload(Application.state),
            joinedload(Application.authority).selectinload(Authority.contacts),
        )
    )
    return Queue(_oldest_first(query, before=_read(before), after=_read(after)), counts)


def _oldest_first(
    query: Select[Application],
    *,
    before: tuple[datetime, int] | None,
    after: tuple[datetime, int] | None,
) -> Page[Application]:
    """`newer` leads on through the queue, `older` back."""
    columns = (Application.sent_at, Application.id)
    key = tuple_(*columns)
    if before is not None:
        query = query.where(key < tuple_(*before))
        query = query.order_by(*(column.desc() for column in columns))
    else:
        if after is not None:
            query = query.where(key > tuple_(*after))
        query = query.order_by(*columns)
    found = list(db.session.scalars(query.limit(PAGE + 1)))
    has_more, rows = len(found) > PAGE, found[:PAGE]
    if before is not None:
        rows.reverse()
    has_newer = before is not None or has_more
    has_older = has_more if before is not None else after is not None
    return Page(
        rows,
        older=_cursor(rows[0]) if rows and has_older else None,
        newer=_cursor(rows[-1]) if rows and has_newer else None,
    )


def _cursor(application: Application) -> str:
    return f"{application.sent_at.isoformat()}~{application.id}"


def _read(cursor: str | None) -> tuple[datetime, int] | None:
    moment, _, number = (cursor or "").partition("~")
    application_id = row_number(number)
    try:
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None or application_id is None:
            return None
        return at.astimezone(UTC), application_id
    except (ValueError, OverflowError):
        return None
