"""The errors of notices that a person meets."""

from onething.core.errors import define

NO_CHANNEL = define(
    "notices.no_channel", 500, exit_code=2,
    zh=("没有名为“{name}”的短信通道。", "请检查 ONETHING_SMS_CHANNEL，可用的有：{known}。"),
    en=("There is no SMS channel “{name}”.", "Check ONETHING_SMS_CHANNEL; there are: {known}."),
)  # fmt: skip
UNFIT_CARRIER = define(
    "notices.unfit_no_carrier", 500,
    zh=("没有短信通道：进度和验证码发不出去。", "请设置 ONETHING_SMS_URL，或 ONETHING_SMS_CHANNEL（onething notices list 列出已安装的通道）。"),
    en=("There is no SMS carrier: nobody is told of progress.", "Set ONETHING_SMS_URL, or ONETHING_SMS_CHANNEL (`onething notices list` shows what is installed)."),
)  # fmt: skip
UNFIT_SANDBOX = define(
    "notices.unfit_sandbox_phone", 500,
    zh=("短信发到沙箱的模拟手机，真实的人收不到。", "请去掉 ONETHING_SMS_SANDBOX_URL，并设置真实的短信通道。"),
    en=("Messages go to the sandbox's phone, not to people.", "Unset ONETHING_SMS_SANDBOX_URL and set a real carrier."),
)  # fmt: skip
