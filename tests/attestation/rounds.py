"""What tests of attestation share: the worker's jobs, and what they made of a member."""

from datetime import timedelta

from flask import Flask

from forum.attestation.models import Attestation
from forum.attestation.operations import begin_rounds, limit_overdue, tell_those_asked
from forum.core.db import db
from forum.members.models import Limit, LimitCause, Member, MemberStatus
from forum.members.queries import limits_of

DAY = timedelta(days=1)


def work(app: Flask) -> None:
    """What the worker does of attestation in one turn."""
    with app.app_context():
        begin_rounds()
        tell_those_asked()
        limit_overdue()


def standing(app: Flask, member: Member) -> tuple[MemberStatus, set[str]]:
    """The status of an account, and the kinds of limits it has for want of a confirmation."""
    with app.app_context():
        found: list[Limit] = limits_of(member.id)
        kinds = {str(limit.kind) for limit in found if limit.cause is LimitCause.ATTESTATION}
        return db.session.get_one(Member, member.id).status, kinds


def asked_about(app: Flask) -> set[int]:
    """Numbers of the members about whom a question is open."""
    with app.app_context():
        return {
            one.representation.member_id
            for one in db.session.query(Attestation).filter_by(answered_at=None)
        }
