"""Adding to the log."""

import json
from contextvars import ContextVar
from typing import Final

from forum.audit import chain
from forum.audit.models import AuditEnd, AuditEntry, AuditWho
from forum.core import clock
from forum.core.db import db
from forum.core.services import services
from forum.policy import ANONYMOUS, Actor

#: Network address of the request at hand; the web layer sets it, the worker leaves it empty.
ADDRESS: Final[ContextVar[str]] = ContextVar("address", default="")


def record(
    actor: Actor,
    action: str,
    subject: str,
    *,
    outcome: str = "done",
    reason: str = "",
    details: dict[str, object] | None = None,
) -> AuditEntry:
    """Add one line to the log, in the transaction in hand.

    `action` is `thing:act`, `subject` what it was done to (`post:977`). Never put a password,
    a code, a token or the text of a post into it.
    """
    key = services().settings.audit_key
    end = db.session.get(AuditEnd, 1, with_for_update=True, populate_existing=True)
    if end is None:
        end = AuditEnd(id=1, entry_id=0, digest=chain.START, seal="")
        db.session.add(end)
    number = end.entry_id + 1
    address = ADDRESS.get()
    columns: dict[str, object] = {
        "id": number,
        "at": clock.now(),
        "actor_id": actor.id,
        "action": action,
        "object": subject,
        "outcome": outcome,
        "reason": reason,
        "details": json.dumps(details or {}, sort_keys=True, ensure_ascii=True),
        "who_digest": chain.who_digest(key, number, actor.name, address),
    }
    digest = chain.entry_digest(key, end.digest, columns)
    entry = AuditEntry(**columns, previous=end.digest, digest=digest)
    db.session.add(entry)
    db.session.flush()
    db.session.add(AuditWho(entry_id=number, name=actor.name, address=address))
    end.entry_id, end.digest, end.seal = number, digest, chain.end_seal(key, number, digest)
    db.session.flush()
    return entry


def record_system(action: str, subject: str, **facts: object) -> AuditEntry:
    """Add a line for what a command or the worker did."""
    return record(ANONYMOUS, action, subject, details=facts)
