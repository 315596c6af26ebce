"""What people can meet when they deal with cases."""

from onething.core.errors import define

CASE_NOT_FOUND = define(
    "casework.case_not_found", 404, exit_code=3,
    zh=("没有找到这个办件，或者您无权查看。", "请核对办件编号；如果是别人办的，请由本人登录查看。"),
    en=("There is no such case, or you may not see it.", "Check the reference; a case can only be opened by the person who filed it."),
)  # fmt: skip
DUPLICATE_CASE = define(
    "casework.duplicate_case", 409,
    zh=("这件事已经申报过了，办件编号是 {reference}。", "不用重复提交，请到“我的办件”查看进度。"),
    en=("This has already been filed; the reference is {reference}.", "There is no need to file again: see its progress under My cases."),
)  # fmt: skip
FILED_BY_ANOTHER = define(
    "casework.filed_by_another", 409,
    zh=("这件事已经由{who}申报过了，不是您申报的。", "不用再申报一次。进度和证照在对方的“我的办件”里，请问问对方；您不知情，或者对方填错了，请打电话 {phone}。您填的内容没有提交。"),
    en=("This has already been filed, not by you but by {who}.", "There is no need to file again. Progress and certificates are in that person's account: ask there. If you did not know of it or something in it is wrong, call {phone}. What you entered was not submitted."),
)  # fmt: skip
ITEM_NOT_FOUND = define(
    "casework.item_not_found", 404, exit_code=3,
    zh=("没有找到这项待办，或者它不属于您的单位。", "请回到待办列表，看看它是否已由同事办理。"),
    en=("There is no such item, or it is not your agency's.", "Go back to the inbox: a colleague may have dealt with it."),
)  # fmt: skip
ITEM_DECIDED = define(
    "casework.item_decided", 409,
    zh=("这项待办刚刚已经有人办理了，您的决定没有生效。", "请刷新页面，查看已作出的决定。"),
    en=("Somebody has just dealt with this item, so your decision did not take effect.", "Reload the page to see the decision that was made."),
)  # fmt: skip
DECIDED_BY_YOU = define(
    "casework.item_decided_by_you", 409,
    zh=("这项待办您已经办过了，您先前的决定有效，没有再记一次。", "请回到待办列表。"),
    en=("You have dealt with this item already; your earlier decision stands and was not recorded again.", "Go back to the inbox."),
)  # fmt: skip
WITH_COLLEAGUE = define(
    "casework.item_with_colleague", 409,
    zh=("同事正在办这项待办，您的操作没有生效。", "要由您来办，请打开这项待办，先点“我来接手”。"),
    en=("A colleague is working on this item, so nothing was done.", "If you are to deal with it, open the item and take it over first."),
)  # fmt: skip
SUPPLEMENT_CLOSED = define(
    "casework.supplement_closed", 409,
    zh=("这次要补的内容已经交过了，或者不用再补了，这一次没有收下。", "请打开办件，查看现在办到哪一步。"),
    en=("What was asked has been sent already, or is no longer needed; this was not taken.", "Open the case to see where it stands."),
)  # fmt: skip
UNDER_WAY = define(
    "casework.under_way", 409,
    zh=("还有事项正在办理，现在不能删除。", "请等事项办结，或者先撤回申请，再来删除。"),
    en=("A case is still under way, so the data cannot be erased now.", "Wait until it is finished, or withdraw it first."),
)  # fmt: skip
MONEY_UNDER_WAY = define(
    "casework.money_under_way", 409,
    zh=("还有款项正在支付或尚未退回，现在不能删除。", "请等款项到账，或由发放部门撤销付款，再来删除。"),
    en=("Money is still being paid or claimed back, so the data cannot be erased now.", "Wait until it has arrived, or have the paying agency call it off first."),
)  # fmt: skip
REASON_MISSING = define(
    "casework.reason_missing", 422,
    zh=("请写明理由。", "不予同意或要求补充材料时，理由会原样告诉申请人，请用对方看得懂的话写。"),
    en=("A reason is missing.", "When you refuse or ask for more, the applicant reads your reason as you wrote it: use plain words."),
)  # fmt: skip
ANSWER_WRONG = define(
    "casework.answer_wrong", 422,
    zh=("这一项不能这样填。{what}", "{todo}改好以后再发送。"),
    en=("This cannot be right. {what}", "{todo} Then send it again."),
)  # fmt: skip
ASKS_MISSING = define(
    "casework.asks_missing", 422,
    zh=("请选择需要申请人补充的内容。", "至少选择一项材料或一个需要回答的问题。"),
    en=("Choose what the applicant should add.", "Select at least one document or one question."),
)  # fmt: skip
SIGNED_CONTENT = define(
    "casework.signed_content", 422,
    zh=("这项内容各位签名人已经签名确认，不能单独补正。", "需要修改的，请写明理由不予通过；申请人改好、各人重新签名后可以再次提交，其他内容都会保留。"),
    en=("Everybody has signed this, so it cannot be changed by a supplement.", "Refuse with a reason where it must be changed: the applicant mends it, everybody signs again, and all else is kept."),
)  # fmt: skip
ANSWER_INCOMPLETE = define(
    "casework.answer_incomplete", 422,
    zh=("还差：{missing}。", "请补齐后再提交，已经填好的内容都在。"),
    en=("Still missing: {missing}.", "Add it and send again; what you have entered is kept."),
)  # fmt: skip
CASE_OVER = define(
    "casework.case_over", 409,
    zh=("这个办件已经办结，不能再改动。", "如有疑问，请到“我的办件”查看结果和理由。"),
    en=("This case is finished and can no longer be changed.", "See the outcome and the reasons under My cases."),
)  # fmt: skip
VALUE_TAKEN = define(
    "casework.value_taken", 409,
    zh=("有人比您先提交：{taken}", "怎么改：{mend}"),
    en=("Somebody filed before you. {taken}", "What to do: {mend}"),
)  # fmt: skip
CERTIFICATE_NOT_FOUND = define(
    "casework.certificate_not_found", 404, exit_code=3,
    zh=("没有找到这份证照，或者您无权下载。", "请到“我的办件”里重新打开。"),
    en=("There is no such certificate, or you may not download it.", "Open it again from My cases."),
)  # fmt: skip
WRONG_CITY = define(
    "casework.unknown_life_event", 422,
    zh=("这里不能办理“{life_event}”。", "请回到首页，选择本市可以办理的事项。"),
    en=("“{life_event}” cannot be handled here.", "Go back to the home page and choose one of this city's life events."),
)  # fmt: skip
WORKER_NAME_TAKEN = define(
    "casework.worker_name_taken", 409, exit_code=4,
    zh=("已有另一个名为 {worker} 的工作进程在运行。", "请给这个进程另起一个名字(ONETHING_WORKER_ID),或先停掉那一个。"),
    en=("Another worker named {worker} is running.", "Give this one another name (ONETHING_WORKER_ID) or stop the other first."),
)  # fmt: skip

NO_CHECKS = define(
    "casework.no_checks", 404, exit_code=3,
    zh=("这个办件没有做过核验。", "请核对办件编号；只有写明 checks 的事项才有核验。"),
    en=("No checks were run in this case.", "Check the reference; only services that say `checks` have any."),
)  # fmt: skip
NO_REVIEW_RULES = define(
    "casework.no_review_rules", 404, exit_code=3,
    zh=("“{event}”没有预审规则，或者文件里没有“{name}”。", "请看 life_event.yaml 的 review，以及规则文件里的 rulesets。"),
    en=("“{event}” has no review rules, or the file has no “{name}”.", "See `review` in life_event.yaml and the rulesets of the file."),
)  # fmt: skip
BAD_RULE_FILE = define(
    "casework.bad_rule_file", 422, exit_code=2,
    zh=("规则文件 {file} 有问题：{why}", "请先用 onething rules check 查一遍。"),
    en=("The rules in {file} are not valid: {why}", "Check them with onething rules check first."),
)  # fmt: skip
UNFIT_NO_WORKER = define(
    "casework.unfit_no_worker", 500,
    zh=("没有办理进程在运行：件交上来不会往下走。", "请启动 onething worker（每个进程一个 ONETHING_WORKER_ID）。"),
    en=("No worker is running: what is filed does not go on.", "Start `onething worker`, each with its own ONETHING_WORKER_ID."),
)  # fmt: skip

CERTIFICATE_INCOMPLETE = define(
    "casework.certificate_incomplete", 422, exit_code=2,
    zh=("这份证照缺少必填的内容，或者有印不出来的字：{fields}。", "请补齐或改正这些内容后再签发。"),
    en=("This certificate would lack what it must say, or holds characters that cannot be printed: {fields}.", "Complete or correct these, then issue it again."),
)  # fmt: skip
