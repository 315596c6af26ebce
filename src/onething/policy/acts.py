"""What of policy only officials may do."""

from onething.core.rights.service import ADMIN, OFFICER, OFFICIALS, Reach, act

REGULATIONS = act(
    "policy.regulation.read", "查看收录的法规", "read the regulations that are kept", Reach.CITY, OFFICIALS, looks=True
)  # fmt: skip
ADD_REGULATION = act(
    "policy.regulation.add", "收录法规及其关联", "add regulations and how they relate", Reach.CITY, OFFICER | ADMIN
)  # fmt: skip
READ_CLAUSE = act(
    "policy.clause.read", "查看政策条款的草稿和待审版本", "read drafts of clauses", Reach.AGENCY, OFFICIALS, looks=True
)  # fmt: skip
DRAFT_CLAUSE = act(
    "policy.clause.draft", "起草或修改政策条款", "draft or change clauses", Reach.AGENCY, OFFICER
)  # fmt: skip
SET_BUDGET = act(
    "policy.budget.set", "确定政策条款的资金预算", "set the budget of a clause", Reach.AGENCY, OFFICER
)  # fmt: skip
APPROVE_CLAUSE = act(
    "policy.clause.approve", "批准或退回政策条款", "approve clauses or send them back", Reach.AGENCY, OFFICER | ADMIN, apart_from=("policy.clause.draft", "policy.budget.set")
)  # fmt: skip
FIGURES = act(
    "policy.figures.read", "查看全市政策兑现情况和推演", "read the figures of policies and try what-ifs", Reach.CITY, OFFICIALS, looks=True
)  # fmt: skip
KEEP_SCENARIO = act(
    "policy.scenario.keep", "保存政策推演方案", "keep a what-if", Reach.CITY, OFFICIALS
)  # fmt: skip
READ_SUGGESTIONS = act(
    "policy.suggestion.read", "查看企业的政策建议", "read what companies suggest", Reach.AGENCY, OFFICIALS, looks=True
)  # fmt: skip
ANSWER_SUGGESTION = act(
    "policy.suggestion.answer", "答复或转交企业的政策建议", "answer or pass on what companies suggest", Reach.AGENCY, OFFICER
)  # fmt: skip
READ_AWARD = act(
    "policy.award.read", "查看多付的政策资金", "see benefits that were overpaid", Reach.AGENCY, OFFICIALS, looks=True
)  # fmt: skip
DECIDE_AWARD = act(
    "policy.award.decide", "决定追回或保留多付的政策资金", "claim back an overpaid benefit or leave it", Reach.AGENCY, OFFICER
)  # fmt: skip

ACTS = (
    REGULATIONS,
    ADD_REGULATION,
    READ_CLAUSE,
    DRAFT_CLAUSE,
    SET_BUDGET,
    APPROVE_CLAUSE,
    FIGURES,
    KEEP_SCENARIO,
    READ_SUGGESTIONS,
    ANSWER_SUGGESTION,
    READ_AWARD,
    DECIDE_AWARD,
)
