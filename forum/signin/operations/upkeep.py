"""What the worker and the operator do for sign-in."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from forum.audit.operations import record_system
from forum.core import clock
from forum.core.db import db, operation
from forum.core.services import services
from forum.signin.models import (
    FailureStreak,
    OneTimeLink,
    OpenSession,
    SecondFactor,
    ShownSecret,
)
from forum.signin.queries import CODES_SHOWN_FOR, SECRETS_SHOWN_FOR

#: What was typed in a session that lapsed can be had back for so long, so the row is needed.
_KEPT: Final = timedelta(hours=24)
#: Nobody has guessed at the account for so long.
_STREAKS_KEPT: Final = timedelta(days=90)


@operation
def clear_out() -> None:
    """Delete sessions and links that ended a day ago, and recovery codes nobody saved."""
    before = clock.now() - _KEPT
    db.session.execute(delete(OpenSession).where(_ended_before(before)))
    db.session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < before))
    db.session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.spent_at < clock.now() - CODES_SHOWN_FOR)
        .values(sealed_progress=None)
    )
    db.session.execute(
        delete(FailureStreak).where(FailureStreak.failed_at < clock.now() - _STREAKS_KEPT)
    )
    longest = max(SECRETS_SHOWN_FOR.values())
    db.session.execute(delete(ShownSecret).where(ShownSecret.made_at < clock.now() - longest))


def _ended_before(before: datetime) -> ColumnElement[bool]:
    """Ended by hand, by idleness, by age; a visitor's row is old when nothing was kept since."""
    settings = services().settings

    def lapsed(minutes: int, hours: int) -> ColumnElement[bool]:
        return or_(
            OpenSession.seen_at < before - timedelta(minutes=minutes),
            OpenSession.opened_at < before - timedelta(hours=hours),
        )

    return or_(
        OpenSession.ended_at < before,
        and_(OpenSession.member_id.is_(None), OpenSession.seen_at < before),
        and_(
            OpenSession.is_staff.is_(True),
            lapsed(settings.staff_idle_minutes, settings.staff_hours),
        ),
        and_(
            OpenSession.member_id.is_not(None),
            lapsed(settings.session_idle_minutes, settings.session_hours),
        ),
    )


@operation
def reseal_secrets() -> int:
    """Encrypt what sign-in keeps under the first of the field keys; the number of fields."""
    cipher = services().cipher
    factors = db.session.scalars(select(SecondFactor).with_for_update()).all()
    for factor in factors:
        factor.sealed_secret = cipher.reseal(factor.sealed_secret)
    begun = db.session.scalars(
        select(OneTimeLink).where(OneTimeLink.sealed_progress.is_not(None)).with_for_update()
    ).all()
    for link in begun:
        link.sealed_progress = cipher.reseal(link.sealed_progress or "")
    shown = db.session.scalars(select(ShownSecret).with_for_update()).all()
    for secret in shown:
        secret.sealed = cipher.reseal(secret.sealed)
    count = len(factors) + len(begun) + len(shown)
    record_system("key:rotate", "signin", fields=count)
    return count
