"""Erasures that members asked for, and who is erased."""

import sqlalchemy as sa
from alembic import op

revision = "a1d7e3c5f820"
down_revision = "f19c3d72a8e5"
branch_labels = None
depends_on = None

_OPEN = "second_at IS NULL AND withdrawn_at IS NULL AND refused_at IS NULL"


def _member(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["members.id"], name=op.f(f"fk_erasures_{column}_members")
    )


def upgrade() -> None:
    """Add the table, and the column, empty."""
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("first_by_id", sa.Integer(), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_by_id", sa.Integer(), nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_by_id", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=False),
        *map(_member, ("member_id", "first_by_id", "second_by_id", "refused_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    with op.batch_alter_table("erasures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erasures_asked_at"), ["asked_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_erasures_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "ix_erasures_one_open",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text(_OPEN),
            postgresql_where=sa.text(_OPEN),
        )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Without them; who was erased stays a closed account."""
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_column("erased_at")
    op.drop_table("erasures")
