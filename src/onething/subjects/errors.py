"""The errors of subjects that a person meets."""

from onething.core.errors import define

BAD_IDENTITY = define(
    "subjects.bad_identity", 422,
    zh=("登录信息里的证件号码不完整或有误，暂时不能为您办理。", "请先在“随申办”等登录平台完成实名认证，再回来登录。"),
    en=("The identity number in your sign-in is incomplete or wrong, so we cannot serve you yet.", "Complete real-name verification where you sign in, then come back."),
)  # fmt: skip
BAD_PHONE = define(
    "subjects.bad_phone", 422,
    zh=("这个号码收不到短信。", "请填 11 位大陆手机号，境外号码请带国家或地区代码，如 +852 9123 4567；不填也可以办理，进度可在网页上查看。"),
    en=("This number cannot receive text messages.", "Enter a mainland mobile number of 11 digits, or one abroad with its country code (+852 9123 4567); you may also leave it out and follow progress on the web."),
)  # fmt: skip
BAD_ACCOUNT = define(
    "subjects.bad_account", 422,
    zh=("银行账号不对：应为 8 到 30 位数字。", "请核对开户许可证或回单上的账号后重填。"),
    en=("This is not a bank account number of 8 to 30 digits.", "Check it against your account certificate and enter it again."),
)  # fmt: skip
NO_ACCOUNT = define(
    "subjects.no_account", 404, exit_code=3,
    zh=("没有这个收款账户。", "请从列表里选一个，或新增一个。"),
    en=("There is no such account.", "Choose one of the list or add one."),
)  # fmt: skip
UNKNOWN_SOURCE = define(
    "profiles.unknown_source", 422,
    zh=("部门“{source}”没有登记任何画像维度。", "请检查部门代码；可用的有：{known}。"),
    en=("The agency “{source}” has no profile dimension.", "Check its id; there are: {known}."),
)  # fmt: skip
TOO_MANY_ROWS = define(
    "profiles.too_many_rows", 413,
    zh=("一批最多报 {most} 行。", "请分批报送。"),
    en=("A delivery has {most} rows at most.", "Split it."),
)  # fmt: skip
BAD_SPEC = define(
    "profiles.bad_spec", 500, exit_code=2,
    zh=("企业画像的维度定义有误：{file}，{why}。", "请按提示修改 profile/ 里的文件。"),
    en=("The profile dimensions are not valid: {file}, {why}.", "Correct the file under profile/."),
)  # fmt: skip
DISPUTE_EMPTY = define(
    "profiles.dispute_empty", 422,
    zh=("请写明哪里不对。", "写上正确的值或理由，数据来源部门会据此核对。"),
    en=("Say what is wrong.", "Give the right value or the reason; the agency checks it against its records."),
)  # fmt: skip
DISPUTE_ANSWERED = define(
    "profiles.dispute_answered", 409,
    zh=("这条异议已经答复过了，企业也已收到答复。", "请打开列表查看；如果企业仍不同意，会提出新的异议。"),
    en=("This dispute has been answered, and the company was told.", "See it in the list; a company that still disagrees opens a new one."),
)  # fmt: skip
BAD_DELIVERY = define(
    "profiles.bad_delivery", 422,
    zh=("这个文件读不出来：{why}。", "请交 CSV(UTF-8 或 GB18030)或 Parquet 文件，第一行是列名，要有 uscc 和 as_of 两列。"),
    en=("This file cannot be read: {why}.", "Deliver CSV (UTF-8 or GB 18030) or Parquet with column names; uscc and as_of are needed."),
)  # fmt: skip
