"""Why somebody may not do something. Every reason names the act and who may."""

from onething.core.errors import define

OTHER_ROLE = define(
    "rights.other_role", 403,
    zh=("您的身份（{role}）不能{act}。", "可以办理的是：{who}。如果这是您的职责，请联系本单位管理员核对账号。"),
    en=("Your role ({role}) may not {act}.", "Who may: {who}. If it is your duty, ask your administrator to check your account."),
)  # fmt: skip
OTHER_AGENCY = define(
    "rights.other_agency", 403,
    zh=("这属于{agency}，您不能{act}。", "可以办理的是：{who}。请把这件事转给他们。"),
    en=("This belongs to {agency}, so you may not {act}.", "Who may: {who}. Please hand it to them."),
)  # fmt: skip
OTHER_CITY = define(
    "rights.other_city", 403,
    zh=("这属于另一个城市（{city}），您不能{act}。", "可以办理的是：{who}。如果您也在该市任职，请联系管理员核对账号所属城市。"),
    en=("This belongs to another city ({city}), so you may not {act}.", "Who may: {who}. If you work for that city too, ask your administrator to check the cities of your account."),
)  # fmt: skip
NOT_GRANTED = define(
    "rights.not_granted", 403,
    zh=("您的账号没有获得授权，不能{act}。", "可以办理的是获得这项授权的{who}。如果这是您的职责，请联系本单位管理员授权。"),
    en=("Your account was not granted the right to {act}.", "Who may: those of {who} to whom it was granted. If it is your duty, ask your administrator to grant it."),
)  # fmt: skip
SAME_PERSON = define(
    "rights.same_person", 403,
    zh=("前一步是您自己做的，您不能再{act}。", "请由另一位同事办理：{who}。"),
    en=("You did the step before this one yourself, so you may not {act}.", "A colleague has to: {who}."),
)  # fmt: skip
REFUSALS = (OTHER_ROLE, OTHER_AGENCY, OTHER_CITY, NOT_GRANTED, SAME_PERSON)
CODES = frozenset(kind.code for kind in REFUSALS)
