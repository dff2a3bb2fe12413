"""Members change their e-mail, and prove a mailbox by a link."""

import sqlalchemy as sa
from alembic import op

revision = "d51b7e20c9a4"
down_revision = "d41f8e20ab57"
branch_labels = None
depends_on = None

_NAME = "ck_one_time_links_linkpurpose"
_BEFORE = ("activation", "reset", "sign_in")
_NEW = ("mailbox_proof", "mailbox_stop", "mailbox_renewal")
_STATUSES = (
    *("asked", "proved", "approved", "done", "stopped"),
    *("withdrawn", "declined", "expired", "replaced", "failed"),
)


def _allow(*purposes: str) -> None:
    with op.batch_alter_table("one_time_links", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(_NAME), type_="check")
        known = ", ".join(f"'{one}'" for one in purposes)
        batch_op.create_check_constraint(op.f(_NAME), f"purpose IN ({known})")


def upgrade() -> None:
    """Add the table, and the purposes of links."""
    _allow(*_BEFORE, *_NEW)
    op.create_table(
        "mailbox_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                *_STATUSES,
                name="changestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prove_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decide_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_by_id", sa.Integer(), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_mailbox_changes_member_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["first_by_id"], ["members.id"], name=op.f("fk_mailbox_changes_first_by_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["members.id"], name=op.f("fk_mailbox_changes_decided_by_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_changes")),
    )
    with op.batch_alter_table("mailbox_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailbox_changes_member_id"), ["member_id"])
        batch_op.create_index(batch_op.f("ix_mailbox_changes_status"), ["status"])
        batch_op.create_index(
            "uq_mailbox_changes_open",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )


def downgrade() -> None:
    """Without both; links of the new purposes go."""
    op.drop_table("mailbox_changes")
    links = sa.table("one_time_links", sa.column("purpose", sa.String()))
    op.execute(links.delete().where(links.c.purpose.in_(_NEW)))
    _allow(*_BEFORE)
