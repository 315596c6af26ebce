"""Sessions are found by who signed in, and by the session at the identity provider that they came from."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("web_session", sa.Column("provider_session", sa.String(64), nullable=True))
    op.create_index("ix_web_session_user_id", "web_session", ["user_id"])
    op.create_index("ix_web_session_provider_session", "web_session", ["provider_session"])


def downgrade() -> None:
    op.drop_index("ix_web_session_provider_session", "web_session")
    op.drop_index("ix_web_session_user_id", "web_session")
    op.drop_column("web_session", "provider_session")
