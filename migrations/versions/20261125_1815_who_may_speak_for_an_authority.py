"""Whether a member may speak for the authority; posts keep that, and when the member was confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "a90c3e71b5d8"
down_revision = "f4c62d9be013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the facts; of posts that exist they are not known."""
    with op.batch_alter_table("representations") as batch_op:
        batch_op.add_column(sa.Column("may_speak_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("may_speak_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_representations_may_speak_by_id_members"),
            "members",
            ["may_speak_by_id"],
            ["id"],
        )
    for column in ("author_confirmed_at", "author_may_speak_since"):
        op.add_column("posts", sa.Column(column, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Without them."""
    op.drop_column("posts", "author_may_speak_since")
    op.drop_column("posts", "author_confirmed_at")
    with op.batch_alter_table("representations") as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_representations_may_speak_by_id_members"), type_="foreignkey"
        )
        batch_op.drop_column("may_speak_by_id")
        batch_op.drop_column("may_speak_since")
