"""Lines of bank statements that nothing explains, with an owner each; those that stand in suspense already get theirs."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table = op.create_table(
        "pay_suspense",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("booked_on", sa.String(length=10), nullable=False),
        sa.Column("order_id", sa.String(length=40), nullable=True),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("resolved_by", sa.String(length=120), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'resolved')", name=op.f("ck_pay_suspense_state")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pay_suspense")),
    )
    op.create_index("ix_pay_suspense_state_opened_at", "pay_suspense", ["state", "opened_at"])
    transfer = sa.table(
        "pay_transfer",
        sa.column("key"),
        sa.column("credit"),
        sa.column("debit"),
        sa.column("fen"),
        sa.column("order_id"),
        sa.column("at"),
    )
    entry = sa.table("pay_entry", sa.column("reference"), sa.column("booked_on"))
    held = op.get_bind().execute(
        sa.select(transfer).where(
            (transfer.c.credit == "suspense:unclear") | (transfer.c.debit == "receivable:unclear")
        )
    )
    days = {row.reference: row.booked_on for row in op.get_bind().execute(sa.select(entry))}
    found: list[dict[str, object]] = []
    for row in held:
        reference = row.key.split(":", 1)[1]
        money_in = row.credit == "suspense:unclear"
        found.append(
            {
                "key": row.key, "reference": reference[:60], "fen": row.fen if money_in else -row.fen, "currency": "CNY",
                "booked_on": days.get(reference, ""), "order_id": row.order_id, "why": "surplus" if row.key.startswith("surplus:") else "unknown",
                "owner": "finance", "state": "open", "opened_at": _moment(row.at), "how": "", "note": "", "resolved_by": "",
                "resolved_at": None,
            }
        )  # fmt: skip
    if found:
        op.bulk_insert(table, found)


def _moment(at: object) -> datetime:
    found = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def downgrade() -> None:
    op.drop_table("pay_suspense")
