"""Errors of the policy room."""

from onething.core.errors import define

MODEL_FAILED = define(
    "policy.model_failed", 502, exit_code=4,
    zh=("起草模型没有给出可用的答复：{why}", "可以改用内置解析器起草，或稍后再试。"),
    en=("The drafting model gave no usable answer: {why}", "Draft with the built-in parser instead, or try again later."),
)  # fmt: skip
NOTHING_CHANGED = define(
    "policy.same_document", 422,
    zh=("两份文件是同一个版本。", "请选择修改前和修改后的两个版本。"),
    en=("Both files are the same version.", "Choose the version before and the one after the amendment."),
)  # fmt: skip
NOT_READY = define(
    "policy.not_ready", 422,
    zh=("草案还有 {count} 处没有弄清，不能提交。", "请逐处补全条件，或把这一条标为人工办理。"),
    en=("The draft still has {count} open places and cannot be submitted.", "Complete each of them, or mark the clause as decided by hand."),
)  # fmt: skip
NOTHING_DECIDED = define(
    "policy.nothing_decided", 422,
    zh=("按边界例子试了一遍，规则一个也判不出来，不能提交。", "请看规则读的是哪些数据：名称要和登记的一致，类型要对，再试例子。"),
    en=("Tried on the boundary examples, the rules decide none of them, so the clause cannot be handed over.", "Look at which data the rules read: names as they are registered, and of the right type; then try the examples again."),
)  # fmt: skip
BAD_AMOUNT = define(
    "policy.bad_amount", 422,
    zh=("金额读不懂：{text}", "请填一个数或规则语言的算式，例如 5000 或 company.graduates_hired * 1500。"),
    en=("The amount cannot be read: {text}", "Give a number or an expression, such as 5000 or company.graduates_hired * 1500."),
)  # fmt: skip

EMPTY = define(
    "feedback.empty", 422,
    zh=("请写下您的建议。", "一句话就行：哪里不合理，怎样改更好。"),
    en=("Write your suggestion.", "One sentence will do: what is wrong, and what would be better."),
)  # fmt: skip
NO_ANSWER = define(
    "feedback.no_answer", 422,
    zh=("请写答复。", "说明采纳与否和原因；采纳的请写上改成了哪个版本。"),
    en=("Write the answer.", "Say whether it is taken up and why; if it is, name the version that came of it."),
)  # fmt: skip
ANSWERED_BEFORE = define(
    "feedback.answered_before", 409,
    zh=("选中的建议里有已经答复过的，企业也已收到答复；这次没有保存。", "请刷新列表，只选还没有答复的。"),
    en=("Some of these suggestions have been answered and their companies told; nothing was saved this time.", "Reload the list and choose those that are open."),
)  # fmt: skip
NO_VERSION = define(
    "feedback.no_version", 422,
    zh=("请选改成了哪个版本。", "没有新版本的，先在“法规”里起草并审核，再来选。"),
    en=("Choose the version that came of it.", "If there is none yet, draft one under Regulations and have it approved."),
)  # fmt: skip
NO_AGENCY = define(
    "feedback.no_agency", 422,
    zh=("请选另一个部门。", "选能答复这条建议的部门，它会看到原话。"),
    en=("Choose another agency.", "Choose the agency that can answer; it sees the suggestion as it was written."),
)  # fmt: skip
BAD_CLAUSES = define(
    "policy.bad_clauses", 500, exit_code=2,
    zh=("政策条款文件有误：{file}，{why}。", "请按提示修改 policy/ 里的文件。"),
    en=("The policy clauses are not valid: {file}, {why}.", "Correct the file under policy/."),
)  # fmt: skip
BAD_DIAL = define(
    "policy.bad_dial", 422,
    zh=("“{name}”要填一个数。", "请填不小于 0 的数，再试一次。"),
    en=("“{name}” must be a number.", "Enter a number of 0 or more and try again."),
)  # fmt: skip
