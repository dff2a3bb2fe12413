"""New factors are shown to one session for a while; recovery codes have the day they were made."""

import sqlalchemy as sa
from alembic import op

revision = "5e7a1c0ffee1"
down_revision = "5b1f0c86d2aa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Codes made so far were made when the authenticator was proved."""
    op.create_table(
        "shown_secrets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "authenticator",
                "recovery_codes",
                name="secretkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["open_sessions.id"],
            name=op.f("fk_shown_secrets_session_id_open_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shown_secrets")),
        sa.UniqueConstraint("session_id", "kind", name=op.f("uq_shown_secrets_session_id_kind")),
    )
    op.add_column("recovery_codes", sa.Column("made_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE recovery_codes SET made_at = (SELECT proved_at FROM second_factors"
        " WHERE second_factors.member_id = recovery_codes.member_id)"
    )


def downgrade() -> None:
    """Without both."""
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.drop_column("made_at")
    op.drop_table("shown_secrets")
