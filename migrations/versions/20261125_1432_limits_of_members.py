"""What limits a member, with cause, reason and end; who is suspended already stays so."""

import sqlalchemy as sa
from alembic import op

revision = "5b1f0c86d2aa"
down_revision = "7d41c02e95b3"
branch_labels = None
depends_on = None


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """Add the table and the end of a suspension; a limit without end for each suspended member."""
    op.create_table(
        "member_limits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            _one_of("limitkind", "warning", "read_only", "suspended", "closed"),
            nullable=False,
        ),
        sa.Column(
            "cause",
            _one_of("limitcause", "sanction", "attestation", "recovery", "unseen"),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["members.id"], name=op.f("fk_member_limits_by_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["members.id"], name=op.f("fk_member_limits_lifted_by_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_member_limits_member_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_limits")),
    )
    with op.batch_alter_table("member_limits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_limits_member_id"), ["member_id"], unique=False)
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("suspended_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("has_limits", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.execute(
        "INSERT INTO member_limits (member_id, kind, cause, reason, from_at, lift_reason) "
        "SELECT id, 'suspended', 'sanction', '', CURRENT_TIMESTAMP, '' "
        "FROM members WHERE status = 'suspended'"
    )
    op.execute("UPDATE members SET has_limits = true WHERE status = 'suspended'")


def downgrade() -> None:
    """Without them; who is suspended stays so."""
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_column("has_limits")
        batch_op.drop_column("suspended_until")
    with op.batch_alter_table("member_limits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_limits_member_id"))
    op.drop_table("member_limits")
