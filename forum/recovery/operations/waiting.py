"""What time does to cases. The worker calls it; twice or late changes nothing but the hour."""

from datetime import timedelta

from sqlalchemy import select, update

from forum.audit.operations import record_system
from forum.core import clock
from forum.core.db import db, operation
from forum.core.mail import post_mail
from forum.core.services import services
from forum.recovery.models import RecoveryCase, RecoveryStatus, StoppedFrom
from forum.recovery.operations.moving import end, hold, stands
from forum.signin.operations import make_enrolment_link


def go_on() -> int:
    """Mail the link to a new factor where the wait is over and nobody stopped it; how many."""
    due = db.session.scalars(
        select(RecoveryCase.id)
        .where(
            RecoveryCase.status == RecoveryStatus.WAITING,
            RecoveryCase.waits_until <= clock.now(),
        )
        .order_by(RecoveryCase.id)
    ).all()
    return sum(_go_on(case_id) for case_id in due)


@operation
def _go_on(case_id: int) -> bool:
    case = db.session.get_one(RecoveryCase, case_id, populate_existing=True)
    hold(case.member_id)
    if not stands(case):
        end(case, RecoveryStatus.STOPPED, stopped_from=StoppedFrom.ACCOUNT)
        return False
    moved = db.session.scalar(
        update(RecoveryCase)
        .where(
            RecoveryCase.id == case_id,
            RecoveryCase.status == RecoveryStatus.WAITING,
            RecoveryCase.waits_until <= clock.now(),
            RecoveryCase.expires_at > clock.now(),
        )
        .values(status=RecoveryStatus.READY, ready_at=clock.now())
        .returning(RecoveryCase.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        return False  # another worker was faster, or somebody stopped it
    record_system("recovery:ready", case.named)
    mail_link(case)
    return True


def mail_link(case: RecoveryCase) -> None:
    """Mail the link to a new factor; the one before is worth nothing any more. Inside the operation
    in hand."""
    minutes = services().settings.recovery_link_minutes
    token = make_enrolment_link(case.member, timedelta(minutes=minutes))
    post_mail(
        "recovery/enrol",
        case.member.email,
        path=f"/recover/second-factor/new/{token}",
        reference=case.number,
        minutes=minutes,
        lacks_password=case.lacks_password,
    )


def expire_old() -> int:
    """End the cases whose time is over, and those whose account went out of use or office; how many
    there were."""
    still_open = db.session.scalars(
        select(RecoveryCase.id).where(RecoveryCase.ended_at.is_(None)).order_by(RecoveryCase.id)
    ).all()
    return sum(_expire(case_id) for case_id in still_open)


@operation
def _expire(case_id: int) -> bool:
    case = db.session.get_one(RecoveryCase, case_id, populate_existing=True)
    if case.expires_at <= clock.now():
        return end(case, RecoveryStatus.EXPIRED)
    # A representation can end by its date, which nobody announces.
    gone = not stands(case)
    return gone and end(case, RecoveryStatus.STOPPED, stopped_from=StoppedFrom.ACCOUNT)
