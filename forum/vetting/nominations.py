"""The nominations of those who answer for an authority."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from forum.core.db import db
from forum.core.errors import NotFound
from forum.directory.models import Authority
from forum.directory.queries import answered_for_by
from forum.policy import Actor, Permission, allows
from forum.vetting.models import Application

#: Of those that are over, the newest so many are shown with the open ones.
_SHOWN: Final = 100


def authorities_to_nominate_for(actor: Actor) -> Sequence[Authority]:
    """The authorities `actor` answers for, by name."""
    return db.session.scalars(
        select(Authority)
        .where(answered_for_by(actor))
        .options(joinedload(Authority.state))
        .order_by(Authority.state_code, Authority.name_en, Authority.id)
    ).all()


def nominations_for(actor: Actor) -> Sequence[Application]:
    """The nominations for the authorities `actor` answers for, the newest first."""
    return db.session.scalars(
        select(Application)
        .where(
            Application.nominated_by_id.is_not(None),
            or_(
                Application.authority_id.in_(sorted(actor.authorities_headed)),
                Application.state_code.in_(sorted(actor.states_vouched_for)),
            ),
        )
        .options(joinedload(Application.authority), joinedload(Application.nominated_by))
        .order_by(Application.id.desc())
        .limit(_SHOWN)
    ).all()


def nomination_for(actor: Actor, application_id: int) -> Application:
    """One of these. Raises NotFound for all others."""
    found = db.session.get(Application, application_id, populate_existing=True)
    is_known = (
        found is not None
        and found.is_nomination
        and allows(actor, Permission.MEMBER_NOMINATE, found.subject)
    )
    if found is None or not is_known:
        raise NotFound(f"nomination {application_id}")
    return found
