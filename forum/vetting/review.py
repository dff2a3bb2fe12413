"""One application as a moderator sees it: evidence, directory match, history."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from forum.audit.models import AuditEntry, AuditWho
from forum.core import clock
from forum.core.db import db
from forum.directory.clockface import weekly_hours
from forum.directory.domains import DomainMatch, is_free_mail
from forum.directory.hours import is_open
from forum.directory.models import ContactKind, ContactPoint, Representation
from forum.directory.queries import designated_functions
from forum.members.models import Member, MemberStatus
from forum.policy import Actor, Permission, allows
from forum.reference.models import Function
from forum.vetting.checks import (
    Need,
    Word,
    checks_of,
    may_call_elsewhere,
    needs_of,
    silent,
    those_to_ask,
    word_of,
    word_waited_for_until,
)
from forum.vetting.models import Application, Vouching
from forum.vetting.queries import (
    Choice,
    application_for,
    authorities_to_claim,
    domain_match,
    first_subject,
    holder_of,
    lines_of,
    numbers_elsewhere,
    numbers_of,
    others_open,
    second_subject,
)


@dataclass(frozen=True)
class Event:
    """One line of an application's history."""

    at: datetime
    what: str
    who: str
    details: dict[str, str]


@dataclass(frozen=True)
class Review:
    """Everything a moderator looks at before deciding."""

    application: Application
    checks: dict[str, str]
    needs: tuple[Need, ...]
    word: Word
    #: Words given, those replaced by a later one included.
    vouchings: tuple[Vouching, ...]
    #: Asked for their word, and silent.
    silent: tuple[Representation, ...]
    word_until: datetime | None
    mailboxes: tuple[str, ...]
    domain_match: DomainMatch
    is_free_mail: bool
    numbers: tuple[ContactPoint, ...]
    may_call_elsewhere: bool
    #: Lines of the State's other authorities, where these may be called.
    numbers_elsewhere: tuple[ContactPoint, ...]
    #: Whether somebody should be there to answer; None where no hours are known.
    is_open_now: bool | None
    functions: tuple[Function, ...]
    #: The account that has this mailbox already, if there is one.
    holder: Member | None
    #: Other open applications from this mailbox.
    others: tuple[Application, ...]
    history: tuple[Event, ...]
    may_decide: bool
    may_admit: bool
    #: The account that came of it was not activated yet.
    awaits_activation: bool
    #: Entries of the State, where the authority was not listed.
    choices: tuple[Choice, ...]


def review_for(actor: Actor, application_id: int) -> Review:
    """One application with its evidence, its directory match and its history."""
    application = application_for(actor, application_id)
    member, holder = application.member, holder_of(application)
    askable = those_to_ask([application])[application.id]
    word = word_of(application, askable)
    goes_elsewhere = may_call_elsewhere(application, word)
    return Review(
        application=application,
        checks=checks_of(application, askable),
        needs=needs_of(application, holder, word),
        word=word,
        vouchings=tuple(application.vouchings),
        silent=tuple(silent(application, askable)),
        word_until=word_waited_for_until(application),
        mailboxes=tuple(line.value for line in lines_of(application, ContactKind.EMAIL)),
        domain_match=domain_match(application),
        is_free_mail=is_free_mail(application.email),
        numbers=tuple(numbers_of(application)),
        may_call_elsewhere=goes_elsewhere,
        numbers_elsewhere=tuple(numbers_elsewhere(application)) if goes_elsewhere else (),
        is_open_now=_is_open_now(application),
        functions=_functions_of(application),
        holder=None if member is not None else holder,
        others=tuple(others_open(application)),
        history=_history_of(application),
        may_decide=allows(actor, Permission.APPLICATION_DECIDE, first_subject(holder)),
        may_admit=allows(actor, Permission.APPLICATION_DECIDE, second_subject(application, holder)),
        awaits_activation=member is not None and member.status is MemberStatus.PENDING,
        choices=tuple(
            authorities_to_claim(application.state_code) if application.unlisted_authority else ()
        ),
    )


def _is_open_now(application: Application) -> bool | None:
    authority = application.authority
    if authority is None or not authority.hours:
        return None
    return is_open(weekly_hours(authority), clock.now())


def _functions_of(application: Application) -> tuple[Function, ...]:
    number = application.authority_id
    if number is None:
        return ()
    return tuple(designated_functions([number], clock.now().date()).get(number, ()))


def _history_of(application: Application) -> tuple[Event, ...]:
    """What happened, newest first: single steps as the application knows them, repeated ones
    (calls, assignments) as the log knows them."""
    told = _told(application.id)
    begun = "nominate" if application.is_nomination else "send"
    found = [Event(application.sent_at, begun, _name(application.nominated_by), {}), *told]
    for asked in application.questions:
        found.append(Event(asked.asked_at, "ask", asked.asked_by.name, {}))
        if asked.answered_at:
            found.append(Event(asked.answered_at, "answer", "", {}))
    if application.mailbox_proved_at:
        found.append(Event(application.mailbox_proved_at, "prove", "", {}))
    if application.called_at and not any(event.what == "call_back" for event in told):
        facts = {
            "call": str(application.call_back or ""),
            "number": application.called_number,
            "office": application.called_office,
        }
        found.append(Event(application.called_at, "call_back", _name(application.called_by), facts))
    found += [
        Event(one.at, "vouch", one.by.name, {"answer": str(one.answer)})
        for one in application.vouchings
    ]
    if application.proposed_at:
        found.append(Event(application.proposed_at, "propose", _name(application.proposed_by), {}))
    if application.decided_at:
        found.append(
            Event(
                application.decided_at, str(application.status), _name(application.decided_by), {}
            )
        )
    return tuple(sorted(found, key=lambda event: event.at, reverse=True))


def _told(application_id: int) -> list[Event]:
    repeated = ("application:call_back", "application:assign", "application:invite")
    rows = db.session.execute(
        select(AuditEntry, AuditWho.name)
        .outerjoin(AuditWho, AuditWho.entry_id == AuditEntry.id)
        .where(AuditEntry.object == f"application:{application_id}")
        .where(AuditEntry.action.in_(repeated), AuditEntry.outcome == "done")
        .order_by(AuditEntry.id)
    ).all()
    return [
        Event(entry.at, entry.action.partition(":")[2], name or "", json.loads(entry.details))
        for entry, name in rows
    ]


def _name(member: Member | None) -> str:
    return "" if member is None else member.name
