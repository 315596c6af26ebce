"""An event keeps the version of its type; rows that exist are of version 1."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place, never by copying the table: its triggers refuse changes and would be lost with the copy.
    op.add_column("event_log", sa.Column("version", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    op.drop_column("event_log", "version")
