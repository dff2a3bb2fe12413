"""The audit log: append-only, chained, and honest about the first broken entry."""

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from forum import worker
from forum.app import create_app
from forum.audit import chain, checkpoints, walk
from forum.audit.models import AuditCheck, AuditEnd, Break
from forum.audit.operations import check_what_is_new, check_whole, make_checkpoint, record
from forum.audit.walk import Fault, Verdict, verify
from forum.core.db import db, operation
from forum.core.mail import OutboxMail
from forum.core.origin import ADDRESS
from forum.core.services import services
from forum.core.settings import Settings
from forum.policy import Actor
from tests.conftest import FrozenClock
from tests.factories import a_member, a_moderator

PERSON = Actor(id=7, name="A. Quellin")
#: Stands for the entry after the last one.
END = -1


def write(app: Flask, number: int) -> None:
    """So many entries more."""
    with app.app_context():
        ADDRESS.set("192.0.2.7")
        for index in range(number):
            operation(record)(PERSON, "post:create", f"post:{index}", reason="asked to")
        ADDRESS.set("")


@pytest.fixture
def log(app: Flask) -> Flask:
    """A log with three entries more than `forum init` leaves."""
    write(app, 3)
    return app


#: A statement, and the values it names.
Statement = str | tuple[str, dict[str, object]]


def change(app: Flask, *statements: Statement) -> None:
    """Change rows as somebody would who has the database but not the key."""
    with app.app_context(), db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS audit_entries_refuse_{verb}"))
        else:
            connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
        for statement in statements:
            sql, values = (statement, {}) if isinstance(statement, str) else statement
            connection.execute(text(sql), values)


def verdict(app: Flask) -> Verdict:
    with app.app_context():
        return verify()


def first_fault(app: Flask) -> tuple[int, Break] | None:
    fault = verdict(app).fault
    return None if fault is None else (fault.entry_id, fault.why)


def checkpoint(app: Flask) -> None:
    with app.app_context():
        make_checkpoint()


def end_of(app: Flask) -> Statement:
    """A statement that puts the table of the end back to what it is now."""
    with app.app_context():
        end = db.session.get_one(AuditEnd, 1)
        values = {"number": end.entry_id, "digest": end.digest, "seal": end.seal}
        return "UPDATE audit_end SET entry_id = :number, digest = :digest, seal = :seal", values


def cut_after(number: int) -> list[Statement]:
    return [
        ("DELETE FROM audit_who WHERE entry_id > :number", {"number": number}),
        ("DELETE FROM audit_entries WHERE id > :number", {"number": number}),
    ]


def copied(of: int, number: int, *, follows: bool = False) -> Statement:
    """Put a copy of an entry in under another number; one that follows bears its digest."""
    sql = (
        "INSERT INTO audit_entries (id, at, actor_id, action, object, outcome, reason, details,"
        " who_digest, previous, digest) SELECT :number, at, actor_id, action, object, outcome,"
        " reason, details, who_digest, CASE WHEN :follows THEN digest ELSE previous END, 'f'"
        " FROM audit_entries WHERE id = :of"
    )
    return sql, {"of": of, "number": number, "follows": follows}


def verify_by_command(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    return result.exit_code, result.output


def test_a_log_that_nobody_touched_is_whole(log: Flask) -> None:
    checkpoint(log)
    write(log, 2)
    found = verdict(log)

    assert found.fault is None
    assert found.entries >= 6
    assert verify_by_command(log) == (0, f"The audit log is whole: {found.entries} entries.\n")


@pytest.mark.parametrize(
    ("statement", "entry"),
    [
        ("UPDATE audit_entries SET reason = 'other' WHERE id = 2", (2, Break.CHANGED)),
        ("UPDATE audit_entries SET actor_id = 8 WHERE id = 1", (1, Break.CHANGED)),
        (
            "UPDATE audit_entries SET at = '2020-01-01 00:00:00+00:00' WHERE id = 3",
            (3, Break.CHANGED),
        ),
        ("UPDATE audit_entries SET previous = digest WHERE id = 2", (2, Break.MOVED)),
        (
            "UPDATE audit_who SET name = 'Somebody else' WHERE entry_id = 2",
            (2, Break.NAME_CHANGED),
        ),
        (
            "UPDATE audit_who SET address = '192.0.2.8' WHERE entry_id = 2",
            (2, Break.NAME_CHANGED),
        ),
        ("DELETE FROM audit_who", None),
        ("UPDATE audit_end SET entry_id = 2", (END, Break.END_CHANGED)),
        ("UPDATE audit_end SET entry_id = 0", (END, Break.END_CHANGED)),
        (
            "UPDATE audit_end SET entry_id = 0, digest = replace(digest, digest, '')",
            (END, Break.END_CHANGED),
        ),
        ("DELETE FROM audit_end", (END, Break.END_MISSING)),
    ],
)
def test_a_change_is_found_at_its_entry_and_an_erased_name_is_none(
    log: Flask, statement: str, entry: tuple[int, Break] | None
) -> None:
    after = verdict(log).entries + 1

    change(log, statement)

    assert first_fault(log) == ((after, entry[1]) if entry and entry[0] == END else entry)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_removed_entry_is_found_where_it_stood(log: Flask, number: int) -> None:
    change(
        log,
        ("DELETE FROM audit_who WHERE entry_id = :number", {"number": number}),
        ("DELETE FROM audit_entries WHERE id = :number", {"number": number}),
    )

    assert first_fault(log) == (number, Break.MISSING)


@pytest.mark.parametrize(
    ("number", "why"), [(0, Break.INSERTED), (-5, Break.INSERTED), (END, Break.MOVED)]
)
def test_an_inserted_entry_is_found(log: Flask, number: int, why: Break) -> None:
    last = verdict(log).entries
    of, number = (last, last + 1) if number == END else (1, number)

    change(log, copied(of, number))

    assert first_fault(log) == (number, why)


def test_an_entry_that_took_the_place_of_the_next_is_named_by_the_command(log: Flask) -> None:
    """Nothing can be added to such a log, not even that it is broken."""
    last = verdict(log).entries
    change(log, copied(last, last + 1))

    result = log.test_cli_runner().invoke(args=["audit", "verify"])

    assert result.exit_code == 1
    assert f"broken at entry {last + 1}" in result.output
    assert kept(log).broken_at == last + 1


def test_an_entry_put_between_two_others_is_found_where_it_stands(log: Flask) -> None:
    """All that follow move up by one, as somebody would do who wants no gap."""
    last = verdict(log).entries
    up = "UPDATE audit_entries SET id = id + 1 WHERE id = :number"
    change(
        log,
        "DELETE FROM audit_who",
        *((up, {"number": number}) for number in range(last, 2, -1)),
        copied(2, 3, follows=True),
    )

    assert first_fault(log) == (3, Break.CHANGED)


def test_a_cut_tail_is_found_and_the_command_names_its_first_entry(log: Flask) -> None:
    last = verdict(log).entries

    change(log, *cut_after(last - 2))

    assert first_fault(log) == (last - 1, Break.CUT)
    code, output = verify_by_command(log)
    assert code == 1
    assert f"broken at entry {last - 1}: from here on entries are missing" in output


def test_a_tail_cut_behind_a_checkpoint_shows_in_the_file_though_the_end_was_put_back(
    log: Flask,
) -> None:
    """Whoever keeps an old copy of the end's row has a seal for it that is right."""
    earlier, last = end_of(log), verdict(log).entries
    checkpoint(log)
    write(log, 2)

    change(log, *cut_after(last), earlier)

    assert first_fault(log) == (last + 1, Break.CUT)


def test_a_cut_checkpoint_alone_shows_in_the_file(log: Flask) -> None:
    earlier, last = end_of(log), verdict(log).entries
    checkpoint(log)

    change(log, *cut_after(last), earlier)

    assert first_fault(log) == (last + 1, Break.CUT)


def test_a_tail_that_was_cut_and_has_grown_again_differs_from_the_file(log: Flask) -> None:
    earlier, last = end_of(log), verdict(log).entries
    checkpoint(log)

    change(log, *cut_after(last), earlier)
    write(log, 3)

    assert first_fault(log) == (last + 1, Break.FILE_DIFFERS)


def test_a_log_that_was_emptied_is_found(log: Flask) -> None:
    checkpoint(log)

    start = "UPDATE audit_end SET entry_id = 0, digest = :start"
    change(log, *cut_after(0), (start, {"start": chain.START}))

    assert first_fault(log) == (1, Break.CUT)


def test_checkpoints_of_another_log_in_the_folder_break_nothing_and_are_told(log: Flask) -> None:
    checkpoint(log)
    ours = verdict(log).entries
    with log.app_context():
        settings = services().settings
    other = checkpoints.Checkpoint("f" * 64, ours + 500, "e" * 64, "2026-01-01T00:00:00+00:00")
    checkpoints.add(the_file(log), settings.audit_key, other)

    assert first_fault(log) is None
    code, output = verify_by_command(log)
    assert code == 0
    assert "Lines of another log in the file of checkpoints: 1." in output


def the_file(app: Flask) -> Path:
    with app.app_context():
        return services().settings.data_dir / checkpoints.FILE


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda lines: lines[:1], Break.FILE_CUT),
        (lambda lines: lines[:0], Break.FILE_CUT),
        (lambda lines: [lines[0], lines[1][: len(lines[1]) // 2]], Break.FILE_CUT),
        (lambda lines: [lines[0], "nonsense"], Break.FILE_CUT),
        (lambda lines: [lines[0], '{"entries": 1, "seal": "x"}'], Break.FILE_CUT),
        (
            lambda lines: [lines[0], json.dumps(json.loads(lines[1]) | {"at": "2026-01-01"})],
            Break.FILE_CHANGED,
        ),
    ],
)
def test_the_file_of_checkpoints_cannot_lose_or_change_a_line_unseen(
    log: Flask, at: FrozenClock, spoil: Callable[[list[str]], list[str]], why: Break
) -> None:
    checkpoint(log)
    first = verdict(log).entries
    at(timedelta(days=1))
    checkpoint(log)
    path = the_file(log)
    lines = path.read_text().splitlines()
    assert [json.loads(line)["entries"] for line in lines] == [first, first + 1]

    left = spoil(lines)
    path.write_text("".join(line + "\n" for line in left))

    assert first_fault(log) == (first + 1 if left else first, why)


def test_a_lost_file_of_checkpoints_is_found(log: Flask) -> None:
    checkpoint(log)
    the_file(log).unlink()

    assert first_fault(log) == (verdict(log).entries, Break.FILE_CUT)


def test_the_file_is_its_owners_alone_and_grows_by_a_line_a_day(
    log: Flask, at: FrozenClock
) -> None:
    for _ in range(3):
        worker.run_once(log)
        worker.run_once(log)
        at(timedelta(days=1))

    path = the_file(log)
    days = [json.loads(line)["at"][:10] for line in path.read_text().splitlines()]
    assert days == ["2026-11-25", "2026-11-26", "2026-11-27"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert first_fault(log) is None


def test_a_checkpoint_that_was_not_filed_is_filed_by_the_next(
    log: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker may be killed between the log and the file, and in the middle of a line."""

    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as full:
        full.setattr(checkpoints, "add", fail)
        with pytest.raises(OSError):
            checkpoint(log)
    the_file(log).write_text('{"at": "2026-11-2')
    assert first_fault(log) is None

    checkpoint(log)

    assert len(the_file(log).read_text().splitlines()) == 3
    assert first_fault(log) is None


def mails(app: Flask) -> list[OutboxMail]:
    with app.app_context():
        return list(db.session.query(OutboxMail).filter_by(kind="notifications/log_broken"))


def kept(app: Flask) -> AuditCheck:
    with app.app_context():
        found = db.session.get_one(AuditCheck, 1)
        db.session.expunge_all()
        return found


def test_a_break_is_told_to_moderators_once_until_the_log_is_whole_again(
    log: Flask, at: FrozenClock
) -> None:
    moderators = {a_moderator().email, a_moderator().email}
    a_member()
    change(log, "UPDATE audit_entries SET outcome = 'refused' WHERE id = 3")

    for _ in range(3):
        worker.run_once(log)
        at(timedelta(days=1))

    told = mails(log)
    assert {mail.recipient for mail in told} == moderators
    assert len(told) == 2
    assert "#3" in told[0].subject
    assert "refused" not in told[0].text
    assert (kept(log).broken_at, kept(log).why) == (3, Break.CHANGED)

    change(log, "UPDATE audit_entries SET outcome = 'done' WHERE id = 3")
    with log.app_context():
        check_whole()
    assert (kept(log).broken_at, kept(log).why, kept(log).found_at) == (None, None, None)
    change(log, "UPDATE audit_entries SET outcome = 'refused' WHERE id = 2")
    with log.app_context():
        check_whole()
    assert len(mails(log)) == 4


def test_what_is_new_is_walked_on_from_where_the_log_was_whole(
    log: Flask, at: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked: list[int] = []
    why_broken = walk._why_broken

    def seen(key: str, row: Any, before: Any) -> Any:
        walked.append(row.id)
        return why_broken(key, row, before)

    monkeypatch.setattr(walk, "_why_broken", seen)
    with log.app_context():
        check_what_is_new()
    last = max(walked)
    walked.clear()
    write(log, 2)
    with log.app_context():
        check_what_is_new()

    assert walked == [last + 1, last + 2]
    assert kept(log).entry_id == last + 2


def test_nobody_can_say_that_the_log_was_checked_further_than_it_was(log: Flask) -> None:
    """The next walk begins where the last one ended only if that bears our seal."""
    with log.app_context():
        check_what_is_new()
        write(log, 2)
        last = db.session.get_one(AuditEnd, 1)
        number, digest = last.entry_id, last.digest
    change(
        log,
        ("UPDATE audit_entries SET reason = 'other' WHERE id = :id", {"id": number - 1}),
        (
            "UPDATE audit_check SET entry_id = :id, digest = :digest",
            {"id": number, "digest": digest},
        ),
    )

    with log.app_context():
        check_what_is_new()

    assert kept(log).broken_at == number - 1


def test_a_long_log_is_walked_in_pieces(log: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "PIECE", 2)
    write(log, 5)
    last = verdict(log).entries
    assert verdict(log).fault is None

    change(log, ("UPDATE audit_entries SET reason = '' WHERE id = :last", {"last": last}))

    assert verdict(log).fault == Fault(last, Break.CHANGED)


def test_the_database_itself_refuses_to_change_or_delete_a_row(log: Flask) -> None:
    before = verdict(log)
    for statement in ("UPDATE audit_entries SET reason = ''", "DELETE FROM audit_entries"):
        with (
            log.app_context(),
            pytest.raises(DBAPIError, match="append-only"),
            db.engine.begin() as connection,
        ):
            connection.execute(text(statement))

    assert verdict(log) == before


def test_a_log_read_with_another_key_breaks_at_its_first_entry(
    log: Flask, settings: Settings
) -> None:
    other = create_app(replace(settings, audit_key="another-key-1b7ad2e84056b1f0c9d8e7a6"))

    assert first_fault(other) == (1, Break.CHANGED)
    with other.app_context():
        db.engine.dispose()


def test_what_is_undone_leaves_no_entry(app: Flask) -> None:
    before = verdict(app)

    @operation
    def fail() -> None:
        record(PERSON, "post:create", "post:1")
        raise LookupError

    with app.app_context(), pytest.raises(LookupError):
        fail()

    assert verdict(app) == before
