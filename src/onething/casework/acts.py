"""What of cases only officials may do."""

from onething.core.rights.service import ADMIN, AUDITOR, OFFICER, OFFICIALS, Reach, act

LIST_ITEMS = act(
    "casework.item.list", "查看待办清单", "see the list of work", Reach.AGENCY, OFFICIALS, looks=True
)  # fmt: skip
OPEN_ITEM = act(
    "casework.item.open", "打开待办及其材料", "open a work item and its papers", Reach.AGENCY, OFFICER | AUDITOR, looks=True
)  # fmt: skip
CLAIM_ITEM = act(
    "casework.item.claim", "领取或退回待办", "take a work item or give it back", Reach.AGENCY, OFFICER
)  # fmt: skip
DECIDE_ITEM = act(
    "casework.item.decide", "对待办作出决定", "decide a work item", Reach.AGENCY, OFFICER
)  # fmt: skip
OPEN_CASE = act(
    "casework.case.open", "打开办件", "open a case", Reach.AGENCY, OFFICER | AUDITOR, looks=True
)  # fmt: skip
OPEN_CERTIFICATE = act(
    "casework.certificate.open", "查找和打开证照", "find and open certificates", Reach.AGENCY, OFFICER | AUDITOR, looks=True
)  # fmt: skip
CHANGE_CERTIFICATE = act(
    "casework.certificate.change", "暂停、恢复、吊销或换发证照", "suspend, reinstate, revoke or replace a certificate", Reach.AGENCY, OFFICER
)  # fmt: skip
OPEN_RISK = act(
    "casework.risk.open", "查看风险研判", "see what was found out about risks", Reach.AGENCY, OFFICER | AUDITOR, looks=True
)  # fmt: skip
RECORD_FINDING = act(
    "casework.risk.record", "登记风险核查结论", "record what was found out about a company", Reach.AGENCY, OFFICER
)  # fmt: skip
TRAIN_RISK = act(
    "casework.risk.train", "训练风险模型", "train a risk model", Reach.AGENCY, OFFICER
)  # fmt: skip
APPROVE_RISK = act(
    "casework.risk.approve", "批准风险模型", "approve a risk model", Reach.AGENCY, OFFICER, apart_from=("casework.risk.train",)
)  # fmt: skip
READ_FAULTS = act(
    "casework.fault.read", "查看系统故障", "see faults", Reach.INSTALLATION, ADMIN | AUDITOR, looks=True
)  # fmt: skip
MEND_FAULT = act(
    "casework.fault.mend", "重试或关闭系统故障", "retry or close faults", Reach.INSTALLATION, ADMIN
)  # fmt: skip
READ_FIGURES = act(
    "casework.figures.read", "查看全市办件情况", "see how the work of the city stands", Reach.CITY, ADMIN | AUDITOR, looks=True
)  # fmt: skip

ACTS = (
    LIST_ITEMS,
    OPEN_ITEM,
    CLAIM_ITEM,
    DECIDE_ITEM,
    OPEN_CASE,
    OPEN_CERTIFICATE,
    CHANGE_CERTIFICATE,
    OPEN_RISK,
    RECORD_FINDING,
    TRAIN_RISK,
    APPROVE_RISK,
    READ_FAULTS,
    MEND_FAULT,
    READ_FIGURES,
)
