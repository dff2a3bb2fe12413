"""The word of those who answer for an authority: asked for by itself, given at their desk."""

from sqlalchemy import update

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Invalid
from forum.core.mail import post_mail
from forum.core.typed import N_
from forum.policy import ANONYMOUS, Actor
from forum.vetting.checks import given, silent, those_to_ask
from forum.vetting.models import Answer, Application, Vouching
from forum.vetting.questions import application_to_vouch, role_towards


def ask_for_word(application: Application) -> None:
    """One mail to each of those who answer for the authority and did not say yet whether they know
    the applicant; inside the operation in hand."""
    askable = silent(application, those_to_ask([application])[application.id])
    for held in askable:
        post_mail(
            "vetting/word_asked",
            held.member.email,
            path=f"/desk/questions/{application.id}",
            reference=application.number,
        )
    if askable:
        asked: dict[str, object] = {"members": [held.member_id for held in askable]}
        record(ANONYMOUS, "application:ask", f"application:{application.id}", details=asked)


@operation
def give_word(actor: Actor, application_id: int, answer: str, note: str = "") -> None:
    """Say whether one knows an applicant of an authority that one answers for.

    Saying the same again changes nothing; something else takes the place of what was said before.
    Raises NotFound if nobody asks `actor` about such an application.
    """
    application = application_to_vouch(actor, application_id, is_to_change=True)
    try:
        said = Answer(answer)
    except ValueError:
        raise Invalid("answer", N_("Choose one of the answers.")) from None
    before = next((one for one in given(application) if one.by_id == actor.id), None)
    if before is not None and (before.answer, before.note) == (said, note):
        return
    db.session.execute(
        update(Vouching)
        .where(
            Vouching.application_id == application.id,
            Vouching.by_id == actor.id,
            Vouching.replaced_at.is_(None),
        )
        .values(replaced_at=clock.now())
    )
    db.session.add(
        Vouching(
            application_id=application.id,
            by_id=actor.id,
            role=role_towards(actor, application),
            answer=said,
            note=note,
            at=clock.now(),
        )
    )
    details: dict[str, object] = {"answer": str(said)}
    record(actor, "application:vouch", f"application:{application.id}", details=details)
