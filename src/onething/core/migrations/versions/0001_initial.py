"""All tables of the first version, with the triggers that keep the logs append-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from onething.core.tables import append_only_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("event_log", "access_log")


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=True),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_access_log")),
    )
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.create_index("ix_access_log_subject_id_seq", ["subject_id", "seq"], unique=False)

    op.create_table(
        "case_evidence",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.String(length=60), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("origin", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "slot", name=op.f("pk_case_evidence")),
    )
    op.create_table(
        "case_plan",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_case_plan")),
    )
    op.create_table(
        "case_task",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=100), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("after", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("result", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "task_id", name=op.f("pk_case_task")),
    )
    with op.batch_alter_table("case_task", schema=None) as batch_op:
        batch_op.create_index(
            "ix_case_task_alarm",
            ["alarm_at"],
            unique=False,
            sqlite_where=sa.text("status IN ('planned', 'running', 'waiting')"),
            postgresql_where=sa.text("status IN ('planned', 'running', 'waiting')"),
        )

    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("city", sa.String(length=60), nullable=False),
        sa.Column("life_event", sa.String(length=60), nullable=False),
        sa.Column("catalog_version", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column(
            "applicant_name",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("plan_digest", sa.String(length=64), nullable=False),
        sa.Column("filing", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("absent", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("reasons", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_cases_fingerprint")),
        sa.UniqueConstraint("key", name=op.f("uq_cases_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_cases_reference")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_applicant_name", ["applicant_name", "id"], unique=False)
        batch_op.create_index("ix_cases_subject", ["subject_id", "submitted_at", "id"], unique=False)
        batch_op.create_index("ix_cases_submitted", ["submitted_at", "id"], unique=False)

    op.create_table(
        "certificate",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=100), nullable=False),
        sa.Column("slot", sa.String(length=60), nullable=False),
        sa.Column("evidence_type", sa.String(length=60), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("pdf", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index("ix_certificate_case", ["case_id"], unique=False)
        batch_op.create_index("ix_certificate_subject", ["subject_id", "issued_at", "id"], unique=False)

    op.create_table(
        "event_log",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stream", sa.String(length=80), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_log")),
        sa.UniqueConstraint("id", name=op.f("uq_event_log_id")),
    )
    with op.batch_alter_table("event_log", schema=None) as batch_op:
        batch_op.create_index("ix_event_log_stream_seq", ["stream", "seq"], unique=False)
        batch_op.create_index("ix_event_log_type_seq", ["type", "seq"], unique=False)

    op.create_table(
        "exchange_message",
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=True),
        sa.Column("subject_id", sa.String(length=40), nullable=True),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column("operation", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.String(length=120), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ms", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_exchange_message")),
    )
    with op.batch_alter_table("exchange_message", schema=None) as batch_op:
        batch_op.create_index("ix_exchange_message_agency_at", ["agency", "at"], unique=False)
        batch_op.create_index("ix_exchange_message_at", ["at"], unique=False)
        batch_op.create_index("ix_exchange_message_case_id_at", ["case_id", "at"], unique=False)
        batch_op.create_index("ix_exchange_message_subject_id_at", ["subject_id", "at"], unique=False)

    op.create_table(
        "filing",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("city", sa.String(length=60), nullable=False),
        sa.Column("life_event", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("leave_out", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("asking_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", sa.String(length=40), nullable=True),
        sa.Column("case_reference", sa.String(length=24), nullable=True),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'submitting', 'submitted', 'abandoned')", name=op.f("ck_filing_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
    )
    with op.batch_alter_table("filing", schema=None) as batch_op:
        batch_op.create_index("ix_filing_subject", ["subject_id", "updated_at", "id"], unique=False)
        batch_op.create_index("uq_filing_client_key", ["client_key"], unique=True)

    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("event_type", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("stream", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("event_id", "channel", "subject_id", name=op.f("uq_notice_event_id_channel_subject_id")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notice_due_at",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )
        batch_op.create_index("ix_notice_state_created_at", ["state", "created_at"], unique=False)
        batch_op.create_index("ix_notice_subject_id_created_at", ["subject_id", "created_at"], unique=False)

    op.create_table(
        "rule_version",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("reviewer", sa.String(length=120), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("back_to", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lock", sa.Integer(), nullable=False),
        sa.Column("notes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_version")),
        sa.UniqueConstraint("name", "number", name="uq_rule_version_name_number"),
    )
    with op.batch_alter_table("rule_version", schema=None) as batch_op:
        batch_op.create_index("ix_rule_version_name_status", ["name", "status"], unique=False)

    op.create_table(
        "segment",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_on", sa.String(length=60), nullable=True),
        sa.Column("worker_id", sa.String(length=80), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "k", name=op.f("pk_segment")),
    )
    with op.batch_alter_table("segment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_segment_claimed",
            ["worker_id"],
            unique=False,
            sqlite_where=sa.text("state = 'claimed'"),
            postgresql_where=sa.text("state = 'claimed'"),
        )
        batch_op.create_index(
            "ix_segment_done",
            ["done_at"],
            unique=False,
            sqlite_where=sa.text("state = 'done'"),
            postgresql_where=sa.text("state = 'done'"),
        )
        batch_op.create_index(
            "ix_segment_ready",
            ["run_at"],
            unique=False,
            sqlite_where=sa.text("state = 'ready'"),
            postgresql_where=sa.text("state = 'ready'"),
        )
        batch_op.create_index(
            "ix_segment_waiting_on",
            ["waiting_on", "run_at"],
            unique=False,
            sqlite_where=sa.text("state = 'ready' AND waiting_on IS NOT NULL"),
            postgresql_where=sa.text("state = 'ready' AND waiting_on IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_segment_one_claimed",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("state = 'claimed'"),
            postgresql_where=sa.text("state = 'claimed'"),
        )
        batch_op.create_index(
            "uq_segment_one_ready",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("state = 'ready'"),
            postgresql_where=sa.text("state = 'ready'"),
        )

    op.create_table(
        "subject",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("oidc_sub", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("id_number", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=64), nullable=True),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("sms_opt_in", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'organisation')", name=op.f("ck_subject_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sa.UniqueConstraint("id_hash", name=op.f("uq_subject_id_hash")),
        sa.UniqueConstraint("oidc_sub", name=op.f("uq_subject_oidc_sub")),
    )
    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=True),
        sa.Column("user_id", sa.String(length=120), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("subject_id", sa.String(length=40), nullable=True),
        sa.Column("agency_id", sa.String(length=60), nullable=True),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_web_session")),
    )
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.create_index("ix_web_session_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "work_item",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=100), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column("life_event", sa.String(length=60), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assignee", sa.String(length=80), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_item")),
    )
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.create_index(
            "ix_work_item_all",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'open' AND kind <> 'supplement'"),
            postgresql_where=sa.text("status = 'open' AND kind <> 'supplement'"),
        )
        batch_op.create_index("ix_work_item_case", ["case_id", "status"], unique=False)
        batch_op.create_index(
            "ix_work_item_decided",
            ["agency", "decided_at", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'done' AND kind <> 'supplement'"),
            postgresql_where=sa.text("status = 'done' AND kind <> 'supplement'"),
        )
        batch_op.create_index(
            "ix_work_item_inbox",
            ["agency", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'open' AND kind <> 'supplement'"),
            postgresql_where=sa.text("status = 'open' AND kind <> 'supplement'"),
        )

    op.create_table(
        "worker",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("boot", sa.String(length=40), nullable=False),
        sa.Column("host", sa.String(length=120), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.create_table(
        "filing_answer",
        sa.Column("filing_id", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.String(length=60), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("source", sa.String(length=9), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_filing_answer_filing_id_filing"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("filing_id", "slot", "field", name=op.f("pk_filing_answer")),
    )
    op.create_table(
        "filing_consent",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("filing_id", sa.String(length=40), nullable=False),
        sa.Column("operation", sa.String(length=121), nullable=False),
        sa.Column("purpose", sa.String(length=120), nullable=False),
        sa.Column("separate", sa.Boolean(), nullable=False),
        sa.Column("text_version", sa.String(length=16), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_filing_consent_filing_id_filing"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_consent")),
    )
    with op.batch_alter_table("filing_consent", schema=None) as batch_op:
        batch_op.create_index("ix_filing_consent_filing", ["filing_id"], unique=False)

    op.create_table(
        "filing_document",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("filing_id", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=True),
        sa.Column("type_chosen", sa.Boolean(), nullable=False),
        sa.Column("slot", sa.String(length=60), nullable=True),
        sa.Column("fields", sa.Text(), nullable=True),
        sa.Column("problems", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("preview", sa.String(length=64), nullable=True),
        sa.Column("page", sa.SmallInteger(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("reader", sa.String(length=80), nullable=True),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('queued', 'reading', 'read', 'failed')", name=op.f("ck_filing_document_state")),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_filing_document_filing_id_filing"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_document")),
    )
    with op.batch_alter_table("filing_document", schema=None) as batch_op:
        batch_op.create_index(
            "ix_filing_document_unread",
            ["state", "added_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('queued', 'reading')"),
            postgresql_where=sa.text("state IN ('queued', 'reading')"),
        )
        batch_op.create_index("uq_filing_document_content", ["filing_id", "digest", "part"], unique=True)

    op.create_table(
        "filing_fact",
        sa.Column("filing_id", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.String(length=60), nullable=False),
        sa.Column("source_index", sa.SmallInteger(), nullable=False),
        sa.Column("operation", sa.String(length=121), nullable=False),
        sa.Column("asked", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("data", sa.Text(), nullable=True),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_filing_fact_filing_id_filing"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("filing_id", "slot", "source_index", name=op.f("pk_filing_fact")),
    )

    for table in APPEND_ONLY:
        for statement in append_only_statements(table, op.get_context().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("filing_fact")
    with op.batch_alter_table("filing_document", schema=None) as batch_op:
        batch_op.drop_index("uq_filing_document_content")
        batch_op.drop_index(
            "ix_filing_document_unread",
            sqlite_where=sa.text("state IN ('queued', 'reading')"),
            postgresql_where=sa.text("state IN ('queued', 'reading')"),
        )

    op.drop_table("filing_document")
    with op.batch_alter_table("filing_consent", schema=None) as batch_op:
        batch_op.drop_index("ix_filing_consent_filing")

    op.drop_table("filing_consent")
    op.drop_table("filing_answer")
    op.drop_table("worker")
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_work_item_inbox",
            sqlite_where=sa.text("status = 'open' AND kind <> 'supplement'"),
            postgresql_where=sa.text("status = 'open' AND kind <> 'supplement'"),
        )
        batch_op.drop_index(
            "ix_work_item_decided",
            sqlite_where=sa.text("status = 'done' AND kind <> 'supplement'"),
            postgresql_where=sa.text("status = 'done' AND kind <> 'supplement'"),
        )
        batch_op.drop_index("ix_work_item_case")
        batch_op.drop_index(
            "ix_work_item_all",
            sqlite_where=sa.text("status = 'open' AND kind <> 'supplement'"),
            postgresql_where=sa.text("status = 'open' AND kind <> 'supplement'"),
        )

    op.drop_table("work_item")
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.drop_index("ix_web_session_expires_at")

    op.drop_table("web_session")
    op.drop_table("subject")
    with op.batch_alter_table("segment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_segment_one_ready", sqlite_where=sa.text("state = 'ready'"), postgresql_where=sa.text("state = 'ready'")
        )
        batch_op.drop_index(
            "uq_segment_one_claimed",
            sqlite_where=sa.text("state = 'claimed'"),
            postgresql_where=sa.text("state = 'claimed'"),
        )
        batch_op.drop_index(
            "ix_segment_waiting_on",
            sqlite_where=sa.text("state = 'ready' AND waiting_on IS NOT NULL"),
            postgresql_where=sa.text("state = 'ready' AND waiting_on IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_segment_ready", sqlite_where=sa.text("state = 'ready'"), postgresql_where=sa.text("state = 'ready'")
        )
        batch_op.drop_index(
            "ix_segment_done", sqlite_where=sa.text("state = 'done'"), postgresql_where=sa.text("state = 'done'")
        )
        batch_op.drop_index(
            "ix_segment_claimed",
            sqlite_where=sa.text("state = 'claimed'"),
            postgresql_where=sa.text("state = 'claimed'"),
        )

    op.drop_table("segment")
    with op.batch_alter_table("rule_version", schema=None) as batch_op:
        batch_op.drop_index("ix_rule_version_name_status")

    op.drop_table("rule_version")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_subject_id_created_at")
        batch_op.drop_index("ix_notice_state_created_at")
        batch_op.drop_index(
            "ix_notice_due_at", sqlite_where=sa.text("state = 'due'"), postgresql_where=sa.text("state = 'due'")
        )

    op.drop_table("notice")
    with op.batch_alter_table("filing", schema=None) as batch_op:
        batch_op.drop_index("uq_filing_client_key")
        batch_op.drop_index("ix_filing_subject")

    op.drop_table("filing")
    with op.batch_alter_table("exchange_message", schema=None) as batch_op:
        batch_op.drop_index("ix_exchange_message_subject_id_at")
        batch_op.drop_index("ix_exchange_message_case_id_at")
        batch_op.drop_index("ix_exchange_message_at")
        batch_op.drop_index("ix_exchange_message_agency_at")

    op.drop_table("exchange_message")
    with op.batch_alter_table("event_log", schema=None) as batch_op:
        batch_op.drop_index("ix_event_log_type_seq")
        batch_op.drop_index("ix_event_log_stream_seq")

    op.drop_table("event_log")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index("ix_certificate_subject")
        batch_op.drop_index("ix_certificate_case")

    op.drop_table("certificate")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index("ix_cases_submitted")
        batch_op.drop_index("ix_cases_subject")
        batch_op.drop_index("ix_cases_applicant_name")

    op.drop_table("cases")
    with op.batch_alter_table("case_task", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_case_task_alarm",
            sqlite_where=sa.text("status IN ('planned', 'running', 'waiting')"),
            postgresql_where=sa.text("status IN ('planned', 'running', 'waiting')"),
        )

    op.drop_table("case_task")
    op.drop_table("case_plan")
    op.drop_table("case_evidence")
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.drop_index("ix_access_log_subject_id_seq")

    op.drop_table("access_log")
    if op.get_context().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP FUNCTION IF EXISTS {table}_refuse()")
