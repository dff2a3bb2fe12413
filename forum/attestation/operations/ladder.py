"""What becomes of members whom nobody confirms in time, and how it ends."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Select, and_, exists, func, not_, or_, select, update

from forum.attestation.models import Answer, Attestation, Round, RoundKind
from forum.attestation.schedule import Stage, overdue_before, stage_of
from forum.audit.operations import record_system
from forum.core import clock
from forum.core.db import db, operation
from forum.core.mail import post_mail
from forum.core.services import services
from forum.directory.models import Representation
from forum.directory.moderators import LEAST, hold_moderators, is_needed
from forum.directory.queries import is_in_force
from forum.members.limits import lift_limits, limit_member
from forum.members.models import Limit, LimitCause, LimitKind, Member, MemberStatus
from forum.members.queries import in_force, limits_of
from forum.policy import ANONYMOUS, Actor, Role

#: Locked together, before anything is written, as others do who lock a member; few, since on SQLite
#: everybody who writes waits meanwhile.
_BATCH: Final = 20

_KINDS: Final = {Stage.READ_ONLY: LimitKind.READ_ONLY, Stage.SUSPENDED: LimitKind.SUSPENDED}
_MAILS: Final = {
    LimitKind.READ_ONLY: "attestation/read_only",
    LimitKind.SUSPENDED: "attestation/suspended",
}


def limit_overdue() -> int:
    """Bring everybody up to date who should be limited further, or less; gives how many were
    looked at. The worker calls it."""
    _let_lapse()
    _note_too_few_moderators()
    looked_at, last = 0, 0
    while batch := _next(last):
        looked_at, last = looked_at + len(batch), batch[-1]
    return looked_at


@operation
def _next(last: int) -> Sequence[int]:
    """Bring the next members up to date, those with a higher number than `last`."""
    batch = db.session.scalars(_unlike_their_stage(last)).all()
    _lock(batch)
    for number in batch:
        bring_up_to_date(ANONYMOUS, number)
    return batch


def _lock(member_ids: Collection[int]) -> None:
    """Nobody else limits or confirms these until the operation in hand is over; nor limits other
    moderators."""
    hold_moderators()
    db.session.execute(
        select(Member)
        .where(Member.id.in_(member_ids))
        .order_by(Member.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _unlike_their_stage(last: int) -> Select[int]:
    """The next members whose open questions may want another limit than they have."""
    now = clock.now()
    asked = (
        select(Representation.member_id)
        .join(Attestation, Attestation.representation_id == Representation.id)
        .where(Attestation.answered_at.is_(None), is_in_force(Representation, now.date()))
    )
    late, latest = (
        asked.where(Attestation.asked_at <= overdue_before(now, stage))
        for stage in (Stage.READ_ONLY, Stage.SUSPENDED)
    )
    limited = select(Limit.member_id).where(in_force(now), Limit.cause == LimitCause.ATTESTATION)
    suspended = limited.where(Limit.kind == LimitKind.SUSPENDED)
    is_worse = or_(
        and_(Member.id.in_(late), Member.id.not_in(limited)),
        and_(Member.id.in_(latest), Member.id.not_in(suspended)),
    )
    confirmed = exists().where(
        Representation.member_id == Member.id,
        is_in_force(Representation, now.date()),
        Representation.id.not_in(
            select(Attestation.representation_id).where(
                Attestation.answered_at.is_(None),
                Attestation.asked_at <= overdue_before(now, Stage.READ_ONLY),
            )
        ),
    )
    is_better = and_(Member.id.in_(limited), confirmed)
    return (
        select(Member.id)
        .where(
            Member.id > last,
            Member.status != MemberStatus.CLOSED,
            or_(and_(is_worse, not_(confirmed)), is_better),
        )
        .order_by(Member.id)
        .limit(_BATCH)
    )


@operation
def bring_up_to_date(actor: Actor, member_id: int) -> None:
    """Limit a member as far as the questions have gone that are open, and no further: at once when
    somebody confirms. Inside an operation, lock the member before writing anything."""
    stage = _stage_of(member_id)
    held = {limit.kind for limit in limits_of(member_id) if limit.cause is LimitCause.ATTESTATION}
    if stage is Stage.IN_TIME:
        if lift_limits(actor, member_id, LimitCause.ATTESTATION):
            _tell(member_id, "attestation/restored")
        return
    if stage is Stage.READ_ONLY and LimitKind.SUSPENDED in held:
        lift_limits(actor, member_id, LimitCause.ATTESTATION, kind=LimitKind.SUSPENDED)
    kind = _KINDS[stage]
    if kind in held or is_needed(member_id):
        return
    limit_member(actor, member_id, kind, LimitCause.ATTESTATION)
    _tell(member_id, _MAILS[kind])


def _stage_of(member_id: int) -> Stage:
    """How far the questions about a member have gone: as far as the best of the representations."""
    now = clock.now()
    asked: Sequence[datetime | None] = db.session.scalars(
        select(Attestation.asked_at)
        .select_from(Representation)
        .outerjoin(
            Attestation,
            and_(
                Attestation.representation_id == Representation.id,
                Attestation.answered_at.is_(None),
            ),
        )
        .where(Representation.member_id == member_id, is_in_force(Representation, now.date()))
    ).all()
    stages = [Stage.IN_TIME if at is None else stage_of(at, now) for at in asked]
    return min(stages, default=Stage.IN_TIME)


def _tell(member_id: int, kind: str) -> None:
    member = db.session.get_one(Member, member_id)
    post_mail(
        kind,
        member.email,
        path="/",
        secretariat_email=services().settings.secretariat_email,
    )


@operation
def _let_lapse() -> None:
    """End the questions whose representation is over."""
    today = clock.now().date()
    over = (
        select(Representation.id)
        .join(Representation.member)
        .where(
            or_(Representation.until_on < today, Member.status == MemberStatus.CLOSED),
        )
    )
    lapsed = db.session.scalars(
        update(Attestation)
        .where(Attestation.answered_at.is_(None), Attestation.representation_id.in_(over))
        .values(answered_at=clock.now(), answer=Answer.LAPSED)
        .returning(Attestation.round_id)
        .execution_options(synchronize_session=False)
    ).all()
    for round_id, count in sorted(Counter(lapsed).items()):
        record_system("attestation:lapse", f"round:{round_id}", questions=count)


@operation
def _note_too_few_moderators() -> None:
    """Note once in a round that the moderators are too few to confirm each other."""
    now = clock.now()
    open_rounds = (
        select(Attestation.round_id)
        .join(Round, Round.id == Attestation.round_id)
        .where(Attestation.answered_at.is_(None), Round.kind == RoundKind.MODERATORS)
    )
    count = db.session.scalar(
        select(func.count(Representation.id.distinct())).where(
            Representation.role == Role.MODERATOR, is_in_force(Representation, now.date())
        )
    )
    if (count or 0) > LEAST:
        return
    noted = db.session.scalars(
        update(Round)
        .where(Round.id.in_(open_rounds), Round.stalled_at.is_(None))
        .values(stalled_at=now)
        .returning(Round.id)
        .execution_options(synchronize_session=False)
    ).all()
    for number in noted:
        record_system("attestation:stall", f"round:{number}", moderators=count)
