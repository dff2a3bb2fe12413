"""Heads and focal points are found without looking at all members."""

from alembic import op

revision = "c2b6f0a4917d"
down_revision = "b3f6029ce871"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    with op.batch_alter_table("representations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_representations_role_authority_id"),
            ["role", "authority_id"],
            unique=False,
        )


def downgrade() -> None:
    """Without it."""
    with op.batch_alter_table("representations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_representations_role_authority_id"))
