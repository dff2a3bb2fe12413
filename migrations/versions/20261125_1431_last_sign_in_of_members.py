"""When a member last signed in, taken from the audit log for those who have."""

import sqlalchemy as sa
from alembic import op

revision = "7d41c02e95b3"
down_revision = "a1c0de5ea1ed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the moment, and fill it in from what the log knows."""
    op.add_column("members", sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE members SET signed_in_at = (SELECT MAX(at) FROM audit_entries "
        "WHERE audit_entries.actor_id = members.id AND audit_entries.action = 'session:open' "
        "AND audit_entries.outcome = 'done')"
    )


def downgrade() -> None:
    """Without it."""
    op.drop_column("members", "signed_in_at")
