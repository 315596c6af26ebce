"""Numbers that people had before, and records found to be of somebody who is here already."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subject_former_number",
        sa.Column("id_hash", sa.String(64), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_subject_former_number")),
    )
    op.add_column("subject", sa.Column("same_as", sa.String(40), nullable=True))
    op.create_index("ix_subject_same_as", "subject", ["same_as"])


def downgrade() -> None:
    op.drop_index("ix_subject_same_as", table_name="subject")
    op.drop_column("subject", "same_as")
    op.drop_table("subject_former_number")
