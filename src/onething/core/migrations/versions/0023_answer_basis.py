"""What an answer was made from, so that it falls when that changes."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("filing_answer", sa.Column("basis", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("filing_answer", "basis")
