"""What documents and review keep beyond part 1: codes and seals seen on an uploaded page."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column of its own: it holds what codes say, which is personal data like the fields."""
    op.add_column("filing_document", sa.Column("marks", sa.Text(), nullable=True))


def downgrade() -> None:
    """The marks go; a page is read again to have them back."""
    op.drop_column("filing_document", "marks")
