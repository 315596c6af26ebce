"""The door of casework: open a case, look at it, decide and answer, withdraw, fetch certificates, run a worker."""

from onething.casework.cases.access_words import Look, actor_words, ground_words, looks_at, seen_words
from onething.casework.cases.applicants import Withdrawal, answer_supplement, withdraw, withdrawal_preview
from onething.casework.cases.case_facts import cases_as_population, count_since, facts_of_cases, filings_since
from onething.casework.cases.opening import open_case
from onething.casework.cases.reading import case_view, cases_of, newest, search
from onething.casework.cases.story import story
from onething.casework.certificates.issuance import (
    certificate_by_code,
    certificate_of,
    certificate_pdf,
    certificates_of,
    content_of,
)
from onething.casework.certificates.issuance import note_look as look_at_certificate
from onething.casework.certificates.lifecycle import change as change_certificate
from onething.casework.certificates.lifecycle import find as find_certificates
from onething.casework.certificates.lifecycle import reason_of, replace_with, wanted_change
from onething.casework.certificates.proofs import ProvenCertificate, field_name, with_proofs
from onething.casework.certificates.trust_keys import against, keyring
from onething.casework.deadlines.reminders import Reminded, reminders_of
from onething.casework.decisions.checks import CheckRun, keep_runs, last_run, outcome_of, replay_run, run_row, runs_of
from onething.casework.decisions.reservations import reserved_before
from onething.casework.execution.task_execution import Pace
from onething.casework.execution.worker import Worker
from onething.casework.models import (
    CaseRef,
    CaseStatus,
    CaseSummary,
    CaseView,
    InboxFilter,
    InboxItem,
    ItemKind,
    Page,
    Submission,
    TaskStatus,
    WorkItemView,
)
from onething.casework.officers.agency_backlog import Waiting, waiting_at
from onething.casework.officers.closer_look import Closer, ask_register, call_for, look_closer, operation_for
from onething.casework.officers.inbox import claim_item, decide, inbox, work_item
from onething.casework.officers.risk_desk import (
    approve as approve_risk_model,
)
from onething.casework.officers.risk_desk import (
    desk as risk_desk,
)
from onething.casework.officers.risk_desk import (
    find as record_risk_finding,
)
from onething.casework.officers.risk_desk import (
    judges as judges_risk,
)
from onething.casework.officers.risk_desk import (
    train as train_risk_model,
)
from onething.casework.officers.risk_desk import (
    view as risk_view,
)

__all__ = [
    "CaseRef",
    "CaseStatus",
    "CaseSummary",
    "CaseView",
    "CheckRun",
    "Closer",
    "InboxFilter",
    "InboxItem",
    "ItemKind",
    "Look",
    "Pace",
    "Page",
    "ProvenCertificate",
    "Reminded",
    "Submission",
    "TaskStatus",
    "Waiting",
    "Withdrawal",
    "WorkItemView",
    "Worker",
    "actor_words",
    "against",
    "answer_supplement",
    "approve_risk_model",
    "ask_register",
    "call_for",
    "case_view",
    "cases_as_population",
    "cases_of",
    "certificate_by_code",
    "certificate_of",
    "certificate_pdf",
    "certificates_of",
    "change_certificate",
    "claim_item",
    "content_of",
    "count_since",
    "decide",
    "facts_of_cases",
    "field_name",
    "filings_since",
    "find_certificates",
    "ground_words",
    "inbox",
    "judges_risk",
    "keep_runs",
    "keyring",
    "last_run",
    "look_at_certificate",
    "look_closer",
    "looks_at",
    "newest",
    "open_case",
    "operation_for",
    "outcome_of",
    "reason_of",
    "record_risk_finding",
    "reminders_of",
    "replace_with",
    "replay_run",
    "reserved_before",
    "risk_desk",
    "risk_view",
    "run_row",
    "runs_of",
    "search",
    "seen_words",
    "story",
    "train_risk_model",
    "waiting_at",
    "wanted_change",
    "with_proofs",
    "withdraw",
    "withdrawal_preview",
    "work_item",
]  # fmt: skip
