"""How rows are chained; pure. HMAC-SHA-256 (RFC 2104) under FORUM_AUDIT_KEY."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

#: What the first row follows.
START: Final = "0" * 64


def keyed(key: str, purpose: str, *parts: object) -> str:
    """Keyed digest of `parts`, in hexadecimal; `purpose` keeps digests of different things apart."""
    text = json.dumps([purpose, *parts], ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def who_digest(key: str, entry_id: int, name: str, address: str) -> str:
    """Digest of a side row, bound to its entry."""
    return keyed(key, "who", entry_id, name, address)


def entry_digest(key: str, previous: str, entry: Mapping[str, object]) -> str:
    """Digest of an entry's columns over the digest of the one before it."""
    at = entry["at"]
    moment = (
        at.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(at, datetime) else at
    )
    columns = ("id", "actor_id", "action", "object", "outcome", "reason", "details", "who_digest")
    return keyed(key, "entry", previous, moment, *(entry[column] for column in columns))


def end_seal(key: str, entry_id: int, digest: str) -> str:
    """Digest of the end of the chain."""
    return keyed(key, "end", entry_id, digest)


def checkpoint_seal(key: str, log: str, entries: int, digest: str, at: str) -> str:
    """Digest of a line in the file of checkpoints."""
    return keyed(key, "checkpoint", log, entries, digest, at)


def check_seal(key: str, entry_id: int, digest: str) -> str:
    """Digest of how far the chain was found whole."""
    return keyed(key, "check", entry_id, digest)
