"""Rounds of attestation, and what is asked in them."""

import sqlalchemy as sa
from alembic import op

revision = "f19c3d72a8e5"
down_revision = "a7c0e92d4f18"
branch_labels = None
depends_on = None


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """Add the tables; the worker fills them when a round is due."""
    op.create_table(
        "attestation_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("roundkind", "members", "moderators"), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attestation_rounds")),
        sa.UniqueConstraint("kind", "begins_on", name=op.f("uq_attestation_rounds_kind_begins_on")),
    )
    op.create_table(
        "attestations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("representation_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_by_id", sa.Integer(), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", _one_of("answer", "kept", "removed", "lapsed"), nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_attestations_answered")
        ),
        sa.CheckConstraint(
            "first_by_id <> answered_by_id", name=op.f("ck_attestations_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["members.id"], name=op.f("fk_attestations_answered_by_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["first_by_id"], ["members.id"], name=op.f("fk_attestations_first_by_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["representation_id"],
            ["representations.id"],
            name=op.f("fk_attestations_representation_id_representations"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["attestation_rounds.id"],
            name=op.f("fk_attestations_round_id_attestation_rounds"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attestations")),
        sa.UniqueConstraint(
            "round_id",
            "representation_id",
            name=op.f("uq_attestations_round_id_representation_id"),
        ),
    )
    with op.batch_alter_table("attestations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attestations_answered_at_asked_at"),
            ["answered_at", "asked_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_attestations_representation_id"), ["representation_id"], unique=False
        )
        batch_op.create_index(
            "ix_attestations_one_open",
            ["representation_id"],
            unique=True,
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        )
    op.create_table(
        "attestation_notices",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_attestation_notices_member_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["attestation_rounds.id"],
            name=op.f("fk_attestation_notices_round_id_attestation_rounds"),
        ),
        sa.PrimaryKeyConstraint(
            "round_id", "member_id", "step", name=op.f("pk_attestation_notices")
        ),
    )


def downgrade() -> None:
    """Without them."""
    op.drop_table("attestation_notices")
    op.drop_table("attestations")
    op.drop_table("attestation_rounds")
