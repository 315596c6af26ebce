"""Certificates on people's own phones: offers, places in lists of status, questions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "wallet_offer",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("number_hash", sa.String(64), nullable=False),
        sa.Column("access_hash", sa.String(64), nullable=True),
        sa.Column("certificate_id", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_offer")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_wallet_offer_token_hash")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_wallet_offer_code_hash")),
        sa.UniqueConstraint("access_hash", name=op.f("uq_wallet_offer_access_hash")),
    )
    op.create_index("ix_wallet_offer_certificate_id_subject_id", "wallet_offer", ["certificate_id", "subject_id"])
    op.create_index("ix_wallet_offer_expires_at", "wallet_offer", ["expires_at"])
    op.create_table(
        "wallet_held",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("certificate_id", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("list_number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_held")),
        sa.UniqueConstraint("list_number", "place", name=op.f("uq_wallet_held_list_number_place")),
    )
    op.create_index("ix_wallet_held_certificate_id_subject_id", "wallet_held", ["certificate_id", "subject_id"])
    op.create_table(
        "wallet_question",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("fields", _JSON, nullable=False),
        sa.Column("purpose", sa.String(120), nullable=False),
        sa.Column("nonce", sa.String(43), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_question")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_wallet_question_token_hash")),
    )
    op.create_index("ix_wallet_question_expires_at", "wallet_question", ["expires_at"])


def downgrade() -> None:
    for table in ("wallet_question", "wallet_held", "wallet_offer"):
        op.drop_table(table)
