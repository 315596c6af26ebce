"""Names on cases sealed and found by keyed hashes; room for what else lies sealed now. The worker seals old rows at its start."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from onething.core.private import keyed_hash

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_name",
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("mark", "case_id", name=op.f("pk_case_name")),
    )
    op.create_index("ix_case_name_case_id", "case_name", ["case_id"])
    with op.batch_alter_table("cases") as batch:
        batch.drop_index("ix_cases_applicant_name")
        batch.alter_column("applicant_name", existing_type=sa.String(80), type_=sa.String(), existing_nullable=False)
    with op.batch_alter_table("check_run") as batch:
        batch.add_column(sa.Column("subject_id", sa.String(40), nullable=False, server_default=""))
    _mark_numbers()
    _make_room()
    _payees()
    with op.batch_alter_table("credential") as batch:
        batch.alter_column("reason", existing_type=sa.String(200), type_=sa.Text(), existing_nullable=False)
    with op.batch_alter_table("exchange_forward") as batch:
        batch.add_column(sa.Column("subject_id", sa.String(40), nullable=False, server_default=""))
    op.create_index("ix_gateway_effect_at", "gateway_effect", ["at"])
    with op.batch_alter_table("robot_run") as batch:
        batch.add_column(sa.Column("pictures", sa.Boolean(), nullable=False, server_default=sa.true()))
    for table, column in (("check_run", "subject_id"), ("exchange_forward", "subject_id"), ("robot_run", "pictures")):
        with op.batch_alter_table(table) as batch:  # only rows that were there need one
            batch.alter_column(column, server_default=None)
    op.create_index(
        "ix_robot_run_pictures",
        "robot_run",
        ["at"],
        sqlite_where=sa.text("pictures"),
        postgresql_where=sa.text("pictures"),
    )


def _payees() -> None:
    """Whom an order pays becomes one value."""
    told = {
        "sqlite": "json_object('name', payee_name, 'account', payee_account, 'bank', payee_bank)",
        "postgresql": "json_build_object('name', payee_name, 'account', payee_account, 'bank', payee_bank)::text",
    }[op.get_bind().dialect.name]
    with op.batch_alter_table("pay_order") as batch:
        batch.add_column(sa.Column("payee", sa.String(), nullable=True))
    op.execute(f"UPDATE pay_order SET payee = {told}")  # noqa: S608 - constants
    with op.batch_alter_table("pay_order") as batch:
        batch.alter_column("payee", existing_type=sa.String(), nullable=False)
        for name in ("payee_name", "payee_account", "payee_bank"):
            batch.drop_column(name)
    with op.batch_alter_table("company_account") as batch:
        batch.alter_column("number", existing_type=sa.String(64), type_=sa.String(), existing_nullable=False)


def _payees_back() -> None:
    with op.batch_alter_table("company_account") as batch:
        batch.alter_column("number", existing_type=sa.String(), type_=sa.String(64), existing_nullable=False)
    for name, length in (("payee_name", 200), ("payee_account", 64), ("payee_bank", 60)):
        with op.batch_alter_table("pay_order") as batch:
            batch.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
            batch.alter_column(name, server_default=None)
    with op.batch_alter_table("pay_order") as batch:
        batch.drop_column("payee")


def _make_room() -> None:
    """File names become sealed JSON; sessions of before end, people sign in again."""
    quoted = {"sqlite": "json_quote(filename)", "postgresql": "to_json(filename)::text"}[op.get_bind().dialect.name]
    with op.batch_alter_table("filing_document") as batch:
        batch.alter_column("filename", existing_type=sa.String(200), type_=sa.Text(), nullable=True)
    op.execute(f"UPDATE filing_document SET filename = {quoted}")  # noqa: S608 - a constant
    op.execute("DELETE FROM web_session")
    with op.batch_alter_table("web_session") as batch:
        batch.drop_column("name")
        batch.drop_column("data")
        batch.add_column(sa.Column("content", sa.LargeBinary(), nullable=False))


def _mark_numbers() -> None:
    """Numbers of certificates are told apart by a keyed hash from now on; those that lie open are read as they are."""
    with op.batch_alter_table("certificate") as batch:
        batch.add_column(sa.Column("number_mark", sa.String(64), nullable=True))
    table = sa.table("certificate", sa.column("id"), sa.column("number"), sa.column("number_mark"))
    bind = op.get_bind()
    for row in bind.execute(sa.select(table.c.id, table.c.number)).all():
        mark = keyed_hash("blind index certificate.number", row.number)
        bind.execute(sa.update(table).where(table.c.id == row.id).values(number_mark=mark))
    with op.batch_alter_table("certificate") as batch:
        batch.drop_constraint(op.f("uq_certificate_number"), type_="unique")
        batch.alter_column("number", existing_type=sa.String(60), type_=sa.String(), existing_nullable=False)
        batch.alter_column("number_mark", existing_type=sa.String(64), nullable=False)
        batch.create_unique_constraint(op.f("uq_certificate_number_mark"), ["number_mark"])


def downgrade() -> None:
    _payees_back()
    op.execute("DELETE FROM web_session")
    with op.batch_alter_table("web_session") as batch:
        batch.drop_column("content")
        batch.add_column(sa.Column("name", sa.String(120), nullable=True))
        batch.add_column(sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False))
    with op.batch_alter_table("filing_document") as batch:
        batch.alter_column("filename", existing_type=sa.Text(), type_=sa.String(200), nullable=False)
    with op.batch_alter_table("certificate") as batch:
        batch.drop_constraint(op.f("uq_certificate_number_mark"), type_="unique")
        batch.drop_column("number_mark")
        batch.alter_column("number", existing_type=sa.String(), type_=sa.String(60), existing_nullable=False)
        batch.create_unique_constraint(op.f("uq_certificate_number"), ["number"])
    op.drop_index("ix_robot_run_pictures", "robot_run")
    with op.batch_alter_table("robot_run") as batch:
        batch.drop_column("pictures")
    op.drop_index("ix_gateway_effect_at", "gateway_effect")
    with op.batch_alter_table("exchange_forward") as batch:
        batch.drop_column("subject_id")
    with op.batch_alter_table("credential") as batch:
        batch.alter_column("reason", existing_type=sa.Text(), type_=sa.String(200), existing_nullable=False)
    with op.batch_alter_table("check_run") as batch:
        batch.drop_column("subject_id")
    with op.batch_alter_table("cases") as batch:
        batch.alter_column("applicant_name", existing_type=sa.String(), type_=sa.String(80), existing_nullable=False)
        batch.create_index("ix_cases_applicant_name", ["applicant_name", "id"])
    op.drop_table("case_name")
