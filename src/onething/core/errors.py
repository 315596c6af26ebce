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


def is_code(text: str) -> bool:
    """Whether this is the code of an error, and so nothing of anybody's."""
    return text in _kinds


def all_kinds() -> list[ErrorKind]:
    """Every code defined so far, for the reference page."""
    return sorted(_kinds.values(), key=lambda kind: kind.code)


def kind_named(code: str) -> ErrorKind | None:
    """The kind with this code, if it is defined in this process."""
    return _kinds.get(code)


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


def both(problem: Problem) -> Text:
    """What happened and what to do next as one text."""
    return Text(zh=f"{problem.what.zh}{problem.next.zh}", en=f"{problem.what.en} {problem.next.en}")


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
NO_TRACES = define(
    "core.no_traces", 500, exit_code=2,
    zh=("设置了链路追踪，但没有安装所需的软件包。", "请安装 onething[otel],或清空 ONETHING_TRACES_URL 和 ONETHING_TRACES_FILE。"),
    en=("Traces are to be exported, but what that needs is not installed.", "Install onething[otel], or leave ONETHING_TRACES_URL and ONETHING_TRACES_FILE empty."),
)  # fmt: skip
NEWER_DATABASE = define(
    "core.newer_database", 500, exit_code=1,
    zh=("数据库的版本({revision})比这个软件新，软件最新只到 {newest}。", "请安装写入这个数据库的版本或更新的版本；没有改动任何内容。"),
    en=("The database (revision {revision}) is newer than this software, whose newest revision is {newest}.", "Please install the version that wrote it, or a later one; nothing was changed."),
)  # fmt: skip
UNEXPECTED = define(
    "core.unexpected", 500,
    zh=("系统出了一个没有预料到的问题，编号 {incident}。", "您填写的内容已经保存。请稍后再试；如果仍不行，请把编号告诉我们。"),
    en=("Something unexpected went wrong, number {incident}.", "What you entered is saved. Try again shortly; if it persists, tell us the number."),
)  # fmt: skip

# -- what an installation must not go live with (`onething check production`)

UNFIT_TRIAL = define(
    "core.unfit_trial", 500,
    zh=("ONETHING_PRODUCTION 没有打开：Cookie 不要求 TLS，密钥口令可以是临时生成的。", "请设置 ONETHING_PRODUCTION=true。"),
    en=("ONETHING_PRODUCTION is off: cookies need no TLS, and keys may lie under a made-up passphrase.", "Set ONETHING_PRODUCTION=true."),
)  # fmt: skip
UNFIT_SQLITE = define(
    "core.unfit_sqlite", 500,
    zh=("数据库是 SQLite：只能一台机器、一个办理进程。", "请把 ONETHING_DATABASE_URL 指向 PostgreSQL 15 或更新版本。"),
    en=("The database is SQLite: one machine and one worker only.", "Point ONETHING_DATABASE_URL to PostgreSQL 15 or newer."),
)  # fmt: skip
UNFIT_PLAIN_URL = define(
    "core.unfit_plain_url", 500,
    zh=("ONETHING_PUBLIC_URL 不是 https 地址：浏览器不会带回会话 Cookie，登录无法完成。", "请在前面架设 TLS 代理，并把 ONETHING_PUBLIC_URL 设为 https 地址。"),
    en=("ONETHING_PUBLIC_URL is not https: browsers keep no session cookie, and nobody can sign in.", "Put a TLS proxy in front and set ONETHING_PUBLIC_URL to its https address."),
)  # fmt: skip
UNFIT_LOOKUP = define(
    "core.unfit_lookup_key", 500,
    zh=("没有设置 ONETHING_LOOKUP_KEY，或它太短：找人的密钥与数据放在一起。", "新装时请设为 32 位以上随机字符；已在使用的，请设为 data_dir/lookup.key 的内容，核对后从数据目录移走该文件。以后不得更改。"),
    en=("ONETHING_LOOKUP_KEY is not set or too short: the key by which people are found lies beside the data.", "A new installation: set 32 random characters or more. One in use: set what data_dir/lookup.key holds, check, then take that file away from the data. It must never change."),
)  # fmt: skip
UNFIT_DEBUG = define(
    "core.unfit_debug", 500,
    zh=("日志级别是 DEBUG：日志会很大，也更容易带出不该记录的内容。", "请把 ONETHING_LOG_LEVEL 设为 INFO 或 WARNING。"),
    en=("The log level is DEBUG: logs grow, and other libraries write more than they should.", "Set ONETHING_LOG_LEVEL to INFO or WARNING."),
)  # fmt: skip
UNFIT_READABLE = define(
    "core.unfit_readable", 500,
    zh=("本机其他用户可以读取：{files}。", "请执行 chmod 700（目录）或 chmod 600（文件），并确认属主是运行本系统的用户。"),
    en=("Others on this machine can read: {files}.", "chmod 700 the folder, chmod 600 the files, and see that the user who runs this owns them."),
)  # fmt: skip
UNFIT_STORE = define(
    "core.unfit_store", 503, exit_code=4,
    zh=("数据库没有响应（{about}）。", "请检查 ONETHING_DATABASE_URL、网络和数据库权限。"),
    en=("The database does not answer ({about}).", "Check ONETHING_DATABASE_URL, the network and the role's rights."),
)  # fmt: skip
UNFIT_TABLES = define(
    "core.unfit_tables", 503,
    zh=("数据库是空的，或不是本版本需要的结构（{about}）。", "请先备份，再运行 onething db upgrade。"),
    en=("The database is empty, or not as this version needs it ({about}).", "Make a backup, then run `onething db upgrade`."),
)  # fmt: skip
UNFIT_CONNECTIONS = define(
    "core.unfit_connections", 503,
    zh=("数据库连接快用完了（{about}）。", "请调大 PostgreSQL 的 max_connections，或调小 ONETHING_DB_POOL_SIZE 和 ONETHING_ENGINE_POOL_SIZE（算法见 docs/operating.md）。"),
    en=("The database's connections are nearly used up ({about}).", "Raise PostgreSQL's max_connections, or lower ONETHING_DB_POOL_SIZE and ONETHING_ENGINE_POOL_SIZE (docs/operating.md reckons them)."),
)  # fmt: skip
UNFIT_CLOCK = define(
    "core.unfit_clock", 503,
    zh=("时钟不准（{about}）。", "请打开时间同步（如 systemd-timesyncd 或 chrony），各机器一致后再启动。"),
    en=("The clock is off ({about}).", "Switch time synchronisation on (systemd-timesyncd, chrony) and start when machines agree."),
)  # fmt: skip
UNFIT_DISK = define(
    "core.unfit_disk", 503,
    zh=("数据目录写不了或空间不足（{about}）。", "请腾出空间，或检查目录权限和挂载。"),
    en=("The data folder cannot be written, or is nearly full ({about}).", "Make room, or check its rights and its mount."),
)  # fmt: skip
UNFIT_SETTING = define(
    "core.unfit_setting", 500, exit_code=2,
    zh=("有的设置不能用：{about}。", "请按 docs/reference/settings.md 改正。"),
    en=("Some settings do not fit: {about}.", "Correct them by docs/reference/settings.md."),
)  # fmt: skip
UNFIT_NAME = define(
    "core.unfit_setting_name", 500,
    zh=("没有这样的设置，它不起作用：{about}。", "请按 docs/reference/settings.md 核对拼写，或删去它。"),
    en=("No setting is called so, and nothing comes of it: {about}.", "Check its spelling by docs/reference/settings.md, or take it away."),
)  # fmt: skip
UNFIT_UNKNOWN = define(
    "core.unfit_unknown", 500,
    zh=("有一项检查没能完成（{about}）。", "请先解决其他问题，再检查一次。"),
    en=("One check could not be done ({about}).", "Mend the other findings first, then check again."),
)  # fmt: skip
