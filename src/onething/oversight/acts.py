"""What of the logs only officials may do."""

from onething.core.rights.service import ADMIN, AUDITOR, Reach, act

READ_ACTS = act(
    "oversight.act.read", "查看操作记录", "read the log of acts", Reach.INSTALLATION, ADMIN | AUDITOR, looks=True
)  # fmt: skip
READ_LOOKS = act(
    "oversight.look.read", "查看人员和查阅记录", "see who works here, and who looked at whose data", Reach.INSTALLATION, ADMIN | AUDITOR, looks=True
)  # fmt: skip

ACTS = (READ_ACTS, READ_LOOKS)
