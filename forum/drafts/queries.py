"""Finding what was kept."""

import json

from sqlalchemy import select

from forum.core import clock
from forum.core.cipher import Unreadable
from forum.core.db import db
from forum.core.secrets import digest
from forum.core.services import services
from forum.drafts.models import KeptForm
from forum.policy import Actor


def kept_form_for(actor: Actor, browser_token: str, path: str) -> list[tuple[str, str]] | None:
    """The fields of the newest form that this member sent to `path` from this browser in vain."""
    if actor.id is None:
        return None
    kept = db.session.scalar(
        select(KeptForm)
        .where(
            KeptForm.browser_digest == digest(browser_token),
            KeptForm.member_id == actor.id,
            KeptForm.path == path,
            KeptForm.expires_at > clock.now(),
        )
        .order_by(KeptForm.id.desc())
        .limit(1)
    )
    if kept is None:
        return None
    try:
        return [
            (name, value) for name, value in json.loads(services().cipher.open(kept.sealed_fields))
        ]
    except Unreadable:
        return None  # its key was taken out of use
