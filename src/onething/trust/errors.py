"""What may go wrong in this room, in words for the operator."""

from onething.core.errors import define

KEY_UNKNOWN = define(
    "trust.key_unknown", 404, exit_code=3,
    zh=("密钥库里没有“{name}”这把密钥。", "请用 onething ledger keys 查看已有密钥，或先创建。"),
    en=("The key store has no key “{name}”.", "See `onething ledger keys`, or create it first."),
)  # fmt: skip
KEY_NOT_USABLE = define(
    "trust.key_not_usable", 409,
    zh=("密钥“{name}”已停用或吊销，不能再签名。", "请轮换出新密钥后再签。"),
    en=("The key “{name}” is retired or revoked and signs no more.", "Rotate to a new key."),
)  # fmt: skip
KEY_EXISTS = define(
    "trust.key_exists", 409,
    zh=("密钥“{name}”已经存在。", "如需换用新密钥，请轮换，不要重复创建。"),
    en=("The key “{name}” exists already.", "Rotate it to get a new one."),
)  # fmt: skip
PASSPHRASE_WRONG = define(
    "trust.passphrase_wrong", 403,
    zh=("密钥库口令不对，或密钥文件被改动过。", "请核对 ONETHING_TRUST_PASSPHRASE；若口令无误，请从备份恢复密钥文件并查明原因。"),
    en=("The passphrase of the key store is wrong, or a key file was altered.", "Check ONETHING_TRUST_PASSPHRASE; if it is right, restore the key file and find out who changed it."),
)  # fmt: skip
PASSPHRASE_MISSING = define(
    "trust.passphrase_missing", 503,
    zh=("没有设置密钥库口令。", "请设置环境变量 ONETHING_TRUST_PASSPHRASE 后重新启动。"),
    en=("No passphrase is set for the key store.", "Set ONETHING_TRUST_PASSPHRASE and start again."),
)  # fmt: skip
NO_SM2 = define(
    "trust.no_sm2", 503, exit_code=4,
    zh=("这台机器上没有可用的国密 SM2 实现。", "请安装 libcrypto 3 或 tongsuopy。"),
    en=("This machine has no usable SM2 implementation.", "Install libcrypto 3 or tongsuopy."),
)  # fmt: skip
NOT_JSON = define(
    "trust.not_json", 400, exit_code=2,
    zh=("内容不是可以签名的 JSON：{why}。", "请检查重复的键、过大的数字和不成对的字符后重新提交。"),
    en=("This is not JSON that can be signed: {why}.", "Look for duplicate keys, numbers that are too large and unpaired surrogates."),
)  # fmt: skip
ERASED = define(
    "trust.erased", 410,
    zh=("这位当事人的数据已按规定删除，无法恢复。", "如需办理，请重新提交材料。"),
    en=("This person's data was erased and cannot be recovered.", "File again if something is still to be done."),
)  # fmt: skip
ALTERED = define(
    "trust.altered", 409,
    zh=("数据被改动过，或不属于这位当事人。", "请勿使用，并通知管理员核查。"),
    en=("The data was altered, or is not this person's.", "Do not use it; tell the administrator."),
)  # fmt: skip
LOG_INCONSISTENT = define(
    "trust.log_inconsistent", 409,
    zh=("存证日志前后不一致：{why}。", "日志已停止写入。请保留现场，用 onething ledger monitor 查明哪一段被改动。"),
    en=("The log contradicts itself: {why}.", "It takes no more entries. Keep everything as it is and find the altered part with `onething ledger monitor`."),
)  # fmt: skip
NOT_IN_LOG = define(
    "trust.not_in_log", 404, exit_code=3,
    zh=("存证日志里没有这条记录。", "请核对编号；刚写入的记录请稍候再查。"),
    en=("The log has no such entry.", "Check the number; an entry written a moment ago may need a second."),
)  # fmt: skip
TOO_LONG = define(
    "trust.too_long", 413,
    zh=("一条存证不能超过 {most} 字节。", "请只存证承诺值，不要存原文。"),
    en=("An entry of the log has at most {most} bytes.", "Log a commitment, not the text itself."),
)  # fmt: skip
OTHER_CONTENT = define(
    "trust.other_content", 409,
    zh=("同一个幂等键已经存证过别的内容。", "请换一个新的键。"),
    en=("This idempotency key was used for other content.", "Use a new key."),
)  # fmt: skip
NOT_ENOUGH_WITNESSES = define(
    "trust.not_enough_witnesses", 503, exit_code=4,
    zh=("共同签署的见证方不足：需要 {needed} 家，实际 {got} 家。", "记录已写入。请稍后重试；若持续不足，请检查见证服务。"),
    en=("Too few witnesses cosigned: {needed} are needed, {got} did.", "The entry is saved. Try again; if it persists, look at the witnesses."),
)  # fmt: skip
TIME_STAMP_REFUSED = define(
    "trust.time_stamp_refused", 502, exit_code=4,
    zh=("时间戳服务没有给出有效的时间戳：{why}。", "请稍后重试，或换用其他时间戳服务。"),
    en=("The time stamp authority gave no valid stamp: {why}.", "Try again, or use another authority."),
)  # fmt: skip
RECOVERY_SOURCE = define(
    "trust.recovery_source", 409,
    zh=("用来补回日志的来源不可用：{why}。", "日志没有改动。请换一份更晚的副本；若都没有，请不带 --from 再执行一次，由签名声明开启新一期日志。"),
    en=("The log cannot be brought on from this source: {why}.", "Nothing was changed. Try a later copy; when there is none, run it again without --from: a signed statement then opens the log's next epoch."),
)  # fmt: skip
LOG_HELD = define(
    "trust.log_held", 503,
    zh=("本系统刚由备份恢复，存证日志在核对见证方之前暂停写入。", "请运行 onething ledger recover；在此之前已签发的证照照常有效，只是暂时不能再取得存证证明。"),
    en=("This installation was restored from a backup; the log takes nothing until it was compared with its witnesses.", "Run `onething ledger recover`. Certificates stay valid meanwhile; new proofs wait."),
)  # fmt: skip
UNFIT_PASSPHRASE = define(
    "trust.unfit_passphrase", 500,
    zh=("密钥库口令太短或太简单。", "请用 onething ledger passphrase 换成 16 位以上的随机字符，例如 openssl rand -base64 24 的输出。"),
    en=("The passphrase of the key store is short or simple.", "Change it with `onething ledger passphrase` to 16 random characters or more, for example from `openssl rand -base64 24`."),
)  # fmt: skip
UNFIT_OPEN_KEYS = define(
    "trust.unfit_open_keys", 500,
    zh=("私钥没有加密，和数据放在一起：{files}。", "请设置 ONETHING_TRUST_PASSPHRASE，然后运行 onething ledger seal-keys。"),
    en=("Private keys lie in the clear beside the data: {files}.", "Set ONETHING_TRUST_PASSPHRASE, then run `onething ledger seal-keys`."),
)  # fmt: skip
UNFIT_WITNESSES = define(
    "trust.unfit_witnesses", 500,
    zh=("没有独立的见证方：见证都在本系统的进程里，不能约束运营方自己。", "请让两个以上部门运行 onething witness serve，并在 ONETHING_WITNESSES 中登记。"),
    en=("No witness is independent: all cosign in this installation's own worker, which proves nothing against its operator.", "Have two agencies or more run `onething witness serve`, and name them in ONETHING_WITNESSES."),
)  # fmt: skip
UNFIT_CHAIN = define(
    "trust.unfit_chain", 500,
    zh=("没有接入区块链：存证在本机的内置链上。", "请设置 ONETHING_CHAIN_RPC_URL。"),
    en=("No chain is connected: certificates are anchored on a chain embedded here.", "Set ONETHING_CHAIN_RPC_URL."),
)  # fmt: skip
