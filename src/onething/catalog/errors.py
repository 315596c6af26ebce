"""The errors of catalog that a person meets."""

from onething.catalog.loading.mistakes import NO_CITY, NO_EVENT
from onething.core.errors import define

__all__ = ["ERRORS_LEFT", "NO_CITY", "NO_EVENT", "REASON_NEEDED"]

REASON_NEEDED = define(
    "rules.reason_needed", 422,
    zh=("还没有写理由。", "请用一两句话写明为什么,起草人和审计都会看到。"),
    en=("No reason is given.", "Say why in a sentence or two; the author and the auditors will read it."),
)  # fmt: skip
ERRORS_LEFT = define(
    "rules.errors_left", 422,
    zh=("还有 {count} 处错误,不能提交。", "请按标出的位置改好后再提交,您写的内容都在。"),
    en=("{count} errors are left, so it cannot be submitted.", "Correct the marked places and submit again; what you wrote is kept."),
)  # fmt: skip
