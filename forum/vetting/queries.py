"""Reading applications: for the applicant by the secret address, for moderators by number."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from forum.core import clock
from forum.core.db import db
from forum.core.errors import NotFound
from forum.core.secrets import digest, same
from forum.core.typed import row_number
from forum.directory.domains import DomainMatch, compare_domains
from forum.directory.models import Authority, ContactKind, ContactPoint, Designation
from forum.directory.queries import telephones_of_state
from forum.members.models import Member
from forum.members.queries import member_with_mailbox
from forum.policy import Actor, Permission, Subject, allows, require
from forum.reference.models import Function
from forum.vetting.models import (
    OPEN,
    ApplicantQuestion,
    Application,
    ApplicationStatus,
    Vouching,
)

#: What an applicant chooses whose authority has no entry.
UNLISTED: Final = "unlisted"


@dataclass(frozen=True)
class Choice:
    """An entry as an applicant may see it: by name and functions, and nothing else."""

    id: int
    name: str
    name_language: str
    name_en: str
    territory: str
    functions: tuple[Function, ...]


def authorities_to_claim(state_code: str) -> list[Choice]:
    """All entries of a State, those of the treaty functions first; also those for members only."""
    found = db.session.scalars(
        select(Authority)
        .where(Authority.state_code == state_code)
        .options(selectinload(Authority.designations).joinedload(Designation.function))
        .order_by(Authority.name_en, Authority.id)
    ).all()
    choices = [_choice(authority) for authority in found]
    return sorted(choices, key=lambda choice: not choice.functions)


def authority_to_claim(state_code: str, authority_id: str) -> Choice | None:
    """The entry with this number, if it is one of that State."""
    number = row_number(authority_id)
    if number is None:
        return None
    found = db.session.scalar(
        select(Authority).where(Authority.id == number, Authority.state_code == state_code)
    )
    return None if found is None else _choice(found)


def _choice(authority: Authority) -> Choice:
    functions = {
        designation.function_code: designation.function
        for designation in authority.designations_in_force(clock.now().date())
    }
    return Choice(
        authority.id,
        authority.name,
        authority.name_language,
        authority.name_en,
        authority.territory,
        tuple(sorted(functions.values(), key=lambda function: function.position)),
    )


def application_under(reference: str) -> Application:
    """The application of a status page, for whoever holds its address."""
    found = db.session.scalar(
        select(Application)
        .where(Application.reference_digest == digest(reference))
        .options(
            joinedload(Application.state),
            joinedload(Application.authority),
            selectinload(Application.questions),
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("application")
    return found


class LinkState(StrEnum):
    """Whether a mailed link can still be used."""

    GOOD = "good"
    USED = "used"
    OLD = "old"


def link_state(application: Application, token: str) -> LinkState:
    """What the mailed link is worth."""
    if application.mailbox_proved_at is not None:
        return LinkState.USED
    is_newest = same(digest(token), application.mailbox_token_digest)
    is_in_time = clock.now() < application.mailbox_token_expires_at
    can_be_proved = application.status is ApplicationStatus.SENT
    return LinkState.GOOD if is_newest and is_in_time and can_be_proved else LinkState.OLD


def application_for(
    actor: Actor, application_id: int, permission: Permission = Permission.APPLICATION_READ
) -> Application:
    """The application, once the rules let `actor` use it in this way.

    Whoever holds the mailbox that applies may not act on it. That the second moderator is not
    the one who proposed belongs to admitting, see `second_subject`.
    """
    found = db.session.scalar(
        select(Application)
        .where(Application.id == application_id)
        .options(
            joinedload(Application.state),
            joinedload(Application.authority).selectinload(Authority.contacts),
            joinedload(Application.called_by),
            joinedload(Application.proposed_by),
            joinedload(Application.nominated_by),
            joinedload(Application.decided_by),
            joinedload(Application.member),
            selectinload(Application.vouchings).joinedload(Vouching.by),
            selectinload(Application.questions).joinedload(ApplicantQuestion.asked_by),
        )
        .execution_options(populate_existing=True)
    )
    if found is None or not allows(actor, Permission.APPLICATION_READ):
        raise NotFound(f"application {application_id}")
    if permission is not Permission.APPLICATION_READ:
        require(actor, permission, first_subject(holder_of(found)))
    return found


def holder_of(application: Application) -> Member | None:
    """The member who has the mailbox that applies."""
    return member_with_mailbox(application.email)


def others_open(application: Application) -> list[Application]:
    """Other open applications from the same mailbox, oldest first; at most ten."""
    found = db.session.scalars(
        select(Application)
        .where(
            Application.email_key == application.email_key,
            Application.id != application.id,
            Application.status.in_(OPEN),
        )
        .order_by(Application.id)
        .limit(10)
    )
    return list(found)


def first_subject(holder: Member | None) -> Subject:
    """An application as the rules see it for all decisions but the second."""
    return Subject(barred=frozenset() if holder is None else frozenset({holder.id}))


def second_subject(application: Application, holder: Member | None) -> Subject:
    """The same for admitting: whoever proposed or nominated does not also admit."""
    before = (application.proposed_by_id, application.nominated_by_id)
    others = frozenset(number for number in before if number is not None)
    return Subject(barred=first_subject(holder).barred | others)


def domain_match(application: Application) -> DomainMatch:
    """How the mailbox compares with those of the entry."""
    return compare_domains(
        application.email, [line.value for line in lines_of(application, ContactKind.EMAIL)]
    )


def numbers_of(application: Application) -> list[ContactPoint]:
    """The telephone numbers the directory knows of the authority; never one the applicant gave."""
    return lines_of(application, ContactKind.PHONE)


def numbers_elsewhere(application: Application) -> list[ContactPoint]:
    """The telephone numbers of the other authorities of the State, by the authority's name."""
    return telephones_of_state(application.state_code, but=application.authority_id)


def lines_of(application: Application, kind: ContactKind) -> list[ContactPoint]:
    """What the entry says to write to, or to call."""
    authority = application.authority
    return [] if authority is None else authority.lines(kind)


def waiting_count(actor: Actor) -> int:
    """How many applications wait for a moderator; none for anybody else."""
    if not allows(actor, Permission.APPLICATION_READ):
        return 0
    ready = {ApplicationStatus.PROVED, ApplicationStatus.PROPOSED}
    found = select(func.count()).select_from(Application).where(Application.status.in_(ready))
    return db.session.scalar(found) or 0
