"""Links to a new password, and the requests for one."""

import sqlalchemy as sa
from alembic import op

revision = "c3b8e17f40d2"
down_revision = "5e7a1c0ffee1"
branch_labels = None
depends_on = None

_PURPOSES = ("activation", "reset")


def upgrade() -> None:
    """Let links serve the new purpose, and add the table."""
    _allow(*_PURPOSES)
    op.create_table(
        "reset_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset_requests")),
    )


def downgrade() -> None:
    """Without them: links to a new password are worth nothing any more."""
    op.drop_table("reset_requests")
    op.execute("DELETE FROM one_time_links WHERE purpose <> 'activation'")
    _allow("activation")


def _allow(*purposes: str) -> None:
    """SQLite forgets the condition when it copies the table; PostgreSQL must be told to."""
    name = op.f("ck_one_time_links_linkpurpose")
    values = ", ".join(f"'{purpose}'" for purpose in purposes)
    with op.batch_alter_table("one_time_links", schema=None, recreate="auto") as batch_op:
        if op.get_bind().dialect.name == "postgresql":
            batch_op.drop_constraint(name, type_="check")
        batch_op.create_check_constraint(name, sa.text(f"purpose IN ({values})"))
