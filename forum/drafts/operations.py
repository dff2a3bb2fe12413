"""Keeping what was typed, and forgetting it again."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select

from forum.audit.operations import record, record_system
from forum.core import clock
from forum.core.db import db, operation
from forum.core.secrets import digest
from forum.core.services import services
from forum.drafts.models import KeptForm
from forum.policy import ANONYMOUS, Actor

LASTS: Final = timedelta(hours=24)


@operation
def keep_form(
    member_id: int, browser_token: str, path: str, fields: Sequence[tuple[str, str]]
) -> None:
    """Keep the fields, encrypted, for that member in that browser; a newer form takes the place
    of an older one to the same path."""
    _delete_kept(member_id, browser_token, path)
    kept = KeptForm(
        browser_digest=digest(browser_token),
        member_id=member_id,
        path=path,
        sealed_fields=services().cipher.seal(json.dumps(list(fields))),
        expires_at=clock.now() + LASTS,
    )
    db.session.add(kept)
    db.session.flush()
    record(ANONYMOUS, "draft:keep", f"member:{member_id}")


@operation
def forget_form(actor: Actor, browser_token: str, path: str) -> None:
    """Delete what was kept for `path`: it was sent."""
    if actor.id is not None:
        _delete_kept(actor.id, browser_token, path)


def forget_forms_of(member_id: int) -> None:
    """Delete all that is kept for a member; inside the operation in hand."""
    db.session.execute(delete(KeptForm).where(KeptForm.member_id == member_id))


@operation
def forget_expired_forms() -> None:
    """Delete what nobody came back for."""
    db.session.execute(delete(KeptForm).where(KeptForm.expires_at <= clock.now()))


@operation
def reseal_kept_forms() -> int:
    """Encrypt what is kept under the first of the field keys; the number of forms."""
    cipher = services().cipher
    kept = db.session.scalars(select(KeptForm).with_for_update()).all()
    for form in kept:
        form.sealed_fields = cipher.reseal(form.sealed_fields)
    if kept:
        record_system("key:rotate", "drafts", fields=len(kept))
    return len(kept)


def _delete_kept(member_id: int, browser_token: str, path: str) -> None:
    db.session.execute(
        delete(KeptForm).where(
            KeptForm.browser_digest == digest(browser_token),
            KeptForm.member_id == member_id,
            KeptForm.path == path,
        )
    )
