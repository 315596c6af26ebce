"""Tables of contracts and certificates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chain_contract",
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=42), nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("deployed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "name", name=op.f("pk_chain_contract")),
    )
    op.create_table(
        "chain_cursor",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chain_cursor")),
    )
    op.create_table(
        "chain_foreign_fact",
        sa.Column("source", sa.String(length=160), nullable=False),
        sa.Column("fact", sa.String(length=66), nullable=False),
        sa.Column("vouched", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_chain_foreign_fact")),
        sa.UniqueConstraint("fact", name=op.f("uq_chain_foreign_fact_fact")),
    )
    op.create_table(
        "chain_lease",
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_chain_lease")),
    )
    op.create_table(
        "chain_transaction",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("contract", sa.String(length=40), nullable=False),
        sa.Column("function", sa.String(length=40), nullable=False),
        sa.Column("args", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("tx_hash", sa.String(length=66), nullable=True),
        sa.Column("block", sa.BigInteger(), nullable=True),
        sa.Column("block_hash", sa.String(length=66), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("error", sa.String(length=240), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_transaction")),
        sa.UniqueConstraint("key", name=op.f("uq_chain_transaction_key")),
    )
    with op.batch_alter_table("chain_transaction", schema=None) as batch_op:
        batch_op.create_index("ix_chain_transaction_hash", ["tx_hash"], unique=False)
        batch_op.create_index(
            "ix_chain_transaction_open",
            ["account", "id"],
            unique=False,
            sqlite_where=sa.text("status IN ('queued', 'sent')"),
            postgresql_where=sa.text("status IN ('queued', 'sent')"),
        )
        batch_op.create_index("ix_chain_transaction_recent", ["block"], unique=False)

    op.create_table(
        "credential",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("lookup", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seal", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("tx", sa.String(length=120), nullable=False),
        sa.Column("proof", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("successor", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("anchored_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
    )
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.create_index("ix_credential_digest", ["digest"], unique=False)
        batch_op.create_index("ix_credential_lookup", ["lookup"], unique=False)
        batch_op.create_index("ix_credential_successor", ["successor"], unique=False)
        batch_op.create_index(
            "ix_credential_unanchored",
            ["id"],
            unique=False,
            sqlite_where=sa.text("stage IN ('new', 'signed', 'logged')"),
            postgresql_where=sa.text("stage IN ('new', 'signed', 'logged')"),
        )

    op.create_table(
        "credential_look",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("share_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_look")),
    )
    with op.batch_alter_table("credential_look", schema=None) as batch_op:
        batch_op.create_index("ix_credential_look_share", ["share_id", "at"], unique=False)

    op.create_table(
        "credential_request",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("certificate_id", sa.String(length=40), nullable=False),
        sa.Column("asker", sa.String(length=60), nullable=False),
        sa.Column("holder", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.String(length=120), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("tx", sa.String(length=120), nullable=False),
        sa.Column("received", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_request")),
    )
    with op.batch_alter_table("credential_request", schema=None) as batch_op:
        batch_op.create_index("ix_credential_request_certificate", ["certificate_id"], unique=False)
        batch_op.create_index(
            "ix_credential_request_open",
            ["id"],
            unique=False,
            sqlite_where=sa.text("step IN ('wanted', 'asked', 'answered')"),
            postgresql_where=sa.text("step IN ('wanted', 'asked', 'answered')"),
        )

    op.create_table(
        "credential_share",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("certificate_id", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("fields", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_share")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_credential_share_token_hash")),
    )
    with op.batch_alter_table("credential_share", schema=None) as batch_op:
        batch_op.create_index("ix_credential_share_certificate", ["certificate_id", "created_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("credential_share", schema=None) as batch_op:
        batch_op.drop_index("ix_credential_share_certificate")

    op.drop_table("credential_share")
    with op.batch_alter_table("credential_request", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_credential_request_open",
            sqlite_where=sa.text("step IN ('wanted', 'asked', 'answered')"),
            postgresql_where=sa.text("step IN ('wanted', 'asked', 'answered')"),
        )
        batch_op.drop_index("ix_credential_request_certificate")

    op.drop_table("credential_request")
    with op.batch_alter_table("credential_look", schema=None) as batch_op:
        batch_op.drop_index("ix_credential_look_share")

    op.drop_table("credential_look")
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_credential_unanchored",
            sqlite_where=sa.text("stage IN ('new', 'signed', 'logged')"),
            postgresql_where=sa.text("stage IN ('new', 'signed', 'logged')"),
        )
        batch_op.drop_index("ix_credential_digest")

    op.drop_table("credential")
    with op.batch_alter_table("chain_transaction", schema=None) as batch_op:
        batch_op.drop_index("ix_chain_transaction_recent")
        batch_op.drop_index(
            "ix_chain_transaction_open",
            sqlite_where=sa.text("status IN ('queued', 'sent')"),
            postgresql_where=sa.text("status IN ('queued', 'sent')"),
        )
        batch_op.drop_index("ix_chain_transaction_hash")

    op.drop_table("chain_transaction")
    op.drop_table("chain_lease")
    op.drop_table("chain_foreign_fact")
    op.drop_table("chain_cursor")
    op.drop_table("chain_contract")
