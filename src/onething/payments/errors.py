"""What can go wrong with a payment, in words."""

from onething.core.errors import define

BUDGET_EXHAUSTED = define(
    "payments.budget_exhausted", 409,
    zh=("这笔资金的预算不够了。", "请等预算追加后再付；已经排上的会按先后自动付出。"),
    en=("The budget of this purse does not cover the payment.", "Wait until it is topped up; what is queued is then paid in order."),
)  # fmt: skip
KEY_REUSED = define(
    "payments.key_reused", 409,
    zh=("同一个付款编号被用于另一笔金额或另一个收款人，没有付款。", "请检查发起付款的程序：一个编号只能代表一笔付款。"),
    en=("A payment key was used again for another amount or payee; nothing was paid.", "Check the caller: one key stands for one payment."),
)  # fmt: skip
WRONG_STATE = define(
    "payments.wrong_state", 409,
    zh=("这笔付款现在的状态是“{state}”，不能这样操作。", "请刷新后查看最新状态。"),
    en=("This payment is “{state}” now, so this cannot be done.", "Reload to see where it stands."),
)  # fmt: skip
NO_ORDER = define(
    "payments.no_order", 404, exit_code=3,
    zh=("没有这笔付款。", "请核对编号。"),
    en=("There is no such payment.", "Check the number."),
)  # fmt: skip
BAD_FILE = define(
    "payments.bad_file", 422,
    zh=("这个文件不是有效的 {kind} 报文：{why}。", "请向银行重新下载，不要改动文件。"),
    en=("This is not a valid {kind} message: {why}.", "Download it from the bank again and do not edit it."),
)  # fmt: skip
OTHER_ACCOUNT = define(
    "payments.other_account", 422,
    zh=("这份对账单是尾号 {tail} 的账户的，不是本系统付款的账户，没有入账。", "请下载付款账户的对账单；账户变更的，请改 ONETHING_BANK_ACCOUNT。"),
    en=("This statement is of the account ending in {tail}, not of the one that pays here; nothing was booked.", "Download the paying account's statement; if the account has changed, set ONETHING_BANK_ACCOUNT."),
)  # fmt: skip
NO_SUSPENSE = define(
    "payments.no_suspense", 404, exit_code=3,
    zh=("没有这笔待查款项。", "请用 onething payments suspense 查看现有的待查款项。"),
    en=("There is no such line in suspense.", "`onething payments suspense` lists what there is."),
)  # fmt: skip
CANNOT_RESOLVE = define(
    "payments.cannot_resolve", 409,
    zh=("这笔待查款项不能这样处理：{why}。", "请核对两笔金额、方向和付款的状态，再选处理方式。"),
    en=("This line cannot be resolved so: {why}.", "Compare amounts, direction and the order's state, then choose again."),
)  # fmt: skip
NO_BANK = define(
    "payments.no_bank", 500, exit_code=2,
    zh=("没有设置付款银行，或没有名为“{name}”的银行接口。", "请设置 ONETHING_BANK_URL；可用的接口有：{known}。"),
    en=("No paying bank is set, or there is no bank adapter “{name}”.", "Set ONETHING_BANK_URL; there are: {known}."),
)  # fmt: skip
UNFIT_BANK = define(
    "payments.unfit_no_bank", 500,
    zh=("没有设置支付银行：补贴会一直等待。", "如果本市发放补贴，请设置 ONETHING_BANK_URL。"),
    en=("No paying bank is set: payments wait.", "If the city pays benefits, set ONETHING_BANK_URL."),
)  # fmt: skip
UNFIT_PLAIN_BANK = define(
    "payments.unfit_plain_bank", 500,
    zh=("支付银行的地址不是 https。", "请把 ONETHING_BANK_URL 换成 https 地址。"),
    en=("The paying bank's address is not https.", "Set ONETHING_BANK_URL to an https address."),
)  # fmt: skip
