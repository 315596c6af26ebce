"""People whom somebody else's filing or case concerns: their own consents, and the questions about them in their own log."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "subject_concern",
        sa.Column("stream", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("by_subject", sa.String(40), nullable=False),
        sa.Column("since", _AT, nullable=False),
        sa.PrimaryKeyConstraint("stream", "subject_id", name=op.f("pk_subject_concern")),
    )
    op.create_index("ix_subject_concern_subject_id_since", "subject_concern", ["subject_id", "since"])
    op.create_table(
        "exchange_concerned",
        sa.Column("message_id", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "subject_id", name=op.f("pk_exchange_concerned")),
    )
    op.create_index("ix_exchange_concerned_subject_id_at", "exchange_concerned", ["subject_id", "at"])
    op.add_column("filing_consent", sa.Column("person", sa.String(64), nullable=False, server_default=""))
    op.add_column("filing_consent", sa.Column("asked_at", _AT, nullable=True))
    op.create_index("ix_filing_consent_person", "filing_consent", ["person", "asked_at"])


def downgrade() -> None:
    op.drop_index("ix_filing_consent_person", table_name="filing_consent")
    with op.batch_alter_table("filing_consent") as table:
        table.drop_column("asked_at")
        table.drop_column("person")
    op.drop_table("exchange_concerned")
    op.drop_table("subject_concern")
