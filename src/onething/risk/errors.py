"""Errors of the risk room."""

from onething.core.errors import define

BAD_POLICY = define(
    "risk.bad_policy", 422, exit_code=2,
    zh=("风险数据文件 {file} 有问题：{why}", "请按 docs/risk.md 修改后重试。"),
    en=("The risk data in {file} is not valid: {why}", "Correct it as described in docs/risk.md and try again."),
)  # fmt: skip
NO_POLICY = define(
    "risk.no_policy", 404, exit_code=3,
    zh=("这个城市没有风险数据。", "在城市包里加入 risk/policy.yaml(见 docs/risk.md)。"),
    en=("This city has no risk data.", "Add risk/policy.yaml to the city package (see docs/risk.md)."),
)  # fmt: skip
TOO_FEW_FINDINGS = define(
    "risk.too_few_findings", 409,
    zh=("查实的结果还不够训练模型：{why}", "继续记录查实结果；在此之前由规则提示。"),
    en=("There are not enough findings to grow a model: {why}", "Keep recording findings; until then the rules refer alone."),
)  # fmt: skip
NO_SUCH_MODEL = define(
    "risk.no_such_model", 404, exit_code=3,
    zh=("没有这个版本的模型。", "用 onething risk models 查看有哪些。"),
    en=("There is no such version of the model.", "See `onething risk models` for what there is."),
)  # fmt: skip
FOUR_EYES = define(
    "risk.four_eyes", 409,
    zh=("模型要由训练者以外的人批准。", "请由另一位负责人批准。"),
    en=("A model is approved by somebody other than its trainer.", "Ask another responsible official to approve it."),
)  # fmt: skip
UNREADABLE_HISTORY = define(
    "risk.unreadable_history", 422, exit_code=2,
    zh=("历史数据 {file} 读不了：{why}", "请按 docs/risk.md 的列名准备 Parquet 文件。"),
    en=("The history in {file} cannot be read: {why}", "Prepare Parquet files with the columns named in docs/risk.md."),
)  # fmt: skip
