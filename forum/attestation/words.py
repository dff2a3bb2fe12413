"""How far a question has gone, as it is said."""

from datetime import datetime

from flask_babel import gettext

from forum.attestation.schedule import Stage, stage_of
from forum.core import clock
from forum.members.models import Member, MemberStatus


def stage_words(asked_at: datetime, member: Member) -> tuple[str, str]:
    """What it led to, and the tone of the badge that says so; "" while there is time."""
    stage = stage_of(asked_at, clock.now())
    if stage is Stage.IN_TIME:
        return "", ""
    if member.status is MemberStatus.SUSPENDED:
        return gettext("Suspended"), "bad"
    return (
        (gettext("Overdue: reading only"), "warn")
        if member.has_limits
        else (
            gettext("Overdue"),
            "warn",
        )
    )
