"""What heads and focal points say of applicants; who was called in place of an authority."""

import sqlalchemy as sa
from alembic import op

revision = "c2f7a90d4e18"
down_revision = "c3b8e17f40d2"
branch_labels = None
depends_on = None


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """Add the table and the columns; whoever was called so far was the authority itself."""
    op.create_table(
        "vouchings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column(
            "role", _one_of("role", "officer", "head", "focal_point", "moderator"), nullable=False
        ),
        sa.Column("answer", _one_of("answer", "known", "not_known", "cannot_say"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_vouchings_application_id_applications"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_vouchings_by_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vouchings")),
    )
    with op.batch_alter_table("vouchings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_vouchings_application_id"), ["application_id"], unique=False
        )
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "call_place",
                _one_of("callplace", "authority", "other_authority", "mission"),
                nullable=True,
            )
        )
        batch_op.add_column(
            sa.Column("called_office", sa.String(200), server_default=sa.text("''"), nullable=False)
        )
        batch_op.add_column(
            sa.Column("call_source", sa.String(500), server_default=sa.text("''"), nullable=False)
        )
    op.execute("UPDATE applications SET call_place = 'authority' WHERE call_back IS NOT NULL")


def downgrade() -> None:
    """Without them."""
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.drop_column("call_source")
        batch_op.drop_column("called_office")
        batch_op.drop_constraint(op.f("ck_applications_callplace"), type_="check")
        batch_op.drop_column("call_place")
    op.drop_table("vouchings")
