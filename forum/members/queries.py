"""Members by number and by mailbox."""

from sqlalchemy import select

from forum.core.db import db
from forum.core.mailbox import mailbox_key
from forum.members.models import Member


def member_with_mailbox(address: str) -> Member | None:
    """Whoever has that official mailbox, in whatever status."""
    return db.session.scalar(select(Member).where(Member.email_key == mailbox_key(address)))
