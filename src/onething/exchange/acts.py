"""What of exchanges with agencies only officials may do."""

from onething.core.rights.service import ADMIN, AUDITOR, OFFICER, OFFICIALS, Reach, act

READ_HEALTH = act(
    "exchange.health.read", "查看各部门系统是否正常", "see how the systems of agencies answer", Reach.CITY, OFFICIALS, looks=True
)  # fmt: skip
READ_MESSAGES = act(
    "exchange.message.read", "查看与各部门的最新往来", "see the latest messages to and from agencies", Reach.CITY, ADMIN | AUDITOR, looks=True
)  # fmt: skip
READ_ROBOTS = act(
    "exchange.robot.read", "查看机器人的运行", "see how robots go", Reach.AGENCY, OFFICIALS, looks=True
)  # fmt: skip
OPEN_PICTURES = act(
    "exchange.robot.pictures", "查看机器人操作时的画面", "see what robots had on their screens", Reach.AGENCY, OFFICER | AUDITOR, looks=True
)  # fmt: skip

ACTS = (READ_HEALTH, READ_MESSAGES, READ_ROBOTS, OPEN_PICTURES)
