"""Which house rules a member accepted; those who are members already have not accepted any."""

import sqlalchemy as sa
from alembic import op

revision = "e81f5b0a7d26"
down_revision = "d4e81a5b3c70"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, empty."""
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rules_version", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("rules_accepted_at", sa.DateTime(timezone=True), nullable=True)
        )


def downgrade() -> None:
    """Without them."""
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_column("rules_accepted_at")
        batch_op.drop_column("rules_version")
