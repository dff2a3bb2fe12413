"""Who approved a member; for those admitted already, what their applications say."""

import sqlalchemy as sa
from alembic import op

revision = "c3a9d1f7e604"
down_revision = "b7d20c41e9f6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and fill it."""
    op.create_table(
        "member_approvals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["members.id"], name=op.f("fk_member_approvals_by_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_member_approvals_member_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_approvals")),
        sa.UniqueConstraint("member_id", "by_id", name=op.f("uq_member_approvals_member_id_by_id")),
    )
    with op.batch_alter_table("member_approvals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_approvals_by_id"), ["by_id"], unique=False)
    approvals = sa.table("member_approvals", *map(sa.column, ("member_id", "by_id", "at")))
    columns = (
        "status",
        "member_id",
        "proposed_by_id",
        "proposed_at",
        "decided_by_id",
        "decided_at",
    )
    applications = sa.table("applications", *map(sa.column, columns)).c
    for by, at in (
        (applications.proposed_by_id, applications.proposed_at),
        (applications.decided_by_id, applications.decided_at),
    ):
        known = sa.select(applications.member_id, by, at).where(
            applications.status == "admitted",
            applications.member_id.is_not(None),
            by.is_not(None),
            at.is_not(None),
        )
        op.execute(sa.insert(approvals).from_select(["member_id", "by_id", "at"], known))


def downgrade() -> None:
    """Without it."""
    with op.batch_alter_table("member_approvals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_approvals_by_id"))
    op.drop_table("member_approvals")
