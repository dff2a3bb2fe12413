"""Failures in a row are counted, and a mailed link can make a browser known."""

import sqlalchemy as sa
from alembic import op

revision = "c3d90a7be412"
down_revision = "90be63f5a1c7"
branch_labels = None
depends_on = None

_NAME = "ck_one_time_links_linkpurpose"


def upgrade() -> None:
    """Add the count, and the purpose of a link."""
    op.create_table(
        "failure_streaks",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_failure_streaks")),
    )
    with op.batch_alter_table("failure_streaks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_failure_streaks_failed_at"), ["failed_at"])
    with op.batch_alter_table("one_time_links", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(_NAME), type_="check")
        batch_op.create_check_constraint(
            op.f(_NAME), "purpose IN ('activation', 'reset', 'sign_in')"
        )


def downgrade() -> None:
    """Without both; links of the new purpose go."""
    op.execute("DELETE FROM one_time_links WHERE purpose = 'sign_in'")
    with op.batch_alter_table("one_time_links", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(_NAME), type_="check")
        batch_op.create_check_constraint(op.f(_NAME), "purpose IN ('activation', 'reset')")
    op.drop_table("failure_streaks")
