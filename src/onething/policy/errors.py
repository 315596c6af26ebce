"""Errors of the policy room."""

from onething.core.errors import define

MODEL_FAILED = define(
    "policy.model_failed", 502, exit_code=4,
    zh=("起草模型没有给出可用的答复:{why}", "可以改用内置解析器起草,或稍后再试。"),
    en=("The drafting model gave no usable answer: {why}", "Draft with the built-in parser instead, or try again later."),
)  # fmt: skip
NOTHING_CHANGED = define(
    "policy.same_document", 422,
    zh=("两份文件是同一个版本。", "请选择修改前和修改后的两个版本。"),
    en=("Both files are the same version.", "Choose the version before and the one after the amendment."),
)  # fmt: skip
NOT_READY = define(
    "policy.not_ready", 422,
    zh=("草案还有 {count} 处没有弄清,不能提交。", "请逐处补全条件,或把这一条标为人工办理。"),
    en=("The draft still has {count} open places and cannot be submitted.", "Complete each of them, or mark the clause as decided by hand."),
)  # fmt: skip
BAD_AMOUNT = define(
    "policy.bad_amount", 422,
    zh=("金额读不懂:{text}", "请填一个数或规则语言的算式,例如 5000 或 company.graduates_hired * 1500。"),
    en=("The amount cannot be read: {text}", "Give a number or an expression, such as 5000 or company.graduates_hired * 1500."),
)  # fmt: skip
