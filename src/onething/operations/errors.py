"""What may go wrong with backups, in words for the operator: what it is, and what to do."""

from onething.core.errors import define

EXISTS = define(
    "operations.exists", 409,
    zh=("{place} 已经存在，不会覆盖。", "请换一个名字，或先移走原来的备份。"),
    en=("{place} exists and is not overwritten.", "Give another name, or move the old backup away first."),
)  # fmt: skip
NO_BACKUP = define(
    "operations.no_backup", 404, exit_code=3,
    zh=("{place} 不是一份备份：{why}。", "请给出 onething backup 写成的文件夹或 .tar 文件。"),
    en=("{place} is no backup: {why}.", "Give the folder or .tar file that `onething backup` wrote."),
)  # fmt: skip
DAMAGED = define(
    "operations.damaged", 409,
    zh=("备份不完整或被改动过：{what}。", "什么都没有写入。请换一份备份，或重新拷贝这一份。"),
    en=("The backup is cut short or was altered: {what}.", "Nothing was written. Use another backup, or copy this one again."),
)  # fmt: skip
NEWER = define(
    "operations.newer", 409,
    zh=("备份由 {version} 版（数据库 {revision}）写成，比本机的 {own}（数据库 {newest}）新。", "什么都没有写入。请先安装 {version} 或更新的版本。"),
    en=("The backup was written by version {version} (database {revision}), newer than this one, {own} (database {newest}).", "Nothing was written. Install {version} or later first."),
)  # fmt: skip
OTHER_KIND = define(
    "operations.other_kind", 409,
    zh=("备份来自 {theirs} 数据库，而 ONETHING_DATABASE_URL 指向 {ours}。", "什么都没有写入。请把地址改为空的 {theirs} 数据库。"),
    en=("The backup is of a {theirs} database and ONETHING_DATABASE_URL names {ours}.", "Nothing was written. Set it to an empty {theirs} database."),
)  # fmt: skip
NOT_EMPTY = define(
    "operations.not_empty", 409,
    zh=("这里已有内容：{place}。", "什么都没有写入。请在空的地方恢复；若确要替换文件，请加 --replace（原有内容移到一边，不删除）。"),
    en=("There is something here already: {place}.", "Nothing was written. Restore to an empty place, or use --replace: files that are here are moved aside, not deleted."),
)  # fmt: skip
DISK_FULL = define(
    "operations.disk_full", 507,
    zh=("{place} 所在磁盘空间不够：需要约 {needed}，剩余 {free}。", "什么都没有留下。请腾出空间或换一个磁盘。"),
    en=("The disk of {place} has too little room: about {needed} needed, {free} free.", "Nothing was left behind. Make room, or use another disk."),
)  # fmt: skip
PASSPHRASE = define(
    "operations.passphrase", 403,
    zh=("给出的口令打不开备份里的密钥库：{stores}。", "什么都没有写入。请把 ONETHING_TRUST_PASSPHRASE 设为做备份时的口令。"),
    en=("The passphrase given does not open these key stores of the backup: {stores}.", "Nothing was written. Set ONETHING_TRUST_PASSPHRASE to what it was when the backup was made."),
)  # fmt: skip
OTHER_LOOKUP = define(
    "operations.other_lookup", 403,
    zh=("查找密钥（ONETHING_LOOKUP_KEY）与备份时的不同。", "什么都没有写入。请设回原来的密钥，否则已有的人都查找不到。"),
    en=("The lookup key (ONETHING_LOOKUP_KEY) is not that of the backup.", "Nothing was written. Set the old one again, or nobody known would be found."),
)  # fmt: skip
BUSY = define(
    "operations.busy", 503, exit_code=4,
    zh=("数据库一直被占用，无法取得一致的时刻：{place}。", "没有写入备份。请稍后再试。"),
    en=("A database stayed locked, so no one instant could be taken: {place}.", "No backup was written. Try again in a moment."),
)  # fmt: skip
NO_TOOL = define(
    "operations.no_tool", 503, exit_code=4,
    zh=("需要 {tool}（PostgreSQL {wanted} 或更新），{found}。", "请安装 PostgreSQL 客户端，或用 --pg-bin 指出它的文件夹。"),
    en=("{tool} of PostgreSQL {wanted} or later is needed; {found}.", "Install the PostgreSQL client, or name its folder by --pg-bin."),
)  # fmt: skip
TOOL_FAILED = define(
    "operations.tool_failed", 502, exit_code=4,
    zh=("{tool} 没有完成：{why}。", "什么都没有留下。请按它的话处理后再试。"),
    en=("{tool} failed: {why}.", "Nothing was left behind. Mend what it says and try again."),
)  # fmt: skip
NO_DATABASE = define(
    "operations.no_database", 409,
    zh=("数据库是空的或不存在：{place}。", "没有可备份的内容。请核对 ONETHING_DATABASE_URL。"),
    en=("The database is empty or absent: {place}.", "There is nothing to back up. Check ONETHING_DATABASE_URL."),
)  # fmt: skip
UNFIT_NO_BACKUP = define(
    "operations.unfit_no_backup", 500,
    zh=("还没有做过备份。", "请用 onething backup 做一次，并安排每天执行（deploy 目录有 systemd 定时器）。"),
    en=("No backup was made yet.", "Make one with `onething backup`, and have it made every day."),
)  # fmt: skip
UNFIT_OLD_BACKUP = define(
    "operations.unfit_old_backup", 500,
    zh=("上一次备份是 {hours} 小时前做的，超过了 {most} 小时。", "请检查定时备份为什么没有执行。"),
    en=("The last backup is {hours} hours old, more than {most}.", "Find out why the regular backup was not made."),
)  # fmt: skip
