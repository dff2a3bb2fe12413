"""Taking the person out of an account: what stays is a number, an authority and a post."""

from typing import Final

from sqlalchemy import update

from forum.audit.operations import erase_who, record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import NotFound
from forum.core.events import announce
from forum.core.mail import forget_mail
from forum.core.typed import N_
from forum.drafts.operations import forget_forms_of
from forum.members.events import MemberErased, StatusChanged
from forum.members.models import Limit, Member, MemberStatus
from forum.policy import Actor

#: Stands wherever the name stood.
FORMER: Final = N_("A former member")


@operation
def erase_member(by: Actor, member_id: int) -> None:
    """Close the account for good and take out of it all that says who it was.

    Features erase what they hold when MemberErased is announced. The mailbox is free afterwards.
    Doing it twice changes nothing. Raises NotFound.
    """
    member = db.session.get(Member, member_id, with_for_update=True, populate_existing=True)
    if member is None:
        raise NotFound(f"member {member_id}")
    if member.erased_at is not None:
        return
    # What comes of a closed account comes first, while it is known whose it was.
    member.status, member.suspended_until = MemberStatus.CLOSED, None
    db.session.flush()
    announce(StatusChanged(member_id))
    announce(MemberErased(member_id, member.email, member.email_key, by))
    forget_mail(member.email)
    _blank(member)
    _blank_limits(member_id, by)
    forget_forms_of(member_id)
    db.session.flush()
    record(by, "member:erase", f"member:{member_id}")
    # Last, for what went before has left lines of its own.
    erase_who(member_id)


def _blank(member: Member) -> None:
    member.name, member.post = FORMER, ""
    member.email, member.email_key = "", f"erased:{member.id}"
    member.zone, member.languages, member.functions = "UTC", [], []
    member.has_limits, member.objected_at, member.signed_in_at = False, None, None
    member.recovering_since = None
    member.rules_version = member.rules_accepted_at = None
    member.erased_at = clock.now()


def _blank_limits(member_id: int, by: Actor) -> None:
    """What was decided is kept as a fact, without the words; none of it can be lifted any more."""
    of_member = Limit.member_id == member_id
    db.session.execute(update(Limit).where(of_member).values(reason="", lift_reason=""))
    db.session.execute(
        update(Limit)
        .where(of_member, Limit.lifted_at.is_(None))
        .values(lifted_at=clock.now(), lifted_by_id=by.id)
    )
