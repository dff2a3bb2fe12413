"""The notes that name focal points; objections to admissions."""

import sqlalchemy as sa
from alembic import op

revision = "90be63f5a1c7"
down_revision = "e4b1d7720fa6"
branch_labels = None
depends_on = None


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{other}.{'code' if other == 'states' else 'id'}"],
        name=op.f(f"fk_{table}_{column}_{other}"),
    )


def upgrade() -> None:
    """Add two tables, and the mark of an objection."""
    op.add_column("members", sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column(
            "role", _one_of("role", "officer", "head", "focal_point", "moderator"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settlement", sa.Text(), nullable=False),
        _of("objections", "member_id", "members"),
        _of("objections", "authority_id", "authorities"),
        _of("objections", "by_id", "members"),
        _of("objections", "settled_by_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
    )
    with op.batch_alter_table("objections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objections_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "ix_objections_one_open",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
    op.create_table(
        "focal_point_namings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state_code", sa.String(length=2), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("post", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("note_reference", sa.String(length=100), nullable=False),
        sa.Column("note_dated_on", sa.Date(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column(
            "status",
            _one_of("namingstatus", "registered", "confirmed", "refused", "ended"),
            nullable=False,
        ),
        sa.Column("once", sa.String(length=64), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        _of("focal_point_namings", "state_code", "states"),
        _of("focal_point_namings", "authority_id", "authorities"),
        _of("focal_point_namings", "registered_by_id", "members"),
        _of("focal_point_namings", "decided_by_id", "members"),
        _of("focal_point_namings", "ended_by_id", "members"),
        _of("focal_point_namings", "member_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_focal_point_namings")),
        sa.UniqueConstraint("once", name=op.f("uq_focal_point_namings_once")),
    )
    with op.batch_alter_table("focal_point_namings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_focal_point_namings_email_key"), ["email_key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_focal_point_namings_state_code"), ["state_code"], unique=False
        )


def downgrade() -> None:
    """Without them."""
    op.drop_table("focal_point_namings")
    op.drop_table("objections")
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_column("objected_at")
