"""Tables of company start-up: runs of checks, reserved values, signatures of co-founders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_run",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=True),
        sa.Column("filing_id", sa.String(length=40), nullable=True),
        sa.Column("task_id", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("life_event", sa.String(length=60), nullable=False),
        sa.Column("catalog_version", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("results", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_run")),
    )
    with op.batch_alter_table("check_run", schema=None) as batch_op:
        batch_op.create_index("ix_check_run_case", ["case_id", "id"], unique=False)
        batch_op.create_index("ix_check_run_filing", ["filing_id", "id"], unique=False)
    op.create_table(
        "reservation",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("fact", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_reservation")),
    )
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.create_index("ix_reservation_case", ["case_id"], unique=False)
        batch_op.create_index("ix_reservation_fact", ["fact", "at"], unique=False)
    op.create_table(
        "case_reminder",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("tell_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "key", name=op.f("pk_case_reminder")),
    )
    with op.batch_alter_table("case_reminder", schema=None) as batch_op:
        batch_op.create_index(
            "ix_case_reminder_tell", ["tell_at"], unique=False,
            sqlite_where=sa.text("tell_at IS NOT NULL"), postgresql_where=sa.text("tell_at IS NOT NULL"),
        )  # fmt: skip
    op.create_table(
        "filing_signature",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("filing_id", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('invited', 'signed', 'declined')", name=op.f("ck_filing_signature_state")),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_filing_signature_filing_id_filing"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_signature")),
    )
    with op.batch_alter_table("filing_signature", schema=None) as batch_op:
        batch_op.create_index("ix_filing_signature_subject", ["subject_id", "id"], unique=False)
        batch_op.create_index("uq_filing_signature_person", ["filing_id", "slot", "subject_id"], unique=True)


def downgrade() -> None:
    op.drop_table("filing_signature")
    op.drop_table("case_reminder")
    op.drop_table("reservation")
    op.drop_table("check_run")
