"""What of company profiles only officials may do."""

from onething.core.rights.service import OFFICER, OFFICIALS, Reach, act

DELIVER = act(
    "subjects.profile.deliver", "报送企业画像数据", "deliver data of companies", Reach.AGENCY, OFFICER
)  # fmt: skip
READ_DISPUTE = act(
    "subjects.dispute.read", "查看企业提出的数据异议", "read the values that companies call wrong", Reach.AGENCY, OFFICIALS, looks=True
)  # fmt: skip
ANSWER_DISPUTE = act(
    "subjects.dispute.answer", "答复企业提出的数据异议", "answer for a value that a company calls wrong", Reach.AGENCY, OFFICER
)  # fmt: skip

ACTS = (DELIVER, READ_DISPUTE, ANSWER_DISPUTE)
