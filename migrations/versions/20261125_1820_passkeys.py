"""Passkeys, and what a session has a passkey sign next."""

import sqlalchemy as sa
from alembic import op

revision = "d8f35b10c7e2"
down_revision = "a90c3e71b5d8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the columns."""
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("handle", sa.String(length=64), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("verifies_user", sa.Boolean(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("aaguid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_passkeys_member_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkeys_member_id"), ["member_id"], unique=False)
    # Plain, so that SQLite adds them in place and rebuilds no table that others hang on.
    op.add_column("open_sessions", sa.Column("challenge", sa.String(length=100), nullable=True))
    op.add_column(
        "open_sessions", sa.Column("challenged_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    """Without them."""
    op.drop_column("open_sessions", "challenged_at")
    op.drop_column("open_sessions", "challenge")
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkeys_member_id"))
    op.drop_table("passkeys")
