"""Adding to the log, and keeping what its checks find."""

import json
import logging
from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError

from forum.audit import chain, checkpoints
from forum.audit.checkpoints import Checkpoint
from forum.audit.events import LogBroken
from forum.audit.models import AuditCheck, AuditEnd, AuditEntry, AuditWho
from forum.audit.walk import CHECKPOINT, Link, Verdict, verify
from forum.core import clock
from forum.core.db import db, only_reading, operation
from forum.core.events import announce
from forum.core.origin import ADDRESS
from forum.core.services import services
from forum.policy import ANONYMOUS, Actor

log = logging.getLogger(__name__)

#: What the log says that it did with itself.
_ITSELF: Final = "log:entries"


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


def erase_who(member_id: int) -> None:
    """Delete name and address from all lines of a member, and from those about the member in which
    nobody had signed in; inside the operation in hand. The chain holds their digests and stays."""
    whose = f"member:{member_id}"
    about = or_(AuditEntry.object == whose, AuditEntry.object.startswith(f"{whose} "))
    theirs = select(AuditEntry.id).where(
        or_(AuditEntry.actor_id == member_id, AuditEntry.actor_id.is_(None) & about)
    )
    db.session.execute(
        delete(AuditWho)
        .where(AuditWho.entry_id.in_(theirs))
        .execution_options(synchronize_session=False)
    )


def record_system(action: str, subject: str, **facts: object) -> AuditEntry:
    """Add a line for what a command or the worker did."""
    return record(ANONYMOUS, action, subject, details=facts)


def check_what_is_new() -> None:
    """Walk the chain on from where it was found whole; the worker does it every few minutes.

    Once it is broken, only a walk from the first entry can say more.
    """
    with only_reading():
        check = db.session.get_one(AuditCheck, 1)
        since, is_broken = _holding_up_to(check), check.broken_at is not None
    if not is_broken:
        _note_check(verify(since), is_whole_walk=since == Link())


def check_whole() -> Verdict:
    """Walk the chain from its first entry; the worker does it once a day."""
    verdict = verify()
    _note_check(verdict, is_whole_walk=True)
    return verdict


def _holding_up_to(check: AuditCheck) -> Link:
    """Where the last walk ended; the start of the chain if somebody changed what it left."""
    key = services().settings.audit_key
    is_ours = check.seal == chain.check_seal(key, check.entry_id, check.digest)
    return Link(check.entry_id, check.digest) if is_ours else Link()


@operation
def _note_check(verdict: Verdict, *, is_whole_walk: bool) -> None:
    """Keep what a walk found. A break is recorded and announced when it is first found."""
    check = db.session.get_one(AuditCheck, 1, with_for_update=True, populate_existing=True)
    check.checked_at = clock.now()
    if is_whole_walk:
        check.walked_at = check.checked_at
    check.entry_id, check.digest = verdict.last.entry_id, verdict.last.digest
    check.seal = chain.check_seal(services().settings.audit_key, check.entry_id, check.digest)
    if verdict.fault is None:
        check.broken_at = check.why = check.found_at = None
        return
    is_new = check.broken_at is None
    check.broken_at, check.why = verdict.fault.entry_id, verdict.fault.why
    if is_new:
        check.found_at = check.checked_at
        log.error("the audit log is broken", extra={"entry": check.broken_at})
        _record_break(check.broken_at)
        announce(LogBroken(check.broken_at))


def _record_break(entry_id: int) -> None:
    """Add the break to the log, unless whoever broke it took the place of the next entry."""
    try:
        with db.session.begin_nested():
            record(ANONYMOUS, "log:check", _ITSELF, outcome="broken", details={"entry": entry_id})
    except IntegrityError:
        log.error("the audit log takes no entry", extra={"entry": entry_id})


def make_checkpoint() -> None:
    """Put how long the log is and how it ends into the log itself and into the file.

    First into the log, then into the file; whoever is killed between the two leaves it to the next.
    """
    _record_checkpoint()
    _file_checkpoints()


@operation
def _record_checkpoint() -> None:
    end = db.session.get_one(AuditEnd, 1, with_for_update=True, populate_existing=True)
    record_system(CHECKPOINT, _ITSELF, entries=end.entry_id, digest=end.digest)


@operation
def _file_checkpoints() -> None:
    """Write the checkpoints that the file does not have yet. A line written twice does no harm."""
    settings = services().settings
    check = db.session.get_one(AuditCheck, 1, with_for_update=True, populate_existing=True)
    first = db.session.scalar(select(AuditEntry.digest).where(AuditEntry.id == 1)) or ""
    recorded = select(AuditEntry).where(
        AuditEntry.action == CHECKPOINT, AuditEntry.id > check.filed_id
    )
    for entry in db.session.scalars(recorded.order_by(AuditEntry.id)):
        checkpoint = Checkpoint(first, entry.id, entry.digest, entry.at.isoformat())
        checkpoints.add(settings.data_dir / checkpoints.FILE, settings.audit_key, checkpoint)
        check.filed_id = entry.id
