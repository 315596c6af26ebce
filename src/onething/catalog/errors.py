"""The errors of catalog that a person meets."""

from onething.catalog.loading.mistakes import NO_CITY, NO_EVENT
from onething.core.errors import define

__all__ = ["BAD_NEW_NAME", "ERRORS_LEFT", "EXISTS_ALREADY", "NO_CITY", "NO_EVENT", "NO_TRIALS", "REASON_NEEDED"]

REASON_NEEDED = define(
    "rules.reason_needed", 422,
    zh=("还没有写理由。", "请用一两句话写明为什么，起草人和审计都会看到。"),
    en=("No reason is given.", "Say why in a sentence or two; the author and the auditors will read it."),
)  # fmt: skip
ERRORS_LEFT = define(
    "rules.errors_left", 422,
    zh=("还有 {count} 处错误，不能提交。", "请按标出的位置改好后再提交，您写的内容都在。"),
    en=("{count} errors are left, so it cannot be submitted.", "Correct the marked places and submit again; what you wrote is kept."),
)  # fmt: skip
NO_TRIALS = define(
    "catalog.no_trials", 503,
    zh=("这里没有可以模拟部门的沙盒，试办不了。", "请不要关闭 sandbox（ONETHING_ROOMS_OFF），或换一台装有它的机器。"),
    en=("There is no sandbox here that could play the agencies, so filings cannot be tried.", "Leave `sandbox` on (ONETHING_ROOMS_OFF), or use a machine that has it."),
)  # fmt: skip
BAD_NEW_NAME = define(
    "catalog.bad_new_name", 422,
    zh=("“{name}”不能做编号。", "请用小写字母开头，只用小写字母、数字和下划线，2–40 个字符，例如 newtown 或 newtown/moving。"),
    en=("“{name}” cannot be an id.", "Begin with a small letter and use small letters, digits and underscores only, 2 to 40 of them, such as newtown or newtown/moving."),
)  # fmt: skip
EXISTS_ALREADY = define(
    "catalog.exists_already", 409,
    zh=("“{path}”已经有了，没有动它。", "请换一个名字，或先把它移走。"),
    en=("“{path}” is there already and was left as it is.", "Choose another name, or move it away first."),
)  # fmt: skip
