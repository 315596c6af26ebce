"""Tables of keys, logs and ledger records."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("trust_subject_key", "trust_record", "trust_log_key", "trust_log_tile", "trust_log_head")


def upgrade() -> None:
    op.create_table(
        "trust_log_head",
        sa.Column("log", sa.String(length=120), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("published", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("log", name=op.f("pk_trust_log_head")),
    )
    op.create_table(
        "trust_log_tile",
        sa.Column("log", sa.String(length=120), nullable=False),
        sa.Column("path", sa.String(length=60), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log", "path", name=op.f("pk_trust_log_tile")),
    )
    op.create_table(
        "trust_log_key",
        sa.Column("log", sa.String(length=120), nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("log", "key", name=op.f("pk_trust_log_key")),
    )
    op.create_table(
        "trust_record",
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("log", sa.String(length=120), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("commitments", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("openings", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_trust_record")),
    )
    with op.batch_alter_table("trust_record", schema=None) as batch_op:
        batch_op.create_index("ix_trust_record_about_at", ["about", "at"], unique=False)
        batch_op.create_index("ix_trust_record_position", ["position"], unique=False)
        batch_op.create_index("ix_trust_record_subject_id_at", ["subject_id", "at"], unique=False)
    op.create_table(
        "trust_subject_key",
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_trust_subject_key")),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
