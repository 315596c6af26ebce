"""Errors a person meets: a stable code, what happened, what to do next, in both languages.

Rooms register their codes with `define`; the edges (web, API, CLI) turn a `Problem` into a page, RFC 9457 JSON or an
exit code. Texts never contain personal data; `detail` is for logs and stays inside.
"""

from dataclasses import dataclass
from typing import Any

from onething.core.i18n import Text


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """One stable code. `status` is the HTTP status; `exit_code` the CLI's (1 refused, 2 usage, 3 not found, 4 outside)."""

    code: str
    status: int
    what: Text
    next: Text
    exit_code: int = 1


_kinds: dict[str, ErrorKind] = {}


def define(code: str, status: int, *, zh: tuple[str, str], en: tuple[str, str], exit_code: int = 1) -> ErrorKind:
    """Register a code. `zh` and `en` are each (what happened, what to do next), with `{name}` places for values."""
    if code in _kinds:
        raise ValueError(f"error code {code!r} is defined twice")
    kind = ErrorKind(code, status, Text(zh=zh[0], en=en[0]), Text(zh=zh[1], en=en[1]), exit_code)
    _kinds[code] = kind
    return kind


def all_kinds() -> list[ErrorKind]:
    """Every code defined so far, for the reference page."""
    return sorted(_kinds.values(), key=lambda kind: kind.code)


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it a problem
    """An expected failure, raised as `raise Problem(CASE_NOT_FOUND, reference=…)`."""

    def __init__(
        self, kind: ErrorKind, /, detail: str = "", extra: dict[str, Any] | None = None, **values: object
    ) -> None:
        super().__init__(f"{kind.code}: {detail}" if detail else kind.code)
        self.kind = kind
        self.values = values
        self.detail = detail
        self.extra: dict[str, Any] = extra or {}
        """Machine-readable additions for API clients, for example the list of findings."""

    @property
    def what(self) -> Text:
        return self.kind.what.fill(**self.values)

    @property
    def next(self) -> Text:
        return self.kind.next.fill(**self.values)


NOT_FOUND = define(
    "core.not_found", 404, exit_code=3,
    zh=("没有找到您要的内容。", "请检查链接是否完整，或回到首页重新进入。"),
    en=("We could not find what you asked for.", "Check that the link is complete, or start again from the home page."),
)  # fmt: skip
FORBIDDEN = define(
    "core.forbidden", 403,
    zh=("您目前的身份不能查看或办理这项内容。", "请换用有权限的账号登录，或联系本单位管理员。"),
    en=("Your account may not see or do this.", "Sign in with an account that may, or ask your administrator."),
)  # fmt: skip
CONFLICT = define(
    "core.conflict", 409,
    zh=("这项内容刚刚在别处改动过，您的这次操作没有执行。", "请刷新页面，看到最新内容后再试一次。"),
    en=("This was changed elsewhere a moment ago, so your action was not carried out.", "Reload the page and try again."),
)  # fmt: skip
TOO_MANY = define(
    "core.too_many_requests", 429,
    zh=("操作太频繁了。", "请等一分钟再试，已填写的内容都在。"),
    en=("Too many requests.", "Wait a minute and try again; nothing you entered is lost."),
)  # fmt: skip
BAD_REQUEST = define(
    "core.bad_request", 400, exit_code=2,
    zh=("提交的内容不完整或格式不对：{field}。", "请检查后重新提交。"),
    en=("The request is incomplete or malformed: {field}.", "Check it and send it again."),
)  # fmt: skip
UNEXPECTED = define(
    "core.unexpected", 500,
    zh=("系统出了一个没有预料到的问题，编号 {incident}。", "您填写的内容已经保存。请稍后再试；如果仍不行，请把编号告诉我们。"),
    en=("Something unexpected went wrong, number {incident}.", "What you entered is saved. Try again shortly; if it persists, tell us the number."),
)  # fmt: skip
