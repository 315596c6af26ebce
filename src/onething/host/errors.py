"""What can be wrong with the rooms of an installation, in words for its operator."""

import errno
import sys
from typing import Any

from onething.core.errors import UNFIT_DISK, UNFIT_STORE, Problem, define
from onething.core.manifests.house import House
from onething.core.manifests.rooms import Fault, RoomFaultError

ROOM_BROKEN = define(
    "host.room_broken", 500, exit_code=2,
    zh=("模块“{room}”无法加载：{about}。", "请修复或卸载该软件包，或用 ONETHING_ROOMS_OFF 停用它，然后重新启动。"),
    en=("Room “{room}” cannot be loaded: {about}.", "Mend or uninstall its package, or leave it out by ONETHING_ROOMS_OFF, then start again."),
)  # fmt: skip
ROOM_TWICE = define(
    "host.room_twice", 500, exit_code=2,
    zh=("模块“{room}”声明了已被占用的内容：{about}。", "两个软件包不能声明同一个命令、数据表、事件类型、设置、网址或部件，请改名或卸载其中一个。"),
    en=("Room “{room}” claims what another has: {about}.", "Two packages cannot claim one command, table, event type, setting, address or part; rename it or uninstall one of them."),
)  # fmt: skip
ROOM_MISSING = define(
    "host.room_missing", 500, exit_code=2,
    zh=("模块“{room}”需要已停用的模块“{about}”。", "请在 ONETHING_ROOMS_OFF 中一并停用“{room}”，或重新启用“{about}”。"),
    en=("Room “{room}” needs room “{about}”, which is switched off.", "Switch “{room}” off too in ONETHING_ROOMS_OFF, or switch “{about}” on again."),
)  # fmt: skip
ROOM_ALWAYS = define(
    "host.room_always", 500, exit_code=2,
    zh=("模块“{room}”不能停用：没有它什么都无法运行。", "请从 ONETHING_ROOMS_OFF 中去掉“{room}”。"),
    en=("Room “{room}” cannot be switched off: nothing works without it.", "Take “{room}” out of ONETHING_ROOMS_OFF."),
)  # fmt: skip
ROOM_UNMADE = define(
    "host.room_unmade", 500, exit_code=2,
    zh=("模块“{room}”有数据表（{about}），但没有说明由什么建表。", "请在它的 room.py 里用 migrations 写明建表脚本所在的包；onething db revision --room {room} 可以生成第一个脚本。"),
    en=("Room “{room}” has tables ({about}) and nothing that makes them.", "Name the package with its migrations in `migrations` of its room.py; `onething db revision --room {room}` writes the first one."),
)  # fmt: skip
ROOM_UNKNOWN = define(
    "host.room_unknown", 500, exit_code=2,
    zh=("ONETHING_ROOMS_OFF 中的模块“{room}”不存在。", "请检查拼写；现有模块可用 onething rooms 查看。"),
    en=("ONETHING_ROOMS_OFF names “{room}”, which is no room.", "Check its spelling; `onething rooms` lists those there are."),
)  # fmt: skip

NO_TABLES = define(
    "host.no_tables", 500, exit_code=4,
    zh=("数据库 {database} 里没有这个版本需要的表。", "如果用的是另一个数据库，请设置 ONETHING_DATABASE_URL；否则运行 onething db upgrade 建立或升级。"),
    en=("The database {database} does not have the tables that this version needs.", "Set ONETHING_DATABASE_URL if another one is meant; else run `onething db upgrade`, which makes or upgrades them."),
)  # fmt: skip
NO_DATABASE = define(
    "host.no_database", 500, exit_code=4,
    zh=("{database} 不是数据库文件。", "请检查 ONETHING_DATABASE_URL；如果它曾经是数据库，文件已经损坏，请恢复备份。"),
    en=("{database} is not a database.", "Check ONETHING_DATABASE_URL; if it was one, the file is damaged: restore a backup."),
)  # fmt: skip
PORT_TAKEN = define(
    "host.port_taken", 500, exit_code=4,
    zh=("{address} 不能监听：{why}。", "请停掉占用它的程序，或用 --port、--host 换一个。"),
    en=("{address} cannot be listened on: {why}.", "Stop what has it, or take another by --port and --host."),
)  # fmt: skip

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
"""What writing a file says where there is no room, or nothing may be written."""
_KINDS = {
    "broken": ROOM_BROKEN,
    "twice": ROOM_TWICE,
    "missing": ROOM_MISSING,
    "unknown": ROOM_UNKNOWN,
    "always": ROOM_ALWAYS,
    "unmade": ROOM_UNMADE,
}


def problem_of(fault: Fault) -> Problem:
    """The fault as a `Problem` with its words."""
    return Problem(_KINDS[fault.kind], room=fault.room, about=fault.about)


def check(house: House) -> None:
    """Raises the `Problem` of the first fault: a process with half of its rooms must not start."""
    for fault in house.faults:
        raise problem_of(fault)


def problem_behind(error: BaseException) -> Problem | None:
    """What an error that ended a command means for who typed it: the `Problem` itself, or a database that is not as it should
    be. None for everything else, whose trace is wanted."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RoomFaultError):
        return problem_of(error.fault)
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return Problem(UNFIT_DISK, about=f"{error.strerror}{f': {error.filename}' if error.filename else ''}")
    sql: Any = sys.modules.get("sqlalchemy.exc")
    if sql is None or not isinstance(error, (sql.DBAPIError, sql.TimeoutError, *_drivers())):
        return None
    from sqlalchemy.engine import make_url

    from onething.core.db import get_database

    address = make_url(get_database().url).render_as_string(hide_password=True)
    if is_without_tables(error):
        return Problem(NO_TABLES, database=address)
    if "file is not a database" in str(error):
        return Problem(NO_DATABASE, database=address)
    away = isinstance(error, (sql.OperationalError, sql.InterfaceError, sql.TimeoutError, *_drivers()))
    return Problem(UNFIT_STORE, _first_line(error), about=address) if away else None


def _drivers() -> list[type[Exception]]:
    """What the drivers themselves say of a database that is away: backups speak to it without SQLAlchemy."""
    found = [getattr(sys.modules.get(name), "OperationalError", None) for name in ("psycopg", "sqlite3")]
    return [each for each in found if each is not None]


def is_without_tables(error: BaseException) -> bool:
    """Whether a statement met a table or column that is not there (SQLite's words, PostgreSQL's codes)."""
    origin: Any = getattr(error, "orig", None)
    words = str(origin)
    return (
        "no such table" in words or "no such column" in words or getattr(origin, "sqlstate", "") in {"42P01", "42703"}
    )


def _first_line(error: BaseException) -> str:
    return str(getattr(error, "orig", None) or error).strip().split("\n", 1)[0][:200]
