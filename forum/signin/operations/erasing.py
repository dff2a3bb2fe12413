"""Taking all by which somebody proved who they were out of an account that is erased."""

from sqlalchemy import delete, select

from forum.core.db import db
from forum.core.mailbox import mailbox_key
from forum.signin.models import (
    Credential,
    OneTimeLink,
    OpenSession,
    Passkey,
    RecoveryCode,
    ResetRequest,
    SecondFactor,
)


def erase_factors(member_id: int, email_key: str) -> None:
    """Delete password, factors, passkeys, links and sessions; inside the operation in hand."""
    for table in (Credential, SecondFactor, RecoveryCode, Passkey, OneTimeLink, OpenSession):
        db.session.execute(delete(table).where(table.member_id == member_id))
    asked = db.session.execute(select(ResetRequest.id, ResetRequest.address)).all()
    theirs = [number for number, address in asked if mailbox_key(address) == email_key]
    db.session.execute(delete(ResetRequest).where(ResetRequest.id.in_(theirs)))
