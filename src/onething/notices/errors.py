"""The errors of notices that a person meets."""

from onething.core.errors import define

NO_CHANNEL = define(
    "notices.no_channel", 500, exit_code=2,
    zh=("没有名为“{name}”的短信通道。", "请检查 ONETHING_SMS_CHANNEL,可用的有：{known}。"),
    en=("There is no SMS channel “{name}”.", "Check ONETHING_SMS_CHANNEL; there are: {known}."),
)  # fmt: skip
