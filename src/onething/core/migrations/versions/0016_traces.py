"""What makes work necessary is kept beside it, so that a worker and a sender go on under the same correlation id."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("segment", sa.Column("trace", sa.String(60), nullable=True))
    op.add_column("notice", sa.Column("trace", sa.String(60), nullable=True))


def downgrade() -> None:
    op.drop_column("notice", "trace")
    op.drop_column("segment", "trace")
