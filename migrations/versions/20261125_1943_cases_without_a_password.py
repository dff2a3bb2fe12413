"""Whether the member of a recovery does not know the password either."""

import sqlalchemy as sa
from alembic import op

revision = "e7d41b90c5a2"
down_revision = "c2b6f0a4917d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the fact; nobody said so before."""
    op.add_column(
        "recovery_cases",
        sa.Column("lacks_password", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Without it."""
    with op.batch_alter_table("recovery_cases", schema=None) as batch_op:
        batch_op.drop_column("lacks_password")
