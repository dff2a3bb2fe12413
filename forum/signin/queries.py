"""Whose session a token stands for."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.core import clock
from forum.core.db import db
from forum.core.services import services
from forum.members.models import MemberStatus
from forum.signin.models import OpenSession


def open_session_under(token_digest: str) -> OpenSession | None:
    """The row of a browser, whatever became of it, with its member."""
    return db.session.scalar(
        select(OpenSession)
        .where(OpenSession.token_digest == token_digest)
        .options(joinedload(OpenSession.member))
    )


def is_lapsed(session: OpenSession) -> bool:
    """Whether it ended by idleness or age; sessions of moderators end sooner."""
    settings, now = services().settings, clock.now()
    idle = settings.staff_idle_minutes if session.is_staff else settings.session_idle_minutes
    hours = settings.staff_hours if session.is_staff else settings.session_hours
    return now - session.seen_at >= timedelta(minutes=idle) or now - session.opened_at >= timedelta(
        hours=hours
    )


def is_alive(session: OpenSession) -> bool:
    """Whether it stands for its member now; the member's status is looked at each time."""
    return (
        session.member is not None
        and session.ended_at is None
        and session.member.status is MemberStatus.ACTIVE
        and not is_lapsed(session)
    )
