"""What may go wrong with certificates, in words."""

from onething.core.errors import define

__all__ = ["BROKEN", "NOT_CHANGED", "NOT_READY", "NO_FIELDS", "SHARE_OVER", "SHARE_VOID"]

NOT_READY = define(
    "credentials.not_ready", 409,
    zh=("这份证照正在签名，还差几秒钟。", "请稍后刷新页面再试。"),
    en=("This certificate is being signed and needs a few more seconds.", "Reload the page and try again."),
)  # fmt: skip
NOT_CHANGED = define(
    "credentials.not_changed", 409,
    zh=("这份证照现在是“{status}”状态，不能这样变更。", "请先核对证照当前状态。"),
    en=("This certificate is {status} and cannot be changed that way.", "Look at its present status first."),
)  # fmt: skip
SHARE_OVER = define(
    "credentials.share_over", 410,
    zh=("这个出示码已经过期，或者持证人已停止出示。", "请让持证人重新生成一个出示码。"),
    en=("This code has expired, or its holder has ended it.", "Ask the holder for a new code."),
)  # fmt: skip
SHARE_VOID = define(
    "credentials.share_void", 410,
    zh=("这份证照已过期，或者已被签发部门暂停、撤销或替换，不能再出示。", "请不要采用，并让持证人联系签发部门。"),
    en=("This certificate has expired, or its agency has suspended, revoked or replaced it.", "Do not rely on it; its holder should ask the agency."),
)  # fmt: skip
NO_FIELDS = define(
    "credentials.no_fields", 400, exit_code=2,
    zh=("没有选择要出示的内容。", "请至少选择一项。"),
    en=("Nothing was chosen to be shown.", "Choose at least one field."),
)  # fmt: skip

BROKEN = define(
    "credentials.broken", 422,
    zh=("证照数据不完整或被改动过：{why}。", "请向签发部门核实，不要使用这份文件。"),
    en=("The certificate's data is incomplete or was altered: {why}.", "Ask the agency that issued it, and do not rely on this file."),
)  # fmt: skip
