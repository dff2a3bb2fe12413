"""The call about an applicant: to the authority, or to who stands in for it."""

from dataclasses import dataclass

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import operation
from forum.core.errors import Invalid
from forum.core.typed import N_
from forum.policy import Actor
from forum.vetting.checks import may_call_elsewhere, those_to_ask, word_of
from forum.vetting.evidence import are_same_words
from forum.vetting.models import Application, ApplicationStatus, CallBack, CallPlace
from forum.vetting.operations.moving import DECIDE, move
from forum.vetting.queries import application_for, numbers_elsewhere, numbers_of


@dataclass(frozen=True)
class Mission:
    """A permanent mission that was called; the directory has no entry of it."""

    name: str
    number: str
    #: Where the number was found.
    source: str


@dataclass(frozen=True)
class _Called:
    place: CallPlace
    number: str
    office: str = ""
    source: str = ""


@operation
def record_call_back(
    actor: Actor,
    application_id: int,
    *,
    number: int = 0,
    mission: Mission | None = None,
    outcome: str,
    words: str = "",
    note: str = "",
) -> bool:
    """Note how a call ended: to a number of the directory's by that line's `number`, or to a mission.

    False, with a trace in the log, if the words read back are not those of the status page: then
    the call confirmed nobody.
    """
    application = application_for(actor, application_id, DECIDE)
    called = _called(application, number, mission)
    subject, ended = f"application:{application_id}", _ending(outcome)
    if ended is CallBack.CONFIRMED and not are_same_words(words, application.words):
        record(actor, "application:call_back", subject, outcome="wrong words")
        return False
    move(
        application,
        {ApplicationStatus.PROVED},
        Application.nominated_by_id.is_(None),
        call_back=ended,
        called_at=clock.now(),
        called_by_id=actor.id,
        called_number=called.number,
        call_place=called.place,
        called_office=called.office,
        call_source=called.source,
        call_note=note,
    )
    details: dict[str, object] = {
        "call": str(ended),
        "number": called.number,
        "place": str(called.place),
        "office": called.office,
    }
    record(actor, "application:call_back", subject, details=details)
    return True


def _called(application: Application, number: int, mission: Mission | None) -> _Called:
    """Who was called. Raises Invalid for a number that is not for this applicant."""
    for line in numbers_of(application):
        if mission is None and line.id == number:
            return _Called(CallPlace.AUTHORITY, line.value)
    word = word_of(application, those_to_ask([application])[application.id])
    if not may_call_elsewhere(application, word):
        raise Invalid("number", N_("Choose a number from the directory entry."))
    if mission is not None:
        return _mission(mission)
    for line in numbers_elsewhere(application):
        if line.id == number:
            return _Called(CallPlace.OTHER_AUTHORITY, line.value, line.authority.name)
    raise Invalid("number", N_("Choose a number from the directory entry."))


def _mission(mission: Mission) -> _Called:
    if not mission.name:
        raise Invalid("mission", N_("Name the mission that you called."))
    if sum(char.isdecimal() for char in mission.number) < 5:
        raise Invalid("mission_number", N_("Write the whole number that you called."))
    if not mission.source:
        raise Invalid("mission_source", N_("Say where you found the number."))
    return _Called(CallPlace.MISSION, mission.number, mission.name, mission.source)


def _ending(outcome: str) -> CallBack:
    try:
        return CallBack(outcome)
    except ValueError:
        raise Invalid("outcome", N_("Say how the call ended.")) from None
