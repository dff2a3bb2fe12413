"""The call about an applicant: to the authority, or to who stands in for it."""

from forum.audit.operations import record
from forum.core.db import operation
from forum.directory.calls import CallBack, Called, Mission, are_same_words, called, ending
from forum.policy import Actor
from forum.vetting.checks import may_call_elsewhere, those_to_ask, word_of
from forum.vetting.models import Application, ApplicationStatus
from forum.vetting.operations.moving import DECIDE, move
from forum.vetting.queries import application_for, numbers_elsewhere, numbers_of


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
    whom = _called(application, number, mission)
    subject, ended = f"application:{application_id}", ending(outcome)
    if ended is CallBack.CONFIRMED and not are_same_words(words, application.words):
        record(actor, "application:call_back", subject, outcome="wrong words")
        return False
    move(
        application,
        {ApplicationStatus.PROVED},
        Application.nominated_by_id.is_(None),
        **whom.columns(ended, actor.id, note),
    )
    record(actor, "application:call_back", subject, details=whom.told(ended))
    return True


def _called(application: Application, number: int, mission: Mission | None) -> Called:
    word = word_of(application, those_to_ask([application])[application.id])
    goes_elsewhere = may_call_elsewhere(application, word)
    elsewhere = numbers_elsewhere(application) if goes_elsewhere else None
    return called(number, mission, numbers_of(application), elsewhere)
