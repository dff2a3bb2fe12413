"""What those who answer for an authority are asked about its applicants."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.elements import ColumnElement

from forum.core.db import db
from forum.core.errors import NotFound
from forum.members.models import Member
from forum.policy import Actor, Permission, Role, allows
from forum.vetting.checks import given
from forum.vetting.models import Application, ApplicationStatus, Vouching
from forum.vetting.queries import first_subject, holder_of

#: While an application waits for a decision, the word can be given and changed.
OPEN_TO_WORDS: Final = frozenset(
    {ApplicationStatus.PROVED, ApplicationStatus.PROPOSED, ApplicationStatus.ASKED}
)


@dataclass(frozen=True)
class Question:
    """An applicant, and what the reader said already."""

    application: Application
    said: Vouching | None


def questions_for(actor: Actor) -> Sequence[Question]:
    """All that `actor` is asked, oldest first."""
    found = db.session.scalars(
        select(Application)
        .where(_asked(actor))
        .options(
            joinedload(Application.state),
            joinedload(Application.authority),
            selectinload(Application.vouchings),
        )
        .order_by(Application.mailbox_proved_at, Application.id)
    )
    return [Question(one, _said(actor, one)) for one in found]


def unanswered_count(actor: Actor) -> int:
    """How many applicants `actor` is asked about and said nothing of yet."""
    if not actor.has_desk:
        return 0
    said = select(Vouching.application_id).where(Vouching.by_id == actor.id)
    wanted = select(func.count()).select_from(Application)
    return db.session.scalar(wanted.where(_asked(actor), Application.id.not_in(said))) or 0


def _asked(actor: Actor) -> ColumnElement[bool]:
    """Of applications: those of which the rule `member:vouch` lets `actor` speak."""
    own = select(Member.email_key).where(Member.id == actor.id).scalar_subquery()
    return (
        Application.status.in_(OPEN_TO_WORDS)
        & Application.nominated_by_id.is_(None)
        & or_(
            Application.authority_id.in_(sorted(actor.authorities_headed)),
            Application.state_code.in_(sorted(actor.states_vouched_for)),
        )
        & (Application.email_key != own)
    )


def application_to_vouch(
    actor: Actor, application_id: int, *, is_to_change: bool = False
) -> Application:
    """The application, if `actor` is asked about it: anybody else may not know of it."""
    query = (
        select(Application)
        .where(
            Application.id == application_id,
            Application.status.in_(OPEN_TO_WORDS),
            Application.nominated_by_id.is_(None),
        )
        .options(
            joinedload(Application.state),
            joinedload(Application.authority),
            selectinload(Application.vouchings),
        )
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(query.with_for_update(of=Application) if is_to_change else query)
    if found is None:
        raise NotFound(f"application {application_id}")
    subject = replace(found.subject, barred=first_subject(holder_of(found)).barred)
    if not allows(actor, Permission.MEMBER_VOUCH, subject):
        raise NotFound(f"application {application_id}")
    return found


def question_for(actor: Actor, application_id: int) -> Question:
    """One applicant, and what `actor` said already."""
    application = application_to_vouch(actor, application_id)
    return Question(application, _said(actor, application))


def role_towards(actor: Actor, application: Application) -> Role:
    """As what `actor` speaks of an applicant: a head of the own authority, else as focal point."""
    is_head = application.authority_id in actor.authorities_headed
    return Role.HEAD if is_head else Role.FOCAL_POINT


def _said(actor: Actor, application: Application) -> Vouching | None:
    return next((one for one in given(application) if one.by_id == actor.id), None)
