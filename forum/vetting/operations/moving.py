"""How an application moves on: only from where a step may start, so of two people at once one is told
that the other was faster."""

from typing import Any, Final

from sqlalchemy import select, update

from forum.core.db import db
from forum.core.errors import Conflict
from forum.core.typed import N_
from forum.policy import Permission
from forum.vetting.checks import Need, needs_of, those_to_ask, word_of
from forum.vetting.models import OPEN, Application, ApplicationStatus
from forum.vetting.queries import holder_of

DECIDE: Final = Permission.APPLICATION_DECIDE

LACKS: Final = {
    Need.AUTHORITY: N_("No directory entry is assigned yet."),
    Need.MAILBOX: N_("The mailbox is not proved yet."),
    Need.NO_DENIAL: N_("Somebody who answers for the authority does not know the applicant."),
    Need.CALL_BACK: N_("No call-back has confirmed the applicant yet."),
    Need.NOMINATOR: N_("Whoever nominated does not answer for this authority any more."),
    Need.NEW_MAILBOX: N_("A member has this mailbox already, so no account can come of it."),
}
MOVED_ON: Final = N_("Somebody else was faster: this application has moved on. Look at it again.")


def require_evidence(application: Application) -> None:
    """Nothing, if nothing is missing; raises Conflict with the first thing that is. The row is
    locked, so that no word can be given between this look and the decision."""
    db.session.scalar(
        select(Application.id).where(Application.id == application.id).with_for_update()
    )
    db.session.expire(application, ["vouchings"])
    if application.status not in OPEN:
        raise Conflict(MOVED_ON)
    word = word_of(application, those_to_ask([application])[application.id])
    for need in needs_of(application, holder_of(application), word):
        raise Conflict(LACKS[need])


def move(
    application: Application,
    from_: frozenset[ApplicationStatus] | set[ApplicationStatus],
    *conditions: Any,
    **changes: Any,
) -> None:
    """Change the row if it is still where the step may start; raises Conflict otherwise."""
    if application.status is ApplicationStatus.SENT and application.status not in from_:
        raise Conflict(LACKS[Need.MAILBOX])
    moved = db.session.scalar(
        update(Application)
        .where(Application.id == application.id, Application.status.in_(from_), *conditions)
        .values(**changes)
        .returning(Application.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise Conflict(MOVED_ON)
    db.session.refresh(application)
