"""What people can meet while they prepare a filing. Whatever happens, what they entered is kept."""

from onething.core.errors import define

FILING_NOT_FOUND = define(
    "intake.filing_not_found", 404, exit_code=3,
    zh=("没有找到这份申报，或者它不是您的。", "请到“我的申报”里重新打开；如果是家人填的，请用家人的账号登录。"),
    en=("There is no such filing, or it is not yours.", "Open it again from My filings; if a relative started it, sign in as them."),
)  # fmt: skip
FILING_CLOSED = define(
    "intake.filing_closed", 409,
    zh=("这份申报已经提交，办件编号是 {reference}，不能再改。", "请到“我的办件”查看进度；如果有错，可以在那里撤回或补充。"),
    en=("This filing has been submitted as {reference} and can no longer be changed.", "Follow it under My cases; there you can also withdraw or add to it."),
)  # fmt: skip
FILING_ABANDONED = define(
    "intake.filing_abandoned", 409,
    zh=("这份申报已经放弃。", "请重新开始一份。"),
    en=("This filing was given up.", "Start a new one."),
)  # fmt: skip
NOT_READY = define(
    "intake.not_ready", 422,
    zh=("还有 {count} 处要先处理，才能提交。", "请看页面上方的清单，逐条改好；已填写的内容都在。"),
    en=("{count} things must be put right before you can submit.", "Go through the list at the top of the page; nothing you entered is lost."),
)  # fmt: skip
STILL_READING = define(
    "intake.still_reading", 409,
    zh=("有照片还在识别。", "请等几秒再提交，识别好以后请核对一下。"),
    en=("A photo is still being read.", "Wait a few seconds, check what was read, then submit."),
)  # fmt: skip
DOCUMENT_NOT_FOUND = define(
    "intake.document_not_found", 404, exit_code=3,
    zh=("没有找到这张照片，可能已经删除。", "请刷新页面；需要的话重新上传。"),
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
INVITATION_NOT_FOUND = define(
    "intake.invitation_not_found", 404, exit_code=3,
    zh=("没有找到这份邀请，或者它不是发给您的。", "请用收到短信的那个人的账号登录；也可以请发起人重新邀请。"),
    en=("There is no such invitation, or it is not for you.", "Sign in as the person who got the message, or ask for a new invitation."),
)  # fmt: skip
INVITATION_OVER = define(
    "intake.invitation_over", 409,
    zh=("这份邀请已经不能用了：{why}。", "如果还要办理，请发起人重新邀请您。"),
    en=("This invitation no longer counts: {why}.", "If it is still wanted, ask for a new invitation."),
)  # fmt: skip
WRONG_CODE = define(
    "intake.wrong_code", 422,
    zh=("验证码不对。", "请照短信里的六位数字再填一次；试错太多次，要请发起人重新邀请。"),
    en=("That code is not right.", "Enter the six digits of the message again; after too many tries a new invitation is needed."),
)  # fmt: skip
CONTENT_CHANGED = define(
    "intake.content_changed", 409,
    zh=("您打开页面以后，内容被改过。", "请重新看一遍，再确认。"),
    en=("What you were shown has been changed since.", "Please read it again, then confirm."),
)  # fmt: skip
NOTHING_TO_SIGN = define(
    "intake.nothing_to_sign", 422,
    zh=("还没有可以签名的内容。", "请先把要填的填完。"),
    en=("There is nothing to sign yet.", "Please complete the form first."),
)  # fmt: skip
TOO_MANY_DRAFTS = define(
    "intake.too_many_drafts", 429,
    zh=("您已经有 {most} 份没有提交的申报。", "请先提交或放弃其中一份。"),
    en=("You already have {most} unfinished filings.", "Submit or give up one of them first."),
)  # fmt: skip

TOO_LONG = define(
    "intake.text_too_long", 422,
    zh=("文件里的文字有 {count} 个字，超过了 {most} 个字。", "请只上传需要的部分，或者直接把文字贴进来。"),
    en=("The text in the file has {count} characters, more than {most}.", "Send only the part that is needed, or paste the text."),
)  # fmt: skip
NO_FILE = define(
    "intake.no_text_file", 422,
    zh=("没有收到文件。", "请选择 Word、PDF、文本文件，或拍下每一页；一次最多 {most} 个。"),
    en=("No file came.", "Choose a Word, PDF or text file, or photograph each page; at most {most} at once."),
)  # fmt: skip
NO_TEXT = define(
    "intake.no_text_in_file", 422,
    zh=("文件里认不出文字：{name}", "请把纸放平、拍清楚整页，或换成 Word、PDF 文件。"),
    en=("No text can be made out in this file: {name}", "Lay the page flat and photograph the whole of it sharply, or send a Word or PDF file."),
)  # fmt: skip
