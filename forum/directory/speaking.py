"""Whether a member may speak for the authority: a dated fact, said by whoever answers for it."""

from sqlalchemy import or_, update

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict
from forum.core.mail import post_mail
from forum.core.typed import N_
from forum.directory.models import Representation
from forum.policy import Actor


@operation
def set_speaking(held: Representation, *, may_speak: bool, by: Actor) -> None:
    """Say that a member may speak for the authority, or no longer; the member is told by mail.

    To say what is so already changes nothing. Raises Conflict if the member stands for the authority
    no more.
    """
    today, now = clock.now().date(), clock.now()
    if held.is_over(today):
        raise Conflict(N_("This member stands for the authority no more already."))
    since = Representation.may_speak_since
    changed = db.session.scalar(
        update(Representation)
        .where(
            Representation.id == held.id,
            or_(Representation.until_on.is_(None), Representation.until_on >= today),
            since.is_(None) if may_speak else since.is_not(None),
        )
        .values(
            may_speak_since=now if may_speak else None, may_speak_by_id=by.id if may_speak else None
        )
        .returning(Representation.id)
    )
    if changed is None:
        return
    act = "speaker:name" if may_speak else "speaker:unname"
    record(by, act, f"member:{held.member_id} authority:{held.authority_id}")
    post_mail("directory/speaker", held.member.email, path=f"/members/{held.member_id}")
