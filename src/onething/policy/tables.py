"""The tables of the room, listed for the migrations; rows of fulfilment are listed by themselves."""

from onething.policy.feedback.tables import SuggestionRow
from onething.policy.knowledge.tables import PolicyClauseRow, PolicyDocumentRow, PolicyRelationRow
from onething.policy.whatif.tables import ScenarioRow

__all__ = ["PolicyClauseRow", "PolicyDocumentRow", "PolicyRelationRow", "ScenarioRow", "SuggestionRow"]
