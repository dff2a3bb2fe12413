"""Whose a thread is today, who took it over, and who succeeds a member; whoever opened a thread has it."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "e5a1c7d2094b"
down_revision = "e81f5b0a7d26"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the facts; of representations that are over, nothing is left to be settled."""
    op.create_table(
        "thread_handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_thread_handovers_thread_id_threads")
        ),
        sa.ForeignKeyConstraint(
            ["from_id"], ["members.id"], name=op.f("fk_thread_handovers_from_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["to_id"], ["members.id"], name=op.f("fk_thread_handovers_to_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_handovers")),
    )
    with op.batch_alter_table("thread_handovers") as batch_op:
        batch_op.create_index(batch_op.f("ix_thread_handovers_thread_id"), ["thread_id"])
    with op.batch_alter_table("threads") as batch_op:
        batch_op.add_column(sa.Column("asker_id", sa.Integer(), nullable=True))
    op.execute("UPDATE threads SET asker_id = author_id")
    with op.batch_alter_table("threads") as batch_op:
        batch_op.alter_column("asker_id", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_threads_asker_id_members"), "members", ["asker_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_threads_asker_id"), ["asker_id"])
    with op.batch_alter_table("representations") as batch_op:
        batch_op.add_column(sa.Column("successor_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_representations_successor_id_members"),
            "members",
            ["successor_id"],
            ["id"],
        )
    representations = sa.table(
        "representations",
        sa.column("until_on", sa.Date()),
        sa.column("settled_at", sa.DateTime(timezone=True)),
    )
    now = datetime.now(UTC)
    op.execute(
        sa.update(representations)
        .where(representations.c.until_on < now.date())
        .values(settled_at=now)
    )


def downgrade() -> None:
    """Without them."""
    with op.batch_alter_table("representations") as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_representations_successor_id_members"), type_="foreignkey"
        )
        batch_op.drop_column("settled_at")
        batch_op.drop_column("successor_id")
    with op.batch_alter_table("threads") as batch_op:
        batch_op.drop_index(batch_op.f("ix_threads_asker_id"))
        batch_op.drop_constraint(batch_op.f("fk_threads_asker_id_members"), type_="foreignkey")
        batch_op.drop_column("asker_id")
    op.drop_table("thread_handovers")
