"""How far the chain of the audit log was found whole, and which checkpoints are in the file."""

import sqlalchemy as sa
from alembic import op

revision = "d41f8e20ab57"
down_revision = "e5a1c7d2094b"
branch_labels = None
depends_on = None

_BREAKS = (
    "changed",
    "missing",
    "inserted",
    "moved",
    "name changed",
    "end missing",
    "end changed",
    "cut",
    "file differs",
    "file changed",
    "file cut",
)


def upgrade() -> None:
    """Add the table with its one row: nothing was checked yet."""
    op.create_table(
        "audit_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("walked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("broken_at", sa.Integer(), nullable=True),
        sa.Column(
            "why",
            sa.Enum(*_BREAKS, name="break", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_check_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_check")),
    )
    check = sa.table(
        "audit_check", *map(sa.column, ("id", "entry_id", "digest", "seal", "filed_id"))
    )
    op.bulk_insert(check, [{"id": 1, "entry_id": 0, "digest": "0" * 64, "seal": "", "filed_id": 0}])


def downgrade() -> None:
    """Without it."""
    op.drop_table("audit_check")
