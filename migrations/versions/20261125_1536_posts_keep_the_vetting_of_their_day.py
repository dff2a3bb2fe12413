"""How a post's author had been vetted on its day, taken from the account for posts that exist."""

import sqlalchemy as sa
from alembic import op

revision = "b7d20c41e9f6"
down_revision = "c3d90a7be412"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the facts, and fill in those that held already when the post was written."""
    op.add_column("posts", sa.Column("author_vetted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "posts",
        sa.Column(
            "author_vetted_how", sa.String(200), nullable=False, server_default=sa.text("''")
        ),
    )
    op.execute(
        "UPDATE posts SET author_vetted_at = (SELECT members.vetted_at FROM members "
        "WHERE members.id = posts.author_id AND members.vetted_at <= posts.posted_at)"
    )
    op.execute(
        "UPDATE posts SET author_vetted_how = (SELECT members.vetted_how FROM members "
        "WHERE members.id = posts.author_id) WHERE author_vetted_at IS NOT NULL"
    )


def downgrade() -> None:
    """Without them."""
    op.drop_column("posts", "author_vetted_how")
    op.drop_column("posts", "author_vetted_at")
