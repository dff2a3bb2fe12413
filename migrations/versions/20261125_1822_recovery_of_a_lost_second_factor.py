"""Cases of members who lost their second factor, the requests for them, and their links."""

import sqlalchemy as sa
from alembic import op

revision = "a7c0e92d4f18"
down_revision = "d8f35b10c7e2"
branch_labels = None
depends_on = None

_PURPOSES = "ck_one_time_links_linkpurpose"
_BEFORE = ("activation", "reset", "sign_in", "mailbox_proof", "mailbox_stop", "mailbox_renewal")
_OURS = ("recovery", "recovery_stop", "enrolment")
_ROLES = ("officer", "head", "focal_point", "moderator")


def upgrade() -> None:
    """Add both tables, the mark on members, and the purposes of links."""
    op.create_table(
        "recovery_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("is_stolen", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_requests")),
    )
    _make_cases()
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("recovering_since", sa.DateTime(timezone=True), nullable=True)
        )
    _allow(*_BEFORE, *_OURS)


def _make_cases() -> None:
    op.create_table(
        "recovery_cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference_digest", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("witness", _one_of("witness", "colleague", "state", "nobody"), nullable=False),
        sa.Column(
            "status",
            _one_of(
                "recoverystatus",
                *("begun", "confirmed", "called", "waiting", "ready"),
                *("done", "declined", "stopped", "expired", "replaced"),
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=100), nullable=False),
        sa.Column("is_stolen", sa.Boolean(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_as", _one_of("role", *_ROLES), nullable=True),
        sa.Column("confirm_note", sa.Text(), nullable=False),
        sa.Column(
            "call_back", _one_of("callback", "confirmed", "no_answer", "not_known"), nullable=True
        ),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_by_id", sa.Integer(), nullable=True),
        sa.Column("called_number", sa.String(length=320), nullable=False),
        sa.Column(
            "call_place",
            _one_of("callplace", "authority", "other_authority", "mission"),
            nullable=True,
        ),
        sa.Column("called_office", sa.String(length=200), nullable=False),
        sa.Column("call_source", sa.String(length=500), nullable=False),
        sa.Column("call_note", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("waits_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "stopped_from",
            _one_of("stoppedfrom", "mail", "session", "desk", "page", "account"),
            nullable=True,
        ),
        sa.Column("end_reason", sa.Text(), nullable=False),
        *(
            _points_to(column, table)
            for column, table in (
                ("member_id", "members"),
                ("authority_id", "authorities"),
                ("confirmed_by_id", "members"),
                ("called_by_id", "members"),
                ("approved_by_id", "members"),
                ("ended_by_id", "members"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_cases")),
        sa.UniqueConstraint("reference_digest", name=op.f("uq_recovery_cases_reference_digest")),
    )
    with op.batch_alter_table("recovery_cases", schema=None) as batch_op:
        for columns in (["member_id"], ["authority_id"], ["expires_at"], ["status", "begun_at"]):
            name = "_".join(["ix_recovery_cases", *columns])
            batch_op.create_index(batch_op.f(name), columns, unique=False)
    op.create_index(
        "ix_recovery_cases_one_open",
        "recovery_cases",
        ["member_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    """Without them; links of these purposes go, and cases that went on are forgotten."""
    op.execute(
        "DELETE FROM one_time_links WHERE purpose IN ('recovery', 'recovery_stop', 'enrolment')"
    )
    _allow(*_BEFORE)
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_column("recovering_since")
    op.drop_table("recovery_cases")
    op.drop_table("recovery_requests")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _points_to(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_recovery_cases_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name)


def _allow(*purposes: str) -> None:
    values = ", ".join(f"'{purpose}'" for purpose in purposes)
    with op.batch_alter_table("one_time_links", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(_PURPOSES), type_="check")
        batch_op.create_check_constraint(op.f(_PURPOSES), f"purpose IN ({values})")
