"""A log of many years is walked in little memory (in `make soak`)."""

import tracemalloc
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert

from forum.audit import chain
from forum.audit.models import AuditEnd, AuditEntry
from forum.audit.walk import verify
from forum.core.db import db, operation
from forum.core.services import services
from tests.conftest import NOON

ENTRIES = 200_000
PIECE = 10_000


@operation
def write(number: int) -> None:
    """So many entries more, as `record` would write them one by one."""
    key = services().settings.audit_key
    end = db.session.get_one(AuditEnd, 1)
    rows = []
    for _ in range(number):
        entry = {
            "id": end.entry_id + 1,
            "at": NOON + timedelta(seconds=end.entry_id),
            "actor_id": 7,
            "action": "post:create",
            "object": "post:5",
            "outcome": "done",
            "reason": "",
            "details": "{}",
            "who_digest": "0" * 64,
        }
        digest = chain.entry_digest(key, end.digest, entry)
        rows.append(entry | {"previous": end.digest, "digest": digest})
        end.entry_id, end.digest = end.entry_id + 1, digest
    end.seal = chain.end_seal(key, end.entry_id, end.digest)
    db.session.execute(insert(AuditEntry), rows)


@pytest.mark.soak
def test_a_log_of_many_years_is_walked_in_little_memory(app: Flask) -> None:
    with app.app_context():
        for _ in range(0, ENTRIES, PIECE):
            write(PIECE)
        db.session.remove()
        tracemalloc.start()

        found = verify()

        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert found.fault is None
    assert found.entries >= ENTRIES
    assert most < 24 * 1024 * 1024
