"""Nominations; questions to applicants; applications that were withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "e4b1d7720fa6"
down_revision = "c2f7a90d4e18"
branch_labels = None
depends_on = None

_STATUSES = ("sent", "proved", "proposed", "admitted", "declined", "expired")
_STATUS = "ck_applications_applicationstatus"


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _may_be(*statuses: str) -> None:
    """Let `status` be one of these."""
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(_STATUS), type_="check")
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.create_check_constraint(op.f(_STATUS), sa.column("status").in_(statuses))


def upgrade() -> None:
    """Add the statuses, who nominated, and the table; what there is was asked for."""
    _may_be(*_STATUSES, "asked", "withdrawn")
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nominated_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "nominated_as",
                _one_of("role", "officer", "head", "focal_point", "moderator"),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("sealed_reference", sa.Text(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_applications_nominated_by_id_members"), "members", ["nominated_by_id"], ["id"]
        )
        batch_op.create_index(
            batch_op.f("ix_applications_nominated_by_id"), ["nominated_by_id"], unique=False
        )
    op.create_table(
        "applicant_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_applicant_questions_application_id_applications"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["members.id"], name=op.f("fk_applicant_questions_asked_by_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applicant_questions")),
    )
    with op.batch_alter_table("applicant_questions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_applicant_questions_application_id"), ["application_id"], unique=False
        )


def downgrade() -> None:
    """Without them; what waits for an answer is as if nothing had been asked."""
    op.drop_table("applicant_questions")
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_applications_nominated_by_id"))
        batch_op.drop_constraint(
            batch_op.f("fk_applications_nominated_by_id_members"), type_="foreignkey"
        )
        batch_op.drop_constraint(op.f("ck_applications_role"), type_="check")
        batch_op.drop_column("sealed_reference")
        batch_op.drop_column("nominated_as")
        batch_op.drop_column("nominated_by_id")
    op.execute("UPDATE applications SET status = 'proved' WHERE status = 'asked'")
    op.execute("UPDATE applications SET status = 'declined' WHERE status = 'withdrawn'")
    _may_be(*_STATUSES)
