"""When a member announced leaving an authority, and who handed a kept form over."""

import sqlalchemy as sa
from alembic import op

revision = "b3f6029ce871"
down_revision = "4f60c2d8b1e7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the facts."""
    op.add_column(
        "representations", sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("representations", sa.Column("term_on", sa.Date(), nullable=True))
    op.add_column("kept_forms", sa.Column("handed_by_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Without them."""
    op.drop_column("kept_forms", "handed_by_id")
    op.drop_column("representations", "term_on")
    op.drop_column("representations", "announced_at")
