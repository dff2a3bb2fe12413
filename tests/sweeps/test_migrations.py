"""The migrations make exactly the tables that the models say, with the triggers that guard them."""

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text

from forum.core.db import Base, db
from forum.core.paths import MIGRATIONS

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def test_migrations_equal_models(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )

        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_form_one_line_with_one_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_the_audit_log_is_guarded_against_change_and_deletion(app: Flask) -> None:
    with app.app_context():
        names = set(db.session.scalars(text(TRIGGERS[db.engine.dialect.name])))

    assert any(name.startswith("audit_entries_refuse") for name in names)
