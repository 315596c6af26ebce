"""Tables of the risk room: entities, relations, filings as measured, findings, models."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "risk_entity",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=True),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_risk_entity")),
    )
    op.create_table(
        "risk_relation",
        sa.Column("seq", _KEY, autoincrement=True, nullable=False),
        sa.Column("company", sa.BigInteger(), nullable=False),
        sa.Column("other", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("share", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_risk_relation")),
    )
    op.create_index(
        "uq_risk_relation_company_other_role_since", "risk_relation", ["company", "other", "role", "since"], unique=True
    )
    op.create_table(
        "risk_filing",
        sa.Column("company", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=True),
        sa.Column("moment", sa.Integer(), nullable=False),
        sa.Column("row", sa.LargeBinary(), nullable=False),
        sa.Column("refer", sa.Boolean(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("trace", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("company", name=op.f("pk_risk_filing")),
    )
    op.create_index("ix_risk_filing_case_id", "risk_filing", ["case_id"])
    op.create_index("ix_risk_filing_moment", "risk_filing", ["moment"])
    op.create_table(
        "risk_finding",
        sa.Column("seq", _KEY, autoincrement=True, nullable=False),
        sa.Column("company", sa.BigInteger(), nullable=False),
        sa.Column("shell", sa.Boolean(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_risk_finding")),
    )
    op.create_index("ix_risk_finding_company", "risk_finding", ["company"])
    op.create_table(
        "risk_model",
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("body", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_risk_model")),
    )


def downgrade() -> None:
    for name in ("risk_model", "risk_finding", "risk_filing", "risk_relation", "risk_entity"):
        op.drop_table(name)
