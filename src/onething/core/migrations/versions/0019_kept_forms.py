"""What was sent and could not be carried out is kept for the page that shows it again."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "web_kept",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_web_kept"),
    )
    op.create_index("ix_web_kept_token_hash", "web_kept", ["token_hash"])
    op.create_index("ix_web_kept_expires_at", "web_kept", ["expires_at"])


def downgrade() -> None:
    op.drop_table("web_kept")
