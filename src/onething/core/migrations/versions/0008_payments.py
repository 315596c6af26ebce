"""Tables of payments, company profiles, matching and fulfilment, with the triggers that keep the books."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TOTALS = {
    "sqlite": (
        (
            "CREATE TRIGGER IF NOT EXISTS pay_transfer_totals AFTER INSERT ON pay_transfer BEGIN "
            "UPDATE pay_account SET debits = debits + NEW.fen WHERE id = NEW.debit; "
            "UPDATE pay_account SET credits = credits + NEW.fen WHERE id = NEW.credit; END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION pay_transfer_totals() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "UPDATE pay_account SET debits = debits + CASE WHEN id = NEW.debit THEN NEW.fen ELSE 0 END, "
            "credits = credits + CASE WHEN id = NEW.credit THEN NEW.fen ELSE 0 END WHERE id IN (NEW.debit, NEW.credit); "
            "RETURN NULL; END $$"
        ),
        (
            "CREATE OR REPLACE TRIGGER pay_transfer_totals AFTER INSERT ON pay_transfer FOR EACH ROW "
            "EXECUTE FUNCTION pay_transfer_totals()"
        ),
    ),
}
CLOSED = {
    "sqlite": (
        "CREATE TRIGGER IF NOT EXISTS {0}_no_update BEFORE UPDATE ON {0} BEGIN SELECT RAISE(ABORT, '{0} is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS {0}_no_delete BEFORE DELETE ON {0} BEGIN SELECT RAISE(ABORT, '{0} is append-only'); END",
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION {0}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION '{0} is append-only'; END $$"
        ),
        (
            "CREATE OR REPLACE TRIGGER {0}_no_change BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW "
            "EXECUTE FUNCTION {0}_refuse()"
        ),
    ),
}


def upgrade() -> None:
    op.create_table(
        "company_account",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("number_hash", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("bank", sa.String(length=60), nullable=False),
        sa.Column("basic", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_account")),
        sa.UniqueConstraint("subject_id", "number_hash", name="uq_company_account_number"),
    )
    op.create_table(
        "company_profile",
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("flags", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_company_profile")),
    )
    with op.batch_alter_table("company_profile", schema=None) as batch_op:
        batch_op.create_index("ix_company_profile_changed_at", ["changed_at"], unique=False)

    op.create_table(
        "pay_account",
        sa.Column("id", sa.String(length=90), nullable=False),
        sa.Column("family", sa.String(length=12), nullable=False),
        sa.Column("purse", sa.String(length=76), nullable=False),
        sa.Column("debits", sa.BigInteger(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "family NOT IN ('available', 'reserved', 'transit', 'suspense') OR credits >= debits",
            name=op.f("ck_pay_account_not_overdrawn"),
        ),
        sa.CheckConstraint(
            "family NOT IN ('bank', 'receivable') OR purse = 'unclear' OR debits >= credits",
            name=op.f("ck_pay_account_not_negative"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_account")),
    )
    op.create_table(
        "pay_entry",
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("end_to_end", sa.String(length=35), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.String(length=10), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("order_id", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_pay_entry")),
    )
    with op.batch_alter_table("pay_entry", schema=None) as batch_op:
        batch_op.create_index("ix_pay_entry_outcome", ["outcome"], unique=False)

    op.create_table(
        "pay_order",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("purse", sa.String(length=76), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("payee_name", sa.String(length=200), nullable=False),
        sa.Column("payee_account", sa.String(length=64), nullable=False),
        sa.Column("payee_bank", sa.String(length=60), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=140), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("end_to_end", sa.String(length=35), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("bank_reference", sa.String(length=60), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('reserved', 'sending', 'accepted', 'settled', 'rejected', 'returned', 'cancelled', 'recovering', 'recovered')",
            name=op.f("ck_pay_order_state"),
        ),
        sa.CheckConstraint("fen > 0", name=op.f("ck_pay_order_some")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_order")),
        sa.UniqueConstraint("end_to_end", name=op.f("uq_pay_order_end_to_end")),
        sa.UniqueConstraint("key", name=op.f("uq_pay_order_key")),
    )
    with op.batch_alter_table("pay_order", schema=None) as batch_op:
        batch_op.create_index("ix_pay_order_purse_state", ["purse", "state"], unique=False)
        batch_op.create_index("ix_pay_order_state_due_at", ["state", "due_at"], unique=False)
        batch_op.create_index("ix_pay_order_subject_id_created_at", ["subject_id", "created_at"], unique=False)

    op.create_table(
        "policy_award",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("clause_id", sa.String(length=160), nullable=False),
        sa.Column("clause_version", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column("purse", sa.String(length=76), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("reasons", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pay_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("order_id", sa.String(length=40), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("fen >= 0", name=op.f("ck_policy_award_some")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_award")),
        sa.UniqueConstraint("clause_id", "subject_id", "period", "part", name="uq_policy_award_once"),
    )
    with op.batch_alter_table("policy_award", schema=None) as batch_op:
        batch_op.create_index("ix_policy_award_order_id", ["order_id"], unique=False)
        batch_op.create_index("ix_policy_award_state_pay_after", ["state", "pay_after"], unique=False)
        batch_op.create_index("ix_policy_award_subject_id", ["subject_id", "found_at"], unique=False)

    op.create_table(
        "policy_changed",
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_policy_changed")),
    )
    with op.batch_alter_table("policy_changed", schema=None) as batch_op:
        batch_op.create_index("ix_policy_changed_at", ["at"], unique=False)

    op.create_table(
        "policy_scan",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("companies", sa.Integer(), nullable=False),
        sa.Column("clauses", sa.Integer(), nullable=False),
        sa.Column("millis", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_scan")),
    )
    op.create_table(
        "policy_scenario",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("clause_id", sa.String(length=160), nullable=False),
        sa.Column("changes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("result", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_scenario")),
    )
    with op.batch_alter_table("policy_scenario", schema=None) as batch_op:
        batch_op.create_index("ix_policy_scenario_clause_id", ["clause_id", "at"], unique=False)

    op.create_table(
        "policy_seen",
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("clause_id", sa.String(length=160), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "clause_id", name=op.f("pk_policy_seen")),
    )
    op.create_table(
        "policy_suggestion",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("target_kind", sa.String(length=10), nullable=False),
        sa.Column("target", sa.String(length=160), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=120), nullable=False),
        sa.Column("rule_version", sa.String(length=160), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_suggestion")),
    )
    with op.batch_alter_table("policy_suggestion", schema=None) as batch_op:
        batch_op.create_index("ix_policy_suggestion_agency_state", ["agency", "state", "at"], unique=False)
        batch_op.create_index("ix_policy_suggestion_subject_id", ["subject_id", "at"], unique=False)
        batch_op.create_index("ix_policy_suggestion_target", ["target"], unique=False)

    op.create_table(
        "profile_delivery",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("refused", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_delivery")),
        sa.UniqueConstraint("source", "digest", name="uq_profile_delivery_source_digest"),
    )
    op.create_table(
        "profile_dispute",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("dimension", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("claimed", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_dispute")),
    )
    with op.batch_alter_table("profile_dispute", schema=None) as batch_op:
        batch_op.create_index("ix_profile_dispute_source_state", ["source", "state"], unique=False)
        batch_op.create_index("ix_profile_dispute_subject_id", ["subject_id"], unique=False)

    op.create_table(
        "profile_feed",
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("cursor", sa.String(length=200), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_profile_feed")),
    )
    op.create_table(
        "profile_report",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivery_id", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_profile_report")),
    )
    with op.batch_alter_table("profile_report", schema=None) as batch_op:
        batch_op.create_index("ix_profile_report_subject_id_source", ["subject_id", "source", "as_of"], unique=False)

    op.create_table(
        "pay_transfer",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("debit", sa.String(length=90), nullable=False),
        sa.Column("credit", sa.String(length=90), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.String(length=40), nullable=True),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_pay_transfer_two_accounts")),
        sa.CheckConstraint("fen > 0", name=op.f("ck_pay_transfer_some")),
        sa.ForeignKeyConstraint(["credit"], ["pay_account.id"], name=op.f("fk_pay_transfer_credit_pay_account")),
        sa.ForeignKeyConstraint(["debit"], ["pay_account.id"], name=op.f("fk_pay_transfer_debit_pay_account")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_pay_transfer")),
        sa.UniqueConstraint("key", name=op.f("uq_pay_transfer_key")),
    )
    with op.batch_alter_table("pay_transfer", schema=None) as batch_op:
        batch_op.create_index("ix_pay_transfer_order_id", ["order_id"], unique=False)
    dialect = op.get_context().dialect.name
    for statement in TOTALS[dialect]:
        op.execute(statement)
    for table in ("pay_transfer", "pay_entry", "profile_report"):
        for statement in CLOSED[dialect]:
            op.execute(statement.format(table))


def downgrade() -> None:
    with op.batch_alter_table("pay_transfer", schema=None) as batch_op:
        batch_op.drop_index("ix_pay_transfer_order_id")

    op.drop_table("pay_transfer")
    with op.batch_alter_table("profile_report", schema=None) as batch_op:
        batch_op.drop_index("ix_profile_report_subject_id_source")

    op.drop_table("profile_report")
    op.drop_table("profile_feed")
    with op.batch_alter_table("profile_dispute", schema=None) as batch_op:
        batch_op.drop_index("ix_profile_dispute_subject_id")
        batch_op.drop_index("ix_profile_dispute_source_state")

    op.drop_table("profile_dispute")
    op.drop_table("profile_delivery")
    with op.batch_alter_table("policy_suggestion", schema=None) as batch_op:
        batch_op.drop_index("ix_policy_suggestion_target")
        batch_op.drop_index("ix_policy_suggestion_subject_id")
        batch_op.drop_index("ix_policy_suggestion_agency_state")

    op.drop_table("policy_suggestion")
    op.drop_table("policy_seen")
    with op.batch_alter_table("policy_scenario", schema=None) as batch_op:
        batch_op.drop_index("ix_policy_scenario_clause_id")

    op.drop_table("policy_scenario")
    op.drop_table("policy_scan")
    with op.batch_alter_table("policy_changed", schema=None) as batch_op:
        batch_op.drop_index("ix_policy_changed_at")

    op.drop_table("policy_changed")
    with op.batch_alter_table("policy_award", schema=None) as batch_op:
        batch_op.drop_index("ix_policy_award_subject_id")
        batch_op.drop_index("ix_policy_award_state_pay_after")
        batch_op.drop_index("ix_policy_award_order_id")

    op.drop_table("policy_award")
    with op.batch_alter_table("pay_order", schema=None) as batch_op:
        batch_op.drop_index("ix_pay_order_subject_id_created_at")
        batch_op.drop_index("ix_pay_order_state_due_at")
        batch_op.drop_index("ix_pay_order_purse_state")

    op.drop_table("pay_order")
    with op.batch_alter_table("pay_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_pay_entry_outcome")

    op.drop_table("pay_entry")
    op.drop_table("pay_account")
    with op.batch_alter_table("company_profile", schema=None) as batch_op:
        batch_op.drop_index("ix_company_profile_changed_at")

    op.drop_table("company_profile")
    op.drop_table("company_account")
    if op.get_context().dialect.name == "postgresql":
        for name in ("pay_transfer_refuse", "pay_entry_refuse", "profile_report_refuse", "pay_transfer_totals"):
            op.execute(f"DROP FUNCTION IF EXISTS {name}()")
