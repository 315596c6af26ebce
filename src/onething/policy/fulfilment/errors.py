"""What can go wrong with a benefit, in words."""

from onething.core.errors import define

NOT_OPEN = define(
    "benefits.not_open", 409,
    zh=("这笔补贴现在已经不能这样操作了：它的状态已变化。", "请刷新页面看最新进展；有疑问可以给主管部门留言。"),
    en=("This can no longer be done: the benefit has moved on.", "Reload to see where it stands; you can write to the agency if you have a question."),
)  # fmt: skip
NO_REASON = define(
    "benefits.no_reason", 422,
    zh=("请写一句不接受的原因。", "写明后提交；主管部门会看到，这笔钱不会拨付。"),
    en=("Say in a sentence why you do not want it.", "Then send; the agency sees it and the money is not paid."),
)  # fmt: skip
