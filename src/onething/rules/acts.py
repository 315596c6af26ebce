"""What of rules only officials may do. Whose rules they are is said by the room that keeps them (`models.Whose`)."""

from onething.core.rights.service import ADMIN, OFFICER, OFFICIALS, Reach, act

READ = act(
    "rules.version.read", "查看规则的草稿和待审版本", "read drafts of rules", Reach.AGENCY, OFFICIALS, looks=True
)  # fmt: skip
DRAFT = act(
    "rules.version.draft", "起草或修改规则", "draft or change rules", Reach.AGENCY, OFFICER
)  # fmt: skip
APPROVE = act(
    "rules.version.approve", "批准或退回规则", "approve rules or send them back", Reach.AGENCY, OFFICER | ADMIN, apart_from=("rules.version.draft",)
)  # fmt: skip
BROWSE = act(
    "rules.library.read", "查看和试算在用的规则", "read the rules in force and try them", Reach.CITY, OFFICIALS, looks=True
)  # fmt: skip

ACTS = (READ, DRAFT, APPROVE, BROWSE)
