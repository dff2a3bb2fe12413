"""Copies of their data that members asked for."""

import sqlalchemy as sa
from alembic import op

revision = "f4c62d9be013"
down_revision = "d51b7e20c9a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "data_exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_data_exports_member_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_exports")),
    )
    with op.batch_alter_table("data_exports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_exports_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "ix_data_exports_one_waiting",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text("made_at IS NULL AND failed_at IS NULL"),
            postgresql_where=sa.text("made_at IS NULL AND failed_at IS NULL"),
        )


def downgrade() -> None:
    """Without it."""
    with op.batch_alter_table("data_exports", schema=None) as batch_op:
        batch_op.drop_index("ix_data_exports_one_waiting")
        batch_op.drop_index(batch_op.f("ix_data_exports_member_id"))
    op.drop_table("data_exports")
