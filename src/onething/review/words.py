"""The sentences of review, in the applicant's words. Names of fields and documents come from the catalog."""

from onething.core.i18n import Text


def say(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


MISSING_DOCUMENT = (
    say("还缺一份材料:{document}。", "One document is still missing: {document}."),
    say("请拍一张清楚的照片传上来。", "Take a clear photo of it and upload it."),
)
MISSING_BECAUSE_DOWN = (
    say(
        "{document}现在查不到:办理单位的系统暂时没有回应。",
        "We cannot look up {document} now: the agency's system does not answer.",
    ),
    say(
        "请拍照上传,或者晚一点再来;已填写的内容都在。",
        "Upload a photo, or come back later; nothing you entered is lost.",
    ),
)
MISSING_DECLINED = (
    say(
        "您没有同意查询{document}，所以请您自己提供。",
        "You did not agree that {document} is looked up, so we ask you for it.",
    ),
    say("请拍照上传;也可以改为同意查询。", "Upload a photo of it, or allow it to be looked up."),
)
MISSING_NOT_ALLOWED = (
    say(
        "{document}要本人同意才能查询，所以请您提供。",
        "Only the person concerned may allow {document} to be looked up, so we ask you for it.",
    ),
    say("请拍照上传;也可以请本人同意查询。", "Upload a photo of it, or ask that person to allow it."),
)
MISSING_NOT_ON_RECORD = (
    say("办理单位没有查到{document}。", "The agency has no record of {document}."),
    say(
        "请拍照上传;如果没有这份材料,也可以到窗口咨询。",
        "Upload a photo of it; if you do not have one, ask at a service counter.",
    ),
)
MISSING_ANSWER = (
    say("还有一个问题没有回答:{field}。", "One question is not answered yet: {field}."),
    say("请选择或填写。", "Choose or fill in an answer."),
)
MISSING_FIELD = (
    say("{document}上的“{field}”没有读到。", "We could not read “{field}” on {document}."),
    say("请对照原件补填,或者重新拍一张。", "Copy it from the paper, or take another photo."),
)
CONFIRM = (
    say(
        "{document}上的“{field}”读得不太确定,读到的是“{value}”。",
        "We are not sure about “{field}” on {document}; we read “{value}”.",
    ),
    say("请核对一下,不对就改过来。", "Please check it and correct it if it is wrong."),
)
ASK_AGENCY = (
    say("{document}不用您交,我们向{agency}查询。", "You need not bring {document}; we ask {agency}."),
    say("您不用做什么。", "Nothing for you to do."),
)
ASK_LATER = (
    say(
        "{agency}的系统暂时没有回应,{document}等它恢复后再查。",
        "{agency} does not answer just now; we ask for {document} again once it does.",
    ),
    say("您可以先提交,不用等。", "You can submit now; there is no need to wait."),
)
NOT_ON_RECORD = (
    say("{agency}没有查到{document}。", "{agency} has no record of {document}."),
    say(
        "请核对一下编号和身份证号有没有读错;都没错的话,请问一下签发单位,或到窗口办理。",
        "Check whether a number was misread; if all are right, ask the office that issued it, or come to a service counter.",
    ),
)
UNREACHABLE = (
    say("{document}现在没有办法取得。", "{document} cannot be had at the moment."),
    say(
        "您可以先提交,工作人员会帮您核实;结果会发短信给您。",
        "You may submit; an officer will sort it out and we will text you.",
    ),
)
OFFICER_TASK = (
    say("“{service}”要由{agency}的工作人员看一下。", "An officer of {agency} will look at “{service}”."),
    say("您不用做什么,有结果会发短信。", "Nothing for you to do; we will text you."),
)
MISMATCH = (
    say(
        "“{field}”对不上:{left_document}上是“{left}”,{right_document}上是“{right}”。",
        "“{field}” does not agree: {left_document} says “{left}”, {right_document} says “{right}”.",
    ),
    say("请核对一下,把不对的一处改过来。", "Please check and correct the one that is wrong."),
)
MISMATCH_CONFIRMED = (
    say(
        "“{field}”有两种写法:{left_document}上是“{left}”,{right_document}上是“{right}”。",
        "There are two versions of “{field}”: {left_document} says “{left}”, {right_document} says “{right}”.",
    ),
    say(
        "您已经核对过,工作人员会再看一下。您可以先提交。",
        "You have checked it; an officer will look at it. You can submit now.",
    ),
)
REGISTRIES_DIFFER = (
    say(
        "两个单位登记的“{field}”不一样:{left_document}是“{left}”,{right_document}是“{right}”。",
        "Two agencies have different records of “{field}”: {left_document} says “{left}”, {right_document} says “{right}”.",
    ),
    say(
        "这不是您填错了,工作人员会核对。您可以先提交。",
        "This is not your mistake; an officer will check. You can submit now.",
    ),
)
REGISTRY_USED = (
    say(
        "“{field}”照片上读到的是“{left}”,{right_document}是“{right}”,我们按后一个办理。",
        "For “{field}” we read “{left}” on the photo; {right_document} says “{right}”, and we use that.",
    ),
    say("如果后一个不对,请告诉我们。", "If that is wrong, tell us."),
)
REGISTRY_USED_TYPED = (
    say(
        "“{field}”您填的是“{left}”,{right_document}是“{right}”,我们按后一个办理。",
        "For “{field}” you entered “{left}”; {right_document} says “{right}”, and we use that.",
    ),
    say("如果后一个不对,请告诉我们。", "If that is wrong, tell us."),
)
DIFFERS_A_LITTLE = (
    say(
        "“{field}”有两种写法:{left_document}上是“{left}”,{right_document}上是“{right}”。",
        "There are two versions of “{field}”: {left_document} says “{left}”, {right_document} says “{right}”.",
    ),
    say("这不影响办理;如果有一处错了,可以改过来。", "This does not hold you up; correct one if it is wrong."),
)
WRITTEN_OTHERWISE = (
    say(
        "“{field}”的写法略有不同:“{left}”和“{right}”,我们当作一样的,按登记的写法办理。",
        "“{field}” is written in two ways, “{left}” and “{right}”; we take them as the same and use the registered spelling.",
    ),
    say("您不用做什么。", "Nothing for you to do."),
)
UNDECIDED = (
    say(
        "“{field}”两处写的不一样,系统看不出是不是同一个:{left_document}上是“{left}”,{right_document}上是“{right}”。",
        "“{field}” is written as “{left}” in {left_document} and “{right}” in {right_document}; whether they are the same cannot be told.",
    ),
    say(
        "如果有一处写错了,请改过来；都没错就不用改,工作人员会核对。",
        "Correct one if it is wrong; otherwise staff will look.",
    ),
)
SOMEONE_ELSE = (
    say(
        "{left_document}好像是另一个人的:上面的身份证号是{left},而{right_document}上写的是{right}。",
        "{left_document} seems to be somebody else's: its id number is {left}, but {right_document} says {right}.",
    ),
    say(
        "请换成{role}本人的证件;如果号码读错了,请改过来。",
        "Upload the document of the {role}, or correct the number if we misread it.",
    ),
)
NOT_ABOUT_YOU = (
    say(
        "这些材料里没有您:您登录用的身份证号不在任何一份材料上。",
        "You do not appear in these documents: the id you signed in with is on none of them.",
    ),
    say(
        "请由材料上的本人登录办理;如果号码读错了,请改过来。",
        "One of the people named in them should sign in and file; or correct the number if we misread it.",
    ),
)
APPLICANT_NAME = (
    say(
        "您登录的姓名是“{left}”,{right_document}上同一身份证号的姓名是“{right}”。",
        "You signed in as “{left}”, but {right_document} gives “{right}” for the same id number.",
    ),
    say(
        "请核对一下;如果是生僻字或改过名,可以先提交,工作人员会看。",
        "Please check it; for a rare character or a changed name you may submit and an officer will look.",
    ),
)
ID_DISAGREES = (
    say("{document}上的“{field}”和身份证号对不上。", "“{field}” on {document} does not fit the id number."),
    say(
        "请核对一下身份证号和“{field}”,把不对的一处改过来。",
        "Check the id number and “{field}” and correct the one that is wrong.",
    ),
)
DATE_ORDER = (
    say(
        "{document}上“{field}”早于“{other}”,顺序反了。",
        "On {document} “{field}” is earlier than “{other}”; that cannot be.",
    ),
    say("请核对这两个日期。", "Please check the two dates."),
)
EXPIRED = (
    say("{document}已经过期({value})。", "{document} has expired ({value})."),
    say(
        "请上传在有效期内的证件;如果已经换领新证,拍新证就可以。",
        "Upload a valid one; if you have a new card, photograph that one.",
    ),
)
STRANGE_RECORD = (
    say("{agency}登记的“{field}”有些异常。", "The record of “{field}” at {agency} looks odd."),
    say(
        "这不是您填错了,工作人员会核对。您可以先提交。",
        "This is not your mistake; an officer will check. You can submit now.",
    ),
)
