"""Adding to the log."""

import json

from forum.audit import chain
from forum.audit.models import AuditEnd, AuditEntry, AuditWho
from forum.core import clock
from forum.core.db import db
from forum.core.origin import ADDRESS
from forum.core.services import services
from forum.policy import ANONYMOUS, Actor


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
    end = db.session.get_one(AuditEnd, 1, with_for_update=True, populate_existing=True)
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
