"""The door of knowledge: regulations and clauses that are kept, versions of clauses with four eyes, and conflicts between them."""

from onething.policy.knowledge.conflicts import ClauseConflict, find_conflicts
from onething.policy.knowledge.store import (
    KeptClause,
    KeptDocument,
    add_document,
    approve_clause,
    clause_version,
    clauses_of,
    document,
    documents,
    reject_clause,
    save_clause,
    start_clause,
    submit_clause,
    versions_of,
)

__all__ = [
    "ClauseConflict",
    "KeptClause",
    "KeptDocument",
    "add_document",
    "approve_clause",
    "clause_version",
    "clauses_of",
    "document",
    "documents",
    "find_conflicts",
    "reject_clause",
    "save_clause",
    "start_clause",
    "submit_clause",
    "versions_of",
]
