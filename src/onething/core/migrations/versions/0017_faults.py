"""Faults of ours and of the city package, for an operator."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fault",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("room", sa.String(30), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("about", sa.String(160), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("stream", sa.String(80), server_default="", nullable=False),
        sa.Column("task", sa.String(100), server_default="", nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(120), server_default="", nullable=False),
    )
    open_ones = sa.text("closed_at IS NULL")
    op.create_index("ix_fault_open", "fault", ["last_at", "key"], sqlite_where=open_ones, postgresql_where=open_ones)
    op.create_index("ix_fault_stream", "fault", ["stream", "task"])


def downgrade() -> None:
    op.drop_table("fault")
