"""What tests ask for by name: an application on a database of its own, a clock, mail, a browser."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, select
from werkzeug.routing import Rule

from forum.app import create_app
from forum.core import clock
from forum.core.db import db
from forum.core.mail import OutboxMail
from forum.core.settings import Settings
from tests import factories
from tests.support import browser as chromium
from tests.support import smtp
from tests.support.databases import Databases, databases
from tests.support.demonstration import Demonstration

#: Which database the suite runs on; `make test` runs it on each.
DATABASE = os.environ.get("FORUM_TEST_DATABASE", "sqlite")
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)

# What the person at this machine has set for a site of theirs is not for the tests.
for name in [key for key in os.environ if key.startswith("FORUM_") and "_TEST_" not in key]:
    del os.environ[name]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the suite's database: all else says the same whichever that is."""
    for item in items:
        if "_databases" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


def settings_for(folder: Path, database_url: str) -> Settings:
    """Those of a site in `folder`."""
    return Settings.load(
        {
            "FORUM_ENV": "testing",
            "FORUM_SECRET_KEY": "the quick brown fox signs cookies over 13 lazy dogs",
            "FORUM_AUDIT_KEY": "the log is chained with these 47 quite random words",
            "FORUM_FIELD_KEYS": Fernet.generate_key().decode(),
            "FORUM_DATA_DIR": str(folder),
            "FORUM_DATABASE_URL": database_url,
        }
    )


class CompiledTemplates(BytecodeCache):
    """Templates compiled once for all sites that tests make; a changed source is noticed."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()


def share_compiled_statements(known: Engine, patch: pytest.MonkeyPatch) -> None:
    """Let every database made from now on use the statements that `known` has compiled: a test
    spent a quarter of its time on compiling the same ones again."""
    make_engine = db._make_engine

    def make(*args: Any, **kwargs: Any) -> Engine:
        engine = make_engine(*args, **kwargs)
        if engine.dialect.name == known.dialect.name:
            engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache
        return engine

    patch.setattr(db, "_make_engine", make)


def share_compiled_routes(patch: pytest.MonkeyPatch) -> None:
    """Let every site use what was compiled of the same rules for another one: it was nearly all the
    work of making a site, which each test does."""
    compile_rule = Rule.compile
    known: dict[tuple[object, ...], dict[str, Any]] = {}

    def once(rule: Rule) -> None:
        key = (rule.rule, repr(rule.defaults), rule.host, rule.subdomain, rule.merge_slashes)
        if key not in known:
            compile_rule(rule)
            made = ("_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown")
            known[key] = {name: getattr(rule, name) for name in made}
        for name, made in known[key].items():
            # What writes an address is a method, and belongs to this rule then.
            setattr(
                rule,
                name,
                getattr(made, "__func__", made).__get__(rule) if callable(made) else made,
            )

    patch.setattr(Rule, "compile", once)


def make_site(settings: Settings) -> Flask:
    """A site with these settings."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = COMPILED
    return app


def close(app: Flask) -> None:
    """Let go of the database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def _databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Databases like the one that `forum init` makes."""
    folder = tmp_path_factory.mktemp("template")
    with databases(DATABASE, folder) as found, pytest.MonkeyPatch.context() as patch:
        app = create_app(settings_for(folder, found.empty()))
        result = app.test_cli_runner().invoke(args=["init"])
        assert result.exit_code == 0, result.output or repr(result.exception)
        with app.app_context():
            share_compiled_statements(db.engine, patch)
        share_compiled_routes(patch)
        close(app)
        yield found


@pytest.fixture
def settings(_databases: Databases, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a site whose database holds what `forum init` loads, and nothing else."""
    with _databases.copy(tmp_path) as url:
        yield settings_for(tmp_path, url)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """A site, into which tests.factories puts its rows."""
    made = make_site(settings)
    factories.use(made)
    yield made
    close(made)


@pytest.fixture(scope="session")
def _demonstration(
    _databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Demonstration:
    """What `forum seed-demo` makes at NOON: a second template, and how its members sign in."""
    folder = tmp_path_factory.mktemp("demonstration")
    settings = settings_for(folder, _databases.another("demonstration"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOON)
        app = create_app(settings)
        result = app.test_cli_runner().invoke(args=["seed-demo"])
        assert result.exit_code == 0, result.output or repr(result.exception)
        close(app)
    return Demonstration.read(settings)


@pytest.fixture
def demonstration(
    _databases: Databases, _demonstration: Demonstration, tmp_path: Path, at: "FrozenClock"
) -> Iterator[Demonstration]:
    """A demonstration site of one's own, at NOON of the day it was made."""
    with _databases.copy(tmp_path, "demonstration") as url:
        yield _demonstration.moved_to(tmp_path, url, at)


@pytest.fixture
def demo_app(demonstration: Demonstration) -> Iterator[Flask]:
    """The demonstration as an application."""
    made = create_app(demonstration.settings)
    factories.use(made)
    yield made
    close(made)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts that keeps its cookies; for a second one: app.test_client()."""
    return app.test_client()


class FrozenClock:
    """Time that moves only when it is told to."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self, moment: datetime | str | timedelta) -> datetime:
        """Go to a moment (a text is ISO 8601), or on by a span; gives the moment reached."""
        if isinstance(moment, timedelta):
            self.moment += moment
        elif isinstance(moment, str):
            self.moment = datetime.fromisoformat(moment).astimezone(UTC)
        else:
            self.moment = moment.astimezone(UTC)
        return self.moment


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    """The clock, stopped at noon of one day: `at("2026-03-29T01:30Z")`, `at(timedelta(hours=1))`."""
    frozen = FrozenClock()
    monkeypatch.setattr(clock, "now", lambda: frozen.moment)
    return frozen


@pytest.fixture
def outbox(app: Flask) -> Callable[..., list[OutboxMail]]:
    """The mail written so far, oldest first: `outbox()`, or `outbox("a@b.example")` for one mailbox."""

    def written(recipient: str | None = None) -> list[OutboxMail]:
        with app.app_context():
            rows = list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))
            db.session.expunge_all()
        return [row for row in rows if recipient in (None, row.recipient)]

    return written


@pytest.fixture
def mailbox() -> Iterator[smtp.Mailbox]:
    """A real mail server: set `smtp_url=mailbox.url` in the settings of a site."""
    with smtp.running() as found:
        yield found


@pytest.fixture(scope="session")
def _chromium() -> Iterator[Any]:
    with chromium.running() as found:
        yield found


@pytest.fixture
def site(settings: Settings) -> Iterator[chromium.Site]:
    """A site that is served at `site.origin`, into which tests.factories puts its rows."""
    with chromium.serving(lambda origin: make_site(replace(settings, base_url=origin))) as found:
        factories.use(found.app)
        yield found
    close(found.app)


@pytest.fixture
def window(_chromium: Any, site: chromium.Site) -> Iterator[Callable[..., chromium.Visit]]:
    """Opens browser windows on `site`: `window()`, `window(javascript=False, size=PHONE)`."""
    with ExitStack() as opened:
        visit: Callable[..., AbstractContextManager[chromium.Visit]]
        visit = partial(chromium.visit, _chromium, site.origin)

        def open_window(**how: Any) -> chromium.Visit:
            return opened.enter_context(visit(**how))

        yield open_window
