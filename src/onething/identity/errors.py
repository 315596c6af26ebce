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
ROLE_UNKNOWN = define(
    "identity.role_unknown", 403,
    zh=("您的账号角色“{role}”在本系统没有对应的身份，不能登录。", "请联系本单位管理员核对账号角色；管理员请在 ONETHING_OIDC_ROLES 中登记这个角色。"),
    en=("Your account's role “{role}” means nothing here, so it cannot sign in.", "Ask your administrator to check it; administrators name the role in ONETHING_OIDC_ROLES."),
)  # fmt: skip
AGENCY_UNKNOWN = define(
    "identity.agency_unknown", 403,
    zh=("您的账号所属部门“{agency}”不在本市的部门名单里，不能登录。", "请联系本单位管理员核对所属部门；管理员请在 ONETHING_OIDC_AGENCIES 中登记对应的部门。"),
    en=("Your account's agency “{agency}” is none of this city's, so it cannot sign in.", "Ask your administrator to check it; administrators name the agency in ONETHING_OIDC_AGENCIES."),
)  # fmt: skip
CITY_UNKNOWN = define(
    "identity.city_unknown", 403,
    zh=("您的账号所属城市“{city}”不在本系统服务的城市之内，不能登录。", "请联系本单位管理员核对所属城市；管理员请在 ONETHING_OIDC_CITIES 中登记对应的城市。"),
    en=("Your account's city “{city}” is not served here, so it cannot sign in.", "Ask your administrator to check it; administrators name the city in ONETHING_OIDC_CITIES."),
)  # fmt: skip
UNFIT_CITIES = define(
    "identity.unfit_cities", 500,
    zh=("本系统为两个城市（{cities}）服务，但没有登记统一身份认证平台如何说明工作人员所属城市：没有这项声明的人员只能办理 {home} 的事。", "请让平台给出 {claim} 声明，并在 ONETHING_OIDC_CITIES 中登记各城市的名称（城市代号可写成对应自身）。"),
    en=("Two cities ({cities}) are served, and how the identity service names an official's city is not set: whoever has no such claim works for {home} only.", "Have it give the claim {claim}, and name its cities in ONETHING_OIDC_CITIES (an id may stand for itself)."),
)  # fmt: skip
INSECURE = define(
    "identity.insecure_provider", 503, exit_code=2,
    zh=("统一身份认证平台的地址不是 https，正式运行时不能使用。", "请把 ONETHING_OIDC_ISSUER 换成 https 地址后重新启动。"),
    en=("The identity service's address is not https, which production does not use.", "Set ONETHING_OIDC_ISSUER to an https address and start again."),
)  # fmt: skip
LOGOUT_REFUSED = define(
    "identity.logout_refused", 400,
    zh=("退出通知不可信，没有执行。", "请检查统一身份认证平台的配置：应发送带签名的 logout_token。"),
    en=("The notice of a logout is not to be trusted and was not followed.", "Check the identity service: it must send a signed logout_token made for this client."),
)  # fmt: skip
UNFIT_SECRET = define(
    "identity.unfit_secret", 500,
    zh=("登录客户端密钥是沙箱自带的，或太短。", "请在统一身份认证平台登记本系统，并设置 ONETHING_OIDC_CLIENT_ID 和 ONETHING_OIDC_CLIENT_SECRET。"),
    en=("The client secret for sign-in is the sandbox's, or too short.", "Register this installation at the identity service and set ONETHING_OIDC_CLIENT_ID and ONETHING_OIDC_CLIENT_SECRET."),
)  # fmt: skip
UNFIT_DEMO = define(
    "identity.unfit_demo_provider", 500,
    zh=("登录地址指向本机，那里是沙箱的演示账号，任何人不用口令就能登录。", "请把 ONETHING_OIDC_ISSUER 设为本市统一身份认证平台的地址。"),
    en=("Sign-in points to this machine, where the sandbox signs demo accounts in without a password.", "Set ONETHING_OIDC_ISSUER to the city's identity service."),
)  # fmt: skip
UNFIT_AWAY = define(
    "identity.unfit_provider_away", 503,
    zh=("统一身份认证平台现在没有回应，或它公布的内容不对。", "请检查 ONETHING_OIDC_ISSUER、网络和证书（自有 CA 用 SSL_CERT_FILE）。"),
    en=("The identity service does not answer now, or does not publish what it should.", "Check ONETHING_OIDC_ISSUER, the network, and certificates (SSL_CERT_FILE for a CA of your own)."),
)  # fmt: skip
