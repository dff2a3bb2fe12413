"""The audit log refuses UPDATE and DELETE, whoever asks."""

import sqlalchemy as sa
from alembic import op

revision = "a1c0de5ea1ed"
down_revision = "0f973332c453"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The end of an empty chain, to be locked from the first row on; and triggers on the log:
    SQLite has one for each verb, PostgreSQL one function."""
    end = sa.table("audit_end", *map(sa.column, ("id", "entry_id", "digest", "seal")))
    op.bulk_insert(end, [{"id": 1, "entry_id": 0, "digest": "0" * 64, "seal": ""}])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entries_refuse_{verb.lower()} BEFORE {verb} ON audit_entries "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_refuse BEFORE UPDATE OR DELETE ON audit_entries "
        "FOR EACH ROW EXECUTE FUNCTION audit_entries_refuse()"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_refuse_truncate BEFORE TRUNCATE ON audit_entries "
        "EXECUTE FUNCTION audit_entries_refuse()"
    )


def downgrade() -> None:
    """Without the triggers."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_entries_refuse_{verb}")
        return
    op.execute("DROP TRIGGER audit_entries_refuse_truncate ON audit_entries")
    op.execute("DROP TRIGGER audit_entries_refuse ON audit_entries")
    op.execute("DROP FUNCTION audit_entries_refuse()")
