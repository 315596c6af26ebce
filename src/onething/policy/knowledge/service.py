"""The door of knowledge: regulations and clauses that are kept, versions of clauses with four eyes, and conflicts
between them.

Officials only: others are told why not (`rights.…`); what is not there is core.not_found.

Regulations:
`add_document`: keeps a regulation's text and gives it structured; the same version again is the one already kept.
`document`: one read again from its text: the same text always gives the same structure.
`documents`: kept regulations, those added last first.
`versions_of`: all kept versions of one, the oldest first.

Versions of clauses:
`clauses_of`: every version of the clauses that stand on a document, the newest of each first.
`clause_version`: one version.
`start_clause`: a new version as a draft.
`save_clause`: saves a draft; rules.stale_draft when a colleague saved in between.
`submit_clause`: hands over for approval; policy.not_ready while a check of the rules finds an error,
    policy.bad_amount.
`approve_clause`: in force from a day; rules.same_person for whoever wrote or submitted it.
`reject_clause`: sends it back with a reason.

Conflicts:
`find_conflicts`: every pair of clauses that meets in some company on some day, the most serious first, and clauses
    that nobody can meet; at most as many as the limit says.
"""

from onething.policy.knowledge.conflicts import find_conflicts
from onething.policy.knowledge.store import (
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
