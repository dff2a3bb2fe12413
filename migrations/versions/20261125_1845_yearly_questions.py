"""Mailboxes are proved once a year, and who was not seen is asked."""

import sqlalchemy as sa
from alembic import op

revision = "4f60c2d8b1e7"
down_revision = "a1d7e3c5f820"
branch_labels = None
depends_on = None

_NAME = "ck_member_limits_limitcause"
_BEFORE = ("sanction", "attestation", "recovery", "unseen")
_NEW = "mailbox"


def _allow(*causes: str) -> None:
    with op.batch_alter_table("member_limits", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(_NAME), type_="check")
        known = ", ".join(f"'{one}'" for one in causes)
        batch_op.create_check_constraint(op.f(_NAME), f"cause IN ({known})")


def upgrade() -> None:
    """Add both tables, and the cause of a limit."""
    _allow(*_BEFORE, _NEW)
    op.create_table(
        "mailbox_proofs",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_mailbox_proofs_member_id_members")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_mailbox_proofs")),
    )
    op.create_table(
        "yearly_questions",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "mailbox",
                "presence",
                name="questionkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_yearly_questions_member_id_members")
        ),
        sa.PrimaryKeyConstraint("member_id", "kind", name=op.f("pk_yearly_questions")),
    )


def downgrade() -> None:
    """Without them; limits of the new cause go."""
    op.drop_table("yearly_questions")
    op.drop_table("mailbox_proofs")
    limits = sa.table("member_limits", sa.column("cause", sa.String()))
    op.execute(limits.delete().where(limits.c.cause == _NEW))
    _allow(*_BEFORE)
