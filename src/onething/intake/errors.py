"""What people can meet while they prepare a filing. Whatever happens, what they entered is kept."""

from onething.core.errors import define

FILING_NOT_FOUND = define(
    "intake.filing_not_found", 404, exit_code=3,
    zh=("没有找到这份申报,或者它不是您的。", "请到“我的申报”里重新打开;如果是家人填的,请用家人的账号登录。"),
    en=("There is no such filing, or it is not yours.", "Open it again from My filings; if a relative started it, sign in as them."),
)  # fmt: skip
FILING_CLOSED = define(
    "intake.filing_closed", 409,
    zh=("这份申报已经提交,办件编号是 {reference},不能再改。", "请到“我的办件”查看进度;如果有错,可以在那里撤回或补充。"),
    en=("This filing has been submitted as {reference} and can no longer be changed.", "Follow it under My cases; there you can also withdraw or add to it."),
)  # fmt: skip
FILING_ABANDONED = define(
    "intake.filing_abandoned", 409,
    zh=("这份申报已经放弃。", "请重新开始一份。"),
    en=("This filing was given up.", "Start a new one."),
)  # fmt: skip
NOT_READY = define(
    "intake.not_ready", 422,
    zh=("还有 {count} 处要先处理,才能提交。", "请看页面上方的清单,逐条改好;已填写的内容都在。"),
    en=("{count} things must be put right before you can submit.", "Go through the list at the top of the page; nothing you entered is lost."),
)  # fmt: skip
STILL_READING = define(
    "intake.still_reading", 409,
    zh=("有照片还在识别。", "请等几秒再提交,识别好以后请核对一下。"),
    en=("A photo is still being read.", "Wait a few seconds, check what was read, then submit."),
)  # fmt: skip
DOCUMENT_NOT_FOUND = define(
    "intake.document_not_found", 404, exit_code=3,
    zh=("没有找到这张照片,可能已经删除。", "请刷新页面;需要的话重新上传。"),
    en=("This photo is not here; it may have been removed.", "Reload the page and upload it again if it is needed."),
)  # fmt: skip
TOO_MANY_DOCUMENTS = define(
    "intake.too_many_documents", 422,
    zh=("一份申报最多上传 {most} 个文件。", "请先删除用不到的照片。"),
    en=("A filing takes at most {most} files.", "Remove photos that are not needed first."),
)  # fmt: skip
UNKNOWN_CHOICE = define(
    "intake.unknown_choice", 422,
    zh=("没有“{choice}”这个选项。", "请从页面上列出的选项中选择。"),
    en=("There is no choice “{choice}”.", "Choose one of those on the page."),
)  # fmt: skip
TOO_MANY_DRAFTS = define(
    "intake.too_many_drafts", 429,
    zh=("您已经有 {most} 份没有提交的申报。", "请先提交或放弃其中一份。"),
    en=("You already have {most} unfinished filings.", "Submit or give up one of them first."),
)  # fmt: skip
