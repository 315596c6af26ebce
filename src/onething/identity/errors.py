"""The errors of identity that a person meets."""

from onething.core.errors import define

PROVIDER_DOWN = define(
    "web.sign_in_unavailable", 503, exit_code=4,
    zh=("统一身份认证平台暂时没有回应，现在无法登录。", "请过几分钟再点一次登录；您之前填写的内容都在。"),
    en=("The identity service does not answer at the moment, so nobody can sign in.", "Try again in a few minutes; what you entered before is kept."),
)  # fmt: skip
SIGN_IN_FAILED = define(
    "web.sign_in_failed", 400,
    zh=("这次登录没有完成。", "请重新登录一次。如果您在登录页停留太久或打开了两个登录页，就会这样。"),
    en=("This sign-in was not completed.", "Please sign in again. It happens when the sign-in page was open too long or twice."),
)  # fmt: skip
INCOMPLETE = define(
    "web.identity_incomplete", 403,
    zh=("身份认证平台没有给出办理所需的姓名、证件号或所属部门。", "请先在身份认证平台完成实名认证，再回来登录；工作人员请联系本单位管理员。"),
    en=("The identity service did not give the name, id number or agency that is needed.", "Complete your identity check at the identity service and sign in again; officials ask their administrator."),
)  # fmt: skip
