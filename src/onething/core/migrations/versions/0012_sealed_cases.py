"""Names on cases sealed and found by keyed hashes; room for what else lies sealed now. The worker seals old names at its start."""

import sqlalchemy as sa
from alembic import op

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


def downgrade() -> None:
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
