"""The file of checkpoints: once a day, how many entries the log has and the digest of the last one.

It lies beside the database, not in it: whoever cuts the end of the log off, and puts the table of
the end back to what it was then, cannot do the same to a file that lies elsewhere. One line of JSON
for each checkpoint, sealed with the audit key; lines are added and never changed.
"""

import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from forum.audit import chain
from forum.core.paths import private_folder
from forum.core.typed import HIGHEST_NUMBER

FILE: Final = "audit-checkpoints.jsonl"


@dataclass(frozen=True)
class Checkpoint:
    """The log as it was at one moment."""

    #: Which log it is of: the digest of its first entry.
    log: str
    #: How many entries there were: the number of the last one, which records this checkpoint.
    entries: int
    #: Of the last entry.
    digest: str
    #: ISO 8601, UTC.
    at: str


@dataclass(frozen=True)
class Filed:
    """What the file says."""

    checkpoints: Sequence[Checkpoint]
    #: How many entries the first line that somebody changed claims; None if there is none.
    changed: int | None = None

    def of_log(self, log: str | None) -> "Filed":
        """Without the lines of other logs: a data folder may have served another database before.
        A log without a first entry may be any."""
        if log is None:
            return self
        return replace(self, checkpoints=[point for point in self.checkpoints if point.log == log])


def add(path: Path, key: str, checkpoint: Checkpoint) -> None:
    """Write a line at the end of the file, and see to it that it has reached the disk."""
    private_folder(path.parent)
    seal = _seal(key, checkpoint)
    line = json.dumps({**vars(checkpoint), "seal": seal}, sort_keys=True) + "\n"
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "ab+") as file:
        if file.tell() and not _ends_its_line(file.fileno(), file.tell()):
            line = "\n" + line  # what was being written when a machine went down stays alone
        file.write(line.encode("ascii"))
        file.flush()
        os.fsync(file.fileno())


def _seal(key: str, point: Checkpoint) -> str:
    return chain.checkpoint_seal(key, point.log, point.entries, point.digest, point.at)


def _ends_its_line(descriptor: int, size: int) -> bool:
    return os.pread(descriptor, 1, size - 1) == b"\n"


def read(path: Path, key: str) -> Filed:
    """The lines of the file. A line that was not written to its end says nothing."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return Filed(())
    found: list[Checkpoint] = []
    changed: int | None = None
    for line in lines:
        told = _told(line)
        if told is None:
            continue
        checkpoint, seal = told
        if hmac.compare_digest(seal.encode(), _seal(key, checkpoint).encode()):
            found.append(checkpoint)
        elif changed is None or checkpoint.entries < changed:
            changed = checkpoint.entries
    return Filed(found, changed)


def _told(line: str) -> tuple[Checkpoint, str] | None:
    """A line's checkpoint and seal; None if it is not whole."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    match told:
        case {
            "log": str(log),
            "entries": int(entries),
            "digest": str(digest),
            "at": str(at),
            "seal": str(seal),
        } if 0 < entries <= HIGHEST_NUMBER:
            return Checkpoint(log, entries, digest, at), seal
    return None
