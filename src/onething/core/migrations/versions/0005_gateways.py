"""Tables of gateways and partners."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "gateway_evidence",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("side", sa.String(length=4), nullable=False),
        sa.Column("member", sa.String(length=60), nullable=False),
        sa.Column("peer", sa.String(length=60), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("operation", sa.String(length=130), nullable=False),
        sa.Column("purpose", sa.String(length=120), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("question", json, nullable=False),
        sa.Column("answer", json, nullable=False),
        sa.Column("anchor", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_evidence")),
    )
    with op.batch_alter_table("gateway_evidence", schema=None) as batch_op:
        batch_op.create_index("uq_gateway_evidence_nonce", ["member", "side", "peer", "nonce"], unique=True)
        batch_op.create_index("ix_gateway_evidence_at", ["at"], unique=False)
        batch_op.create_index("ix_gateway_evidence_message_id", ["message_id"], unique=False)
    op.create_table(
        "gateway_effect",
        sa.Column("member", sa.String(length=60), nullable=False),
        sa.Column("peer", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("member", "peer", "key", name=op.f("pk_gateway_effect")),
    )
    op.create_table(
        "exchange_consent",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("person_hash", sa.String(length=64), nullable=False),
        sa.Column("partner", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("asks", json, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_consent")),
    )
    with op.batch_alter_table("exchange_consent", schema=None) as batch_op:
        batch_op.create_index("ix_exchange_consent_subject_id_given_at", ["subject_id", "given_at"], unique=False)
    op.create_table(
        "exchange_forward",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column("operation", sa.String(length=130), nullable=False),
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_forward")),
        sa.UniqueConstraint("key", name=op.f("uq_exchange_forward_key")),
    )
    with op.batch_alter_table("exchange_forward", schema=None) as batch_op:
        batch_op.create_index("ix_exchange_forward_waiting", ["state", "agency", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("exchange_forward")
    op.drop_table("exchange_consent")
    op.drop_table("gateway_effect")
    op.drop_table("gateway_evidence")
