"""Tables of policy knowledge: regulations as read, clauses in their versions, relations."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _json() -> sa.types.TypeEngine[Any]:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "policy_document",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("eli", sa.String(length=300), nullable=False),
        sa.Column("work", sa.String(length=280), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("file", sa.String(length=300), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("drafts", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(length=120), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_document")),
        sa.UniqueConstraint("eli", name=op.f("uq_policy_document_eli")),
    )
    op.create_index("ix_policy_document_work", "policy_document", ["work"])
    op.create_table(
        "policy_clause",
        sa.Column("rule_version_id", sa.String(length=40), nullable=False),
        sa.Column("clause", sa.String(length=160), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.Column("draft", sa.String(length=320), nullable=False),
        sa.Column("content", _json(), nullable=False),
        sa.Column("examples", _json(), nullable=False),
        sa.PrimaryKeyConstraint("rule_version_id", name=op.f("pk_policy_clause")),
        sa.UniqueConstraint("clause", "number", name="uq_policy_clause_clause_number"),
    )
    op.create_index("ix_policy_clause_document", "policy_clause", ["document"])
    op.create_table(
        "policy_relation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=320), nullable=False),
        sa.Column("target", sa.String(length=320), nullable=False),
        sa.Column("content", _json(), nullable=False),
        sa.Column("added_by", sa.String(length=120), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_relation")),
        sa.UniqueConstraint("kind", "source", "target", name="uq_policy_relation_kind_source_target"),
    )
    op.create_index("ix_policy_relation_source", "policy_relation", ["source"])
    op.create_index("ix_policy_relation_target", "policy_relation", ["target"])


def downgrade() -> None:
    op.drop_table("policy_relation")
    op.drop_table("policy_clause")
    op.drop_table("policy_document")
