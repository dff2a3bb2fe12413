"""The applications that wait, oldest first."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from forum.core.db import db
from forum.core.paging import Page, page_of
from forum.directory.models import Authority
from forum.policy import Actor, Permission, require
from forum.vetting.checks import checks_of, those_to_ask
from forum.vetting.models import OPEN, Application, ApplicationStatus


@dataclass(frozen=True)
class Queue:
    """A page of applications, oldest first, and how many there are of each kind."""

    page: Page[Application]
    #: How far the checks of each are, by number.
    checks: Mapping[int, dict[str, str]]
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
            selectinload(Application.vouchings),
        )
    )
    page = page_of(
        query,
        moment=Application.sent_at,
        number=Application.id,
        before=before,
        after=after,
        is_oldest_first=True,
    )
    askable = those_to_ask(page.rows)
    return Queue(page, {one.id: checks_of(one, askable[one.id]) for one in page.rows}, counts)
