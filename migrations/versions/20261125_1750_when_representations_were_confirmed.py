"""When the authority last confirmed a member, and who did."""

import sqlalchemy as sa
from alembic import op

revision = "d4e81a5b3c70"
down_revision = "c3a9d1f7e604"
branch_labels = None
depends_on = None

#: Of admissions that somebody who answers for the authority nominated.
_NOMINATED = """
    UPDATE representations SET
        confirmed_at = (SELECT MAX(a.sent_at) FROM applications a WHERE {theirs}),
        confirmed_by_id = (SELECT MAX(a.nominated_by_id) FROM applications a WHERE {theirs})
    WHERE EXISTS (SELECT 1 FROM applications a WHERE {theirs})
"""
_IS_NOMINATED = (
    "a.member_id = representations.member_id AND a.authority_id = representations.authority_id "
    "AND a.status = 'admitted' AND a.nominated_by_id IS NOT NULL"
)
#: Of admissions of applicants whom such a person said to know; the latest word counts.
_VOUCHED = """
    UPDATE representations SET
        confirmed_at = (SELECT v.at FROM vouchings v JOIN applications a ON {words}
            ORDER BY v.id DESC LIMIT 1),
        confirmed_by_id = (SELECT v.by_id FROM vouchings v JOIN applications a ON {words}
            ORDER BY v.id DESC LIMIT 1)
    WHERE confirmed_at IS NULL
        AND EXISTS (SELECT 1 FROM vouchings v JOIN applications a ON {words})
"""
_WORDS = (
    "a.id = v.application_id AND a.member_id = representations.member_id "
    "AND a.authority_id = representations.authority_id AND a.status = 'admitted' "
    "AND v.answer = 'known' AND v.replaced_at IS NULL"
)


def upgrade() -> None:
    """Add the facts, and fill in those that the admission left."""
    with op.batch_alter_table("representations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("confirmed_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_representations_confirmed_by_id_members"),
            "members",
            ["confirmed_by_id"],
            ["id"],
        )
    op.execute(_NOMINATED.format(theirs=_IS_NOMINATED))
    op.execute(_VOUCHED.format(words=_WORDS))


def downgrade() -> None:
    """Without them."""
    with op.batch_alter_table("representations", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_representations_confirmed_by_id_members"), type_="foreignkey"
        )
        batch_op.drop_column("confirmed_by_id")
        batch_op.drop_column("confirmed_at")
