"""What may go wrong between package, notary and court, in words."""

from onething.core.errors import define

NO_INSTALLATION = define(
    "court.no_installation", 503, exit_code=4,
    zh=("这里没有安装签发证照的部分，无法取得签发机关名录。", "请在安装了完整平台的机器上运行。"),
    en=("The part that issues certificates is not installed here, so there is no list of agencies.", "Run it where the whole platform is installed."),
)  # fmt: skip
NO_AUTHORITY = define(
    "court.no_authority", 400, exit_code=2,
    zh=("没有说明用哪个时间戳服务。", "请给出 --tsa 和 --tsa-root，或设置 ONETHING_TSA_URL 和 ONETHING_TSA_ROOT。"),
    en=("No time stamp authority is named.", "Give --tsa and --tsa-root, or set ONETHING_TSA_URL and ONETHING_TSA_ROOT."),
)  # fmt: skip
OFFICE_AWAY = define(
    "court.office_away", 503, exit_code=4,
    zh=("联系不上 {url}。", "请检查地址，稍后重试；同一文件包可以重复提交。"),
    en=("{url} does not answer.", "Check the address and try again; the same package may be handed in twice."),
)  # fmt: skip
NOTARY_REFUSED = define(
    "court.notary_refused", 422,
    zh=("公证处没有出具公证书，未通过的一步是：{step}。", "请用 verify.py 查看这一步的原因；文件包若被改动，请重新生成。"),
    en=("The notary gave no certificate; the step that failed is: {step}.", "See why with verify.py; if the package was altered, make it again."),
)  # fmt: skip
COURT_REFUSED = define(
    "court.refused", 422,
    zh=("法院没有采信，未通过的一步是：{step}。", "请核对文件包与公证书是否为同一份，再提交。"),
    en=("The court did not admit it; the step that failed is: {step}.", "Check that package and certificate belong together, then hand them in again."),
)  # fmt: skip
