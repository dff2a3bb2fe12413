"""Keeping what was typed, and forgetting it again."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update

from forum.audit.operations import record, record_system
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict, NotFound
from forum.core.secrets import digest
from forum.core.services import services
from forum.core.typed import N_
from forum.drafts.models import KeptForm
from forum.drafts.queries import kept_form_for
from forum.policy import ANONYMOUS, Actor

LASTS: Final = timedelta(hours=24)
#: How long a form that was handed over waits to be taken up.
WAITS: Final = timedelta(days=14)


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
def hand_over_form(actor: Actor, form_id: int, to_id: int) -> None:
    """Give an own kept form to another member, who has two weeks to take it up. Raises NotFound."""
    given = db.session.scalar(
        update(KeptForm)
        .where(
            KeptForm.id == form_id,
            KeptForm.member_id == actor.id,
            KeptForm.expires_at > clock.now(),
        )
        .values(
            member_id=to_id,
            browser_digest="",
            handed_by_id=actor.id,
            expires_at=clock.now() + WAITS,
        )
        .returning(KeptForm.id)
    )
    if given is None:
        raise NotFound(f"kept form {form_id}")
    record(actor, "draft:hand_over", f"member:{to_id}")


@operation
def take_up_form(actor: Actor, form_id: int, browser_token: str) -> str:
    """Put a form that was handed over into this browser, where it is given back as if it had been
    typed there; gives the path it is sent to.

    Raises NotFound, and Conflict if this browser keeps another text to the same path.
    """
    kept = db.session.get(KeptForm, form_id)
    if kept is None or not _is_handed_to(actor, kept):
        raise NotFound(f"kept form {form_id}")
    if kept_form_for(actor, browser_token, kept.path) is not None:
        raise Conflict(N_("A text of your own waits there. Send that one first."))
    taken = db.session.scalar(
        update(KeptForm)
        .where(KeptForm.id == form_id, KeptForm.browser_digest == "")
        .values(browser_digest=digest(browser_token), expires_at=clock.now() + LASTS)
        .returning(KeptForm.path)
    )
    if taken is None:
        raise NotFound(f"kept form {form_id}")
    record(actor, "draft:take_up", f"member:{actor.id}")
    return str(taken)


def _is_handed_to(actor: Actor, kept: KeptForm) -> bool:
    is_theirs = actor.id is not None and kept.member_id == actor.id
    return is_theirs and not kept.browser_digest and kept.expires_at > clock.now()


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
