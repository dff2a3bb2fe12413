"""What the operator types."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copy2
from typing import Any

import pytest
from click.testing import Result
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import text

from forum.app import create_app
from forum.audit.operations import record
from forum.core.db import WRITING, db, operation
from forum.core.delivery import deliver_due
from forum.core.mail import post_mail
from forum.core.settings import Environment, Settings
from forum.discussion.models import Board, Post
from forum.drafts.operations import keep_form
from forum.members.models import Member, MemberStatus
from forum.members.queries import member_with_mailbox
from forum.policy import ANONYMOUS, Role
from forum.reference.models import State
from forum.signin.models import SecondFactor
from tests.conftest import FrozenClock, close
from tests.factories import a_member, a_post, a_thread
from tests.pages import visit
from tests.support import processes, totp
from tests.support.databases import Databases, PostgresDatabases
from tests.support.demonstration import Demonstration

Forum = Callable[..., Result]


@pytest.fixture
def forum(app: Flask) -> Forum:
    """Runs a command in this process."""
    return lambda *words: app.test_cli_runner().invoke(args=list(words))


def output(result: Result) -> str:
    return " ".join(result.output.split())


# init


def test_init_again_changes_nothing_that_was_changed_by_hand(app: Flask, forum: Forum) -> None:
    change(app, "UPDATE states SET name_en = 'The Realm' WHERE code = 'AT'")
    change(app, "UPDATE boards SET title = 'Other' WHERE slug = 'contacts'")
    change(app, "DELETE FROM parties WHERE state_code = 'FR'")

    result = forum("init")

    assert result.exit_code == 0, result.output
    with app.app_context():
        assert db.session.get_one(State, "AT").name_en == "The Realm"
        assert db.session.get_one(Board, "contacts").title == "Other"
        left = text("SELECT count(*) FROM parties WHERE state_code = 'FR'")
        assert db.session.scalar(left) == 0


def change(app: Flask, statement: str, **values: int) -> None:
    """Change the database behind the site's back."""
    with app.app_context():
        writing = WRITING.set(True)
        with db.engine.begin() as connection:
            connection.execute(text(statement), values)
        WRITING.reset(writing)


@pytest.fixture
def empty(_databases: Databases, settings: Settings) -> Iterator[Settings]:
    """Settings of a site without a single table."""
    if not isinstance(_databases, PostgresDatabases):
        yield replace(settings, database_url=settings.database_url + "_empty")
        return
    _databases.cluster.create("without_tables")
    yield replace(settings, database_url=_databases.cluster.url("without_tables"))
    _databases.cluster.drop("without_tables")


def test_init_twice_at_once_on_an_empty_database_makes_one_of_everything(empty: Settings) -> None:
    both = [processes.start(empty, "init") for _ in range(2)]
    outputs = [process.communicate(timeout=120) for process in both]

    assert [process.returncode for process in both] == [0, 0], outputs
    assert sorted("added" in out and " 0 rows added" not in out for out, _ in outputs) == [
        False,
        True,
    ]
    site = create_app(empty)
    with site.app_context():
        assert db.session.query(Board).count() == 13
        secretariats = text("SELECT count(*) FROM authorities WHERE state_code IS NULL")
        assert db.session.scalar(secretariats) == 1
    close(site)


# the demonstration


@pytest.fixture
def seeded(demo_app: Flask, _demonstration: Demonstration, tmp_path: Path) -> Forum:
    """Runs a command on a site with the demonstration."""
    copy2(_demonstration.settings.data_dir / "demo-accounts.json", tmp_path)
    return lambda *words: demo_app.test_cli_runner().invoke(args=list(words))


def test_demo_accounts_are_listed_for_programs_with_exactly_these_facts(seeded: Forum) -> None:
    listed = json.loads(seeded("demo-accounts", "--json").output)

    assert len(listed) == 42
    for account in listed:
        assert list(account) == [
            *("email", "password", "totp_secret"),
            *("role", "authority", "state"),
        ]
        assert account["role"] in {"officer", "head", "focal_point", "moderator"}
        assert (account["state"] is None) == (account["role"] == "moderator")
    assert {account["state"] for account in listed} > {"QM", "QN", "QZ", None}


def test_demo_accounts_says_how_to_sign_in_as_an_officer_and_as_a_moderator(
    seeded: Forum,
) -> None:
    said = seeded("demo-accounts").output

    listed = json.loads(seeded("demo-accounts", "--json").output)
    shown = [account for account in listed if account["email"] in said]
    assert [account["role"] for account in shown] == ["officer", "moderator"]
    for account in shown:
        assert account["password"] in said
        assert f"secret={account['totp_secret']}" in said
    assert "http://localhost/sign-in" in said


def test_a_demonstration_member_signs_in_with_what_is_printed(
    seeded: Forum, demo_app: Flask, at: FrozenClock
) -> None:
    for account in json.loads(seeded("demo-accounts", "--json").output)[:2]:
        client = demo_app.test_client()
        page = visit(client, "/sign-in")
        page = page.fill(email=account["email"], password=account["password"]).send()
        code = output(seeded("code", account["email"]))

        page = page.fill(code=code).send()

        assert code == totp.code(account["totp_secret"], at.moment)
        assert page.path == "/"
        assert re.search("needs? you", page.heading)


def test_the_secret_is_drawn_for_an_app_to_scan(seeded: Forum) -> None:
    drawn = seeded("code", "--qr", "c.desmarny@justice.qm.example").output

    assert len(drawn.splitlines()) > 20


def test_without_the_demonstration_the_command_says_what_to_do(forum: Forum) -> None:
    result = forum("demo-accounts")

    assert result.exit_code == 1
    assert "seed-demo" in result.output


def test_a_code_is_printed_for_members_of_the_demonstration_only(seeded: Forum) -> None:
    result = seeded("code", "somebody@else.example")

    assert result.exit_code == 1
    assert output(result).startswith("Error: No member of the demonstration")


@pytest.mark.parametrize(
    "command", [("seed-demo",), ("demo-accounts",), ("demo-accounts", "--json"), ("code", "a@b.c")]
)
def test_production_has_no_demonstration(settings: Settings, command: tuple[str, ...]) -> None:
    production = replace(settings, env=Environment.PRODUCTION, base_url="https://forum.example.org")
    site = create_app(production)

    result = site.test_cli_runner().invoke(args=list(command))

    close(site)
    assert result.exit_code == 1
    assert "in production" in result.output


# the first moderator


def test_a_moderator_is_made_who_has_only_the_printed_link(app: Flask, forum: Forum) -> None:
    result = forum("create-moderator", "First.Moderator@Secretariat.example", "--name", "A. Person")

    assert result.exit_code == 0, result.output
    (link,) = re.findall(r"http://localhost(/activate/\S+)", result.output)
    with app.app_context():
        member = member_with_mailbox("first.moderator@secretariat.example")
        assert member is not None
        assert (member.name, member.status) == ("A. Person", MemberStatus.PENDING)
        role = text("SELECT role FROM representations WHERE member_id = :id")
        assert db.session.scalar(role, {"id": member.id}) == Role.MODERATOR
    assert visit(app.test_client(), link).status == 200


def test_an_address_in_use_gets_no_second_account_but_a_new_link_if_asked_for(
    app: Flask, forum: Forum
) -> None:
    first = forum("create-moderator", "first@secretariat.example")

    refused = forum("create-moderator", "FIRST@secretariat.example")
    again = forum("create-moderator", "first@secretariat.example", "--again")

    assert refused.exit_code == 1
    assert output(refused) == "Error: A member has this mailbox already."
    links = [re.findall(r"/activate/(\S+)", result.output)[0] for result in (first, again)]
    assert links[0] != links[1]
    with app.app_context():
        assert db.session.query(Member).count() == 1


def test_a_member_in_use_gets_no_new_link(app: Flask, forum: Forum) -> None:
    member = a_member()

    result = forum("create-moderator", member.email, "--again")

    assert result.exit_code == 1
    assert "waits to be activated" in result.output


def test_what_is_no_address_is_refused(forum: Forum) -> None:
    result = forum("create-moderator", "nobody")

    assert result.exit_code == 1
    assert output(result) == "Error: ‘nobody’ is not an e-mail address."


# keys, log, texts


def test_a_whole_audit_log_is_whole_and_a_changed_entry_is_named(app: Flask, forum: Forum) -> None:
    with app.app_context():
        for number in range(5):
            operation(record)(ANONYMOUS, "test:do", f"thing:{number}")
        last = db.session.scalar(text("SELECT max(id) FROM audit_entries"))
    assert forum("audit", "verify").exit_code == 0

    _remove_guards(app)
    change(app, "UPDATE audit_entries SET reason = 'x' WHERE id = :id", id=last - 2)

    result = forum("audit", "verify")
    assert result.exit_code == 1
    assert output(result) == f"Error: The audit log is broken at entry {last - 2}: it was changed."


def _remove_guards(app: Flask) -> None:
    """What an attacker with the database's own rights would do first."""
    with app.app_context():
        is_sqlite = db.engine.dialect.name == "sqlite"
        names = text(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            if is_sqlite
            else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        )
        triggers = list(db.session.scalars(names))
        db.session.rollback()
    for name in triggers:
        change(
            app, f"DROP TRIGGER {name}" if is_sqlite else f"DROP TRIGGER {name} ON {_table(name)}"
        )


def _table(trigger: str) -> str:
    return next(t for t in ("audit_entries", "audit_who", "audit_end") if trigger.startswith(t))


def test_after_rotation_the_new_key_alone_opens_everything(
    app: Flask, settings: Settings, forum: Forum
) -> None:
    member = a_member()
    with app.app_context():
        keep_form(member.id, "browser", "/threads/new", [("title", "Kept")])
        operation(post_mail)("signin/activation", member.email, path="/activate/token", days=7)
    new = Fernet.generate_key().decode()
    both = create_app(replace(settings, field_keys=(new, *settings.field_keys)))
    assert both.test_cli_runner().invoke(args=["rotate-keys"]).exit_code == 0
    close(both)

    site = create_app(replace(settings, field_keys=(new,)))
    result = site.test_cli_runner().invoke(args=["rotate-keys"])

    assert output(result) == "4 fields are encrypted under the first key."
    with site.app_context():
        assert deliver_due() == 1
    close(site)


def test_rotation_without_the_old_key_changes_nothing_and_says_so(
    app: Flask, settings: Settings
) -> None:
    member = a_member()
    site = create_app(replace(settings, field_keys=(Fernet.generate_key().decode(),)))

    result = site.test_cli_runner().invoke(args=["rotate-keys"])

    close(site)
    assert result.exit_code == 1
    assert "Nothing was changed" in result.output
    with app.app_context():
        factor = db.session.get_one(SecondFactor, member.id)
        assert Fernet(settings.field_keys[0]).decrypt(factor.sealed_secret.encode())


def test_texts_of_an_older_renderer_are_rendered_again(app: Flask, forum: Forum) -> None:
    thread = a_thread(source="**Bold**")
    post = a_post(thread, a_member())
    change(app, "UPDATE posts SET html = 'old', renderer = 0 WHERE id = :id", id=post.id)

    assert output(forum("render-again")) == "1 texts rendered."

    with app.app_context():
        assert db.session.get_one(Post, post.id).html != "old"
    assert output(forum("render-again")) == "0 texts rendered."


# settings


def test_a_command_without_its_keys_ends_with_a_sentence(settings: Settings) -> None:
    result = processes.run(settings, "init", FORUM_SECRET_KEY="short")

    assert result.returncode == 1
    assert re.fullmatch(r"forum: Set FORUM_SECRET_KEY to [^\n]+\n", result.stderr)


def test_help_lists_the_commands(forum: Forum) -> None:
    said: Any = forum("--help").output

    for command in (
        *("init", "seed-demo", "demo-accounts", "code", "create-moderator"),
        *("audit", "rotate-keys", "render-again", "serve", "worker"),
    ):
        assert re.search(rf"^  {command}\s+\S", said, re.MULTILINE), command
