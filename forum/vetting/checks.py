"""What admission needs, what of it an application has, and who can be asked for more."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from forum.core import clock
from forum.core.services import services
from forum.directory.calls import CallBack
from forum.directory.domains import DomainMatch
from forum.directory.models import Representation
from forum.directory.standing import actor_for, answering_for
from forum.members.models import Member
from forum.policy import Permission, Role, allows
from forum.vetting.models import (
    Answer,
    Application,
    ApplicationStatus,
    Vouching,
)
from forum.vetting.queries import domain_match, numbers_of

Askable = Sequence[Representation]


def those_to_ask(applications: Sequence[Application]) -> Mapping[int, Askable]:
    """Who answers for the authority that each applicant names: its head, the focal points of the
    State. Nobody is asked about themselves."""
    known = answering_for({one.state_code for one in applications}, clock.now().date())
    return {one.id: () if one.is_nomination else _askable(one, known) for one in applications}


def those_who_answer(application: Application) -> Askable:
    """Who answers for the authority of an application, whether or not they are asked."""
    return _askable(application, answering_for([application.state_code], clock.now().date()))


def _askable(application: Application, known: Askable) -> Askable:
    found: dict[int, Representation] = {}
    for held in known:
        is_theirs = (
            held.role is Role.FOCAL_POINT and held.authority.state_code == application.state_code
        ) or held.authority_id == application.authority_id
        if is_theirs and held.member.email_key != application.email_key:
            found.setdefault(held.member_id, held)
    return list(found.values())


class Word(StrEnum):
    """What those who answer for the authority said, taken together."""

    KNOWN = "known"
    NOT_KNOWN = "not_known"
    WAITING = "waiting"
    #: Asked, and silent for too long.
    SILENT = "silent"
    #: There is nobody to ask, or whoever there is cannot say.
    NOBODY = "nobody"


def given(application: Application) -> list[Vouching]:
    """The words that count: the last one of each person."""
    return [one for one in application.vouchings if one.replaced_at is None]


def silent(application: Application, askable: Askable) -> list[Representation]:
    """Those who were asked and did not answer yet."""
    answered = {one.by_id for one in given(application)}
    return [held for held in askable if held.member_id not in answered]


def word_of(application: Application, askable: Askable) -> Word:
    """The words taken together: one denial outweighs all else."""
    said = {one.answer for one in given(application)}
    for answer, word in ((Answer.NOT_KNOWN, Word.NOT_KNOWN), (Answer.KNOWN, Word.KNOWN)):
        if answer in said:
            return word
    if not silent(application, askable):
        return Word.NOBODY
    until = word_waited_for_until(application)
    return Word.SILENT if until is not None and until <= clock.now() else Word.WAITING


def word_waited_for_until(application: Application) -> datetime | None:
    """When whoever was asked counts as silent; None before they are asked."""
    proved = application.mailbox_proved_at
    return None if proved is None else proved + timedelta(days=services().settings.word_days)


def may_call_elsewhere(application: Application, word: Word) -> bool:
    """Whether another authority of the State or its mission may be called: the authority has no
    entry, no number, or nobody to vouch."""
    has_nobody = word in {Word.NOBODY, Word.SILENT}
    return application.authority_id is None or not numbers_of(application) or has_nobody


class Need(StrEnum):
    """What admission needs and an application can lack."""

    AUTHORITY = "authority"
    MAILBOX = "mailbox"
    NO_DENIAL = "no_denial"
    CALL_BACK = "call_back"
    NEW_MAILBOX = "new_mailbox"
    #: Of a nomination: whoever nominated must still answer for the authority.
    NOMINATOR = "nominator"


def needs_of(application: Application, holder: Member | None, word: Word) -> tuple[Need, ...]:
    """What is missing before the application can be proposed or admitted, in order."""
    if application.is_nomination:
        return _needs_of_nomination(application, holder)
    lacking = {
        Need.AUTHORITY: application.authority_id is None,
        Need.MAILBOX: application.mailbox_proved_at is None,
        Need.NO_DENIAL: word is Word.NOT_KNOWN,
        Need.CALL_BACK: application.call_back is not CallBack.CONFIRMED,
        Need.NEW_MAILBOX: application.member_id is None and holder is not None,
    }
    return tuple(need for need, lacks in lacking.items() if lacks)


def _needs_of_nomination(application: Application, holder: Member | None) -> tuple[Need, ...]:
    """The nomination is the word, and stands in place of the call; one moderator admits."""
    lacking = {
        Need.MAILBOX: application.mailbox_proved_at is None,
        Need.NOMINATOR: not nominator_answers(application),
        Need.NEW_MAILBOX: application.member_id is None and holder is not None,
    }
    return tuple(need for need, lacks in lacking.items() if lacks)


def nominator_answers(application: Application) -> bool:
    """Whether whoever nominated still answers for the authority today."""
    if application.nominated_by_id is None:
        return False
    nominator = actor_for(application.nominated_by_id)
    return allows(nominator, Permission.MEMBER_NOMINATE, application.subject)


def checks_of(application: Application, askable: Askable) -> dict[str, str]:
    """The checks in order, each `done`, `waiting`, `failed` or `open`."""
    found = {
        "mailbox": "done" if application.mailbox_proved_at else "waiting",
        "domain": {
            DomainMatch.SAME: "done",
            DomainMatch.SUBDOMAIN: "done",
            DomainMatch.DIFFERS: "failed",
            DomainMatch.NOTHING_TO_COMPARE: "open",
        }[domain_match(application)],
    }
    decision = {
        ApplicationStatus.ADMITTED: "done",
        ApplicationStatus.DECLINED: "failed",
        ApplicationStatus.PROPOSED: "waiting",
    }.get(application.status, "open")
    if application.is_nomination:
        return {**found, "nomination": "done", "decision": decision}
    return {
        **found,
        "word": _word_check(application, askable),
        "call_back": {
            CallBack.CONFIRMED: "done",
            CallBack.NOT_KNOWN: "failed",
            CallBack.NO_ANSWER: "waiting",
            None: "open",
        }[application.call_back],
        "proposal": "done" if application.proposed_at else "open",
        "decision": decision,
    }


def _word_check(application: Application, askable: Askable) -> str:
    if application.mailbox_proved_at is None:
        return "open"
    return {
        Word.KNOWN: "done",
        Word.NOT_KNOWN: "failed",
        Word.WAITING: "waiting",
        Word.SILENT: "open",
        Word.NOBODY: "open",
    }[word_of(application, askable)]
