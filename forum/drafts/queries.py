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
    return fields_of(kept)


def fields_of(kept: KeptForm) -> list[tuple[str, str]] | None:
    """What was typed; None if its key was taken out of use."""
    try:
        fields = json.loads(services().cipher.open(kept.sealed_fields))
    except Unreadable:
        return None
    return [(name, value) for name, value in fields]


def kept_forms_of(actor: Actor) -> list[KeptForm]:
    """All that the actor typed and could not send, in whatever browser, the newest first; also what
    was handed over to the actor."""
    return list(
        db.session.scalars(
            select(KeptForm)
            .where(KeptForm.member_id == actor.id, KeptForm.expires_at > clock.now())
            .order_by(KeptForm.id.desc())
        )
    )


def handed_over_to(actor: Actor) -> list[KeptForm]:
    """What others handed over to the actor and waits to be taken up, the newest first."""
    return [kept for kept in kept_forms_of(actor) if not kept.browser_digest]
