"""What of subscriptions only officials may do."""

from onething.core.rights.service import ADMIN, OFFICER, OFFICIALS, Reach, act

READ = act(
    "webhooks.subscription.read", "查看回调订阅", "see subscriptions", Reach.AGENCY, OFFICIALS, looks=True
)  # fmt: skip
MANAGE = act(
    "webhooks.subscription.manage", "登记和管理回调订阅", "add and manage subscriptions", Reach.AGENCY, OFFICER | ADMIN
)  # fmt: skip
WITH_DETAILS = act(
    "webhooks.subscription.details", "登记带详细内容的回调订阅", "subscribe to messages with details", Reach.INSTALLATION, ADMIN
)  # fmt: skip

ACTS = (READ, MANAGE, WITH_DETAILS)
