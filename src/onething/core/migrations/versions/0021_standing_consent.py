"""A company may accept beforehand what it is entitled to, and is then paid at once."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_standing",
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("scope", sa.String(160), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "scope", name="pk_policy_standing"),
    )


def downgrade() -> None:
    op.drop_table("policy_standing")
