"""Certificates have numbers like the real ones: a running number where the agency gives none; one issued anew may keep its number."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_serial",
        sa.Column("serial", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("certificate_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_certificate_serial")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_certificate_serial_certificate_id")),
        sqlite_autoincrement=True,
    )
    held = sa.text("code = 'certificate_incomplete'")
    op.create_index("ix_case_task_held", "case_task", ["case_id"], sqlite_where=held, postgresql_where=held)
    with op.batch_alter_table("certificate") as batch:
        batch.drop_constraint("uq_certificate_number_mark", type_="unique")
        batch.create_index("ix_certificate_number_mark", ["number_mark"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("certificate") as batch:
        batch.drop_index("ix_certificate_number_mark")
        batch.create_unique_constraint("uq_certificate_number_mark", ["number_mark"])
    op.drop_index("ix_case_task_held", "case_task")
    op.drop_table("certificate_serial")
