"""Changes of e-mail as those see them who approve: heads and focal points, moderators."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from forum.core.db import db
from forum.core.errors import NotFound
from forum.core.services import services
from forum.directory.domains import DomainMatch, compare_domains, is_free_mail
from forum.directory.models import Authority, ContactKind, ContactPoint, HostKind
from forum.mailboxes.models import ChangeStatus, MailboxChange
from forum.mailboxes.queries import answered_for, authorities_of, may, subjects_of
from forum.policy import Actor, Permission, Subject, require

#: Of those decided already, so many are shown.
_SHOWN = 30


@dataclass(frozen=True)
class Reviewed:
    """A change of e-mail, and what is to be known before one approves it."""

    change: MailboxChange
    #: The authorities that the member stands for today.
    authorities: Sequence[Authority]
    #: The mailboxes that the directory knows of these authorities.
    mailboxes: Sequence[str]

    @property
    def match(self) -> DomainMatch:
        """How the new address compares with those of the directory."""
        return compare_domains(self.change.address, self.mailboxes)

    @property
    def is_free_mail(self) -> bool:
        """Whether the new mailbox is of a service that gives one to anybody."""
        return is_free_mail(self.change.address)

    @property
    def needs_two(self) -> bool:
        """Whether two moderators decide, as on a new account (security.md R3)."""
        fits = self.match in {DomainMatch.SAME, DomainMatch.SUBDOMAIN}
        return self.is_free_mail or not fits

    @property
    def waits(self) -> bool:
        """Whether it can be decided now."""
        return self.change.status is ChangeStatus.PROVED

    @property
    def subjects(self) -> Sequence[Subject]:
        """The change as the rules see it, once for each authority; the member does not decide."""
        return subjects_of(self.authorities, self.change.member_id)

    @property
    def second_subjects(self) -> Sequence[Subject]:
        """The same for approving: whoever approved first does not approve again."""
        first = self.change.first_by_id
        before = [] if first is None else [first]
        return subjects_of(self.authorities, self.change.member_id, *before)


def reviewed(change: MailboxChange) -> Reviewed:
    """The change with what the directory says today."""
    return _assembled([change])[0]


def _reviewed(
    change: MailboxChange, authorities: Sequence[Authority], known: Mapping[int, Sequence[str]]
) -> Reviewed:
    mailboxes = [address for one in authorities for address in known.get(one.id, ())]
    if any(one.host_kind is HostKind.SECRETARIAT for one in authorities):
        mailboxes.append(services().settings.secretariat_email)
    return Reviewed(change, authorities, mailboxes)


def _mailboxes_of(authority_ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for number, address in db.session.execute(
        select(ContactPoint.authority_id, ContactPoint.value)
        .where(
            ContactPoint.authority_id.in_(sorted(set(authority_ids))),
            ContactPoint.kind == ContactKind.EMAIL,
        )
        .order_by(ContactPoint.position, ContactPoint.id)
    ):
        found.setdefault(number, []).append(address)
    return found


def changes_at_desk(actor: Actor) -> list[Reviewed]:
    """Changes of members whom `actor` answers for: those that wait first, the oldest first, then
    the latest decided. Never one's own."""
    return _listed(_at_desk(actor))


def changes_to_decide(actor: Actor) -> list[Reviewed]:
    """All changes that wait for approval, the oldest first, then the latest decided."""
    require(actor, Permission.MAILBOX_READ)
    return _listed()


def _at_desk(actor: Actor) -> ColumnElement[bool]:
    return MailboxChange.member_id.in_(answered_for(actor))


def _listed(*which: ColumnElement[bool]) -> list[Reviewed]:
    decided = (
        _with_people(*which, MailboxChange.decided_at.is_not(None))
        .order_by(MailboxChange.decided_at.desc(), MailboxChange.id.desc())
        .limit(_SHOWN)
    )
    return _assembled([*_waiting(*which), *db.session.scalars(decided)])


def _waiting(*which: ColumnElement[bool]) -> Sequence[MailboxChange]:
    return db.session.scalars(
        _with_people(*which, MailboxChange.status == ChangeStatus.PROVED).order_by(
            MailboxChange.proved_at, MailboxChange.id
        )
    ).all()


def _assembled(changes: Sequence[MailboxChange]) -> list[Reviewed]:
    held = authorities_of([one.member_id for one in changes])
    known = _mailboxes_of([one.id for authorities in held.values() for one in authorities])
    return [_reviewed(one, held.get(one.member_id, ()), known) for one in changes]


def _with_people(*which: ColumnElement[bool]) -> Select[MailboxChange]:
    return (
        select(MailboxChange)
        .where(*which)
        .options(
            joinedload(MailboxChange.member),
            joinedload(MailboxChange.first_by),
            joinedload(MailboxChange.decided_by),
        )
    )


def change_at_desk(actor: Actor, change_id: int) -> Reviewed:
    """One of a member whom `actor` answers for. Raises NotFound for any other, and one's own."""
    found = _proved_once(change_id)
    is_own = actor.id == found.change.member_id
    if is_own or not may(actor, Permission.DESK_READ, found.subjects):
        raise NotFound(f"change of e-mail {change_id}")
    return found


def change_to_decide(actor: Actor, change_id: int) -> Reviewed:
    """One as moderators see it. Raises NotFound."""
    require(actor, Permission.MAILBOX_READ)
    return _proved_once(change_id)


def _proved_once(change_id: int) -> Reviewed:
    """Before the new mailbox is proved, nobody is shown an address that may be a stranger's."""
    change = db.session.scalar(
        _with_people(
            MailboxChange.id == change_id, MailboxChange.proved_at.is_not(None)
        ).execution_options(populate_existing=True)
    )
    if change is None:
        raise NotFound(f"change of e-mail {change_id}")
    return reviewed(change)


def waiting_count(actor: Actor) -> int:
    """How many changes wait for an approval that `actor` may give."""
    if actor.is_read_only or not (actor.is_moderator or actor.has_desk):
        return 0
    if actor.is_moderator:
        return _count(MailboxChange.member_id != actor.id, _not_first(actor))
    return sum(not one.needs_two for one in _assembled(_waiting(_at_desk(actor))))


def _not_first(actor: Actor) -> ColumnElement[bool]:
    return MailboxChange.first_by_id.is_distinct_from(actor.id)


def _count(*which: ColumnElement[bool]) -> int:
    found = select(func.count()).where(MailboxChange.status == ChangeStatus.PROVED, *which)
    return db.session.scalar(found) or 0
