"""Room for sealed names, numbers and phones of persons. Rows that lie open are sealed at the person's next sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_COLUMNS = (("name", 200, False), ("id_number", 64, False), ("phone", 64, True))


def upgrade() -> None:
    with op.batch_alter_table("subject") as batch:
        for name, length, nullable in _COLUMNS:
            batch.alter_column(name, existing_type=sa.String(length), type_=sa.String(), existing_nullable=nullable)


def downgrade() -> None:
    with op.batch_alter_table("subject") as batch:
        for name, length, nullable in _COLUMNS:
            batch.alter_column(name, existing_type=sa.String(), type_=sa.String(length), existing_nullable=nullable)
