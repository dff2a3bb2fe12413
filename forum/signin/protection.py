"""What protects an account."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from forum.core.db import db
from forum.core.errors import NotFound
from forum.policy import Actor
from forum.signin.models import Credential, RecoveryCode, SecondFactor


@dataclass(frozen=True)
class Protection:
    """The factors of a member, and since when they hold."""

    password_changed_at: datetime
    authenticator_since: datetime
    codes_left: int


def protection_of(actor: Actor) -> Protection:
    """What protects the actor's own account. Raises NotFound for somebody without one."""
    left = (
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.member_id == Credential.member_id, RecoveryCode.used_at.is_(None))
        .scalar_subquery()
    )
    found = db.session.execute(
        select(Credential.changed_at, SecondFactor.proved_at, left)
        .join(SecondFactor, SecondFactor.member_id == Credential.member_id)
        .where(Credential.member_id == actor.id)
    ).one_or_none()
    if found is None:
        raise NotFound(f"factors of member {actor.id}")
    return Protection(*found)
