"""The errors of this room that a person meets."""

from onething.core.errors import define

NOT_THERE = define(
    "webhooks.not_found", 404, exit_code=3,
    zh=("没有这个订阅或这条消息。", "请用 onething webhooks list 查看现有的订阅。"),
    en=("There is no such subscription or message.", "`onething webhooks list` shows the subscriptions there are."),
)  # fmt: skip
BAD_ADDRESS = define(
    "webhooks.bad_address", 422, exit_code=2,
    zh=("回调地址不能用：{why}。", "请给出一个公网可达的 https 地址；本地网络的地址须由管理员写入 ONETHING_WEBHOOKS_NETWORKS。"),
    en=("The address cannot be used: {why}.", "Give an https address that is reachable from outside; networks inside the city are allowed in ONETHING_WEBHOOKS_NETWORKS."),
)  # fmt: skip
UNKNOWN_TYPE = define(
    "webhooks.unknown_type", 422, exit_code=2,
    zh=("没有“{type}”这种事件。", "事件种类见 docs/reference/events.md；可用 case.* 或 *。"),
    en=("There are no events of type “{type}”.", "docs/reference/events.md lists the types; `case.*` and `*` are taken too."),
)  # fmt: skip
TOO_MANY = define(
    "webhooks.too_many", 409,
    zh=("订阅已达上限（{most} 个）。", "请先删除不再使用的订阅。"),
    en=("There are {most} subscriptions already, which is the limit.", "Remove one that is not used any more."),
)  # fmt: skip
NOT_AGAIN = define(
    "webhooks.still_due", 409,
    zh=("这条消息还在等待发送。", "系统会自动重试，无需手动补发。"),
    en=("This message still waits to be sent.", "It is tried again by itself; nothing needs to be done."),
)  # fmt: skip
