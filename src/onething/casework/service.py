"""The door of casework: open a case, look at it, decide and answer, withdraw, fetch certificates, run a worker."""

from onething.casework.applicants import Withdrawal, answer_supplement, withdraw, withdrawal_preview
from onething.casework.certificates import (
    certificate_by_code,
    certificate_of,
    certificate_pdf,
    certificates_of,
    content_of,
)
from onething.casework.certificates import note_look as look_at_certificate
from onething.casework.checks import CheckRun, keep_runs, last_run, outcome_of, replay_run, run_row, runs_of
from onething.casework.licences import change as change_certificate
from onething.casework.licences import find as find_certificates
from onething.casework.licences import reason_of, replace_with, wanted_change
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
from onething.casework.officers import claim_item, decide, inbox, work_item
from onething.casework.opening import open_case
from onething.casework.performing import Pace
from onething.casework.population import count_since, facts_of_cases, filings_since
from onething.casework.proving import against, keyring
from onething.casework.queues import Waiting, waiting_at
from onething.casework.reading import case_view, cases_of, newest, search
from onething.casework.reminders import Reminded, reminders_of
from onething.casework.reservations import reserved_before
from onething.casework.worker import Worker, engine_url, run_worker

__all__ = [
    "CaseRef",
    "CaseStatus",
    "CaseSummary",
    "CaseView",
    "CheckRun",
    "InboxFilter",
    "InboxItem",
    "ItemKind",
    "Pace",
    "Page",
    "Reminded",
    "Submission",
    "TaskStatus",
    "Waiting",
    "Withdrawal",
    "WorkItemView",
    "Worker",
    "against",
    "answer_supplement",
    "case_view",
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
    "engine_url",
    "facts_of_cases",
    "filings_since",
    "find_certificates",
    "inbox",
    "keep_runs",
    "keyring",
    "last_run",
    "look_at_certificate",
    "newest",
    "open_case",
    "outcome_of",
    "reason_of",
    "reminders_of",
    "replace_with",
    "replay_run",
    "reserved_before",
    "run_row",
    "run_worker",
    "runs_of",
    "search",
    "waiting_at",
    "wanted_change",
    "withdraw",
    "withdrawal_preview",
    "work_item",
]  # fmt: skip
