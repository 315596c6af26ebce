"""Tables of casework. What a case waits for is a row here; nothing is kept waiting in memory or in the engine.

Sizes are chosen for a million cases: plans are stored once per distinct plan, and every queue that is polled has a
partial index that holds only what is still open.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Index, Integer, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from onething.casework.states import CertificateStatus, ItemStatus
from onething.core.db import OUTLIVES, Base, Json, UtcDateTime
from onething.core.private import Private
from onething.core.tracing import traceparent

HELD = "code = 'certificate_incomplete'"
"""Tasks whose certificate would not say what it certifies."""


def only(condition: str) -> dict[str, Any]:
    """Arguments of a partial index."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


OPEN_TASK = "status IN ('planned', 'running', 'waiting')"
"""`states.OPEN_TASKS` as the partial index has it: SQLite uses the index only for this very wording, not for parameters."""


class CaseRow(Base):
    """One application of one applicant."""

    __tablename__ = "cases"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    """Of the submission: the same key never opens two cases."""
    city: Mapped[str] = mapped_column(String(60))
    life_event: Mapped[str] = mapped_column(String(60))
    catalog_version: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[str] = mapped_column(String(40))
    applicant_name: Mapped[str] = mapped_column(Private)
    """Sealed; `names` opens it and finds cases by it. Empty once she was erased."""
    status: Mapped[str] = mapped_column(String(16))
    plan_digest: Mapped[str] = mapped_column(String(64))
    filing: Mapped[dict[str, Any]] = mapped_column(Json)
    """Consents, documents, services left out, channel, language."""
    absent: Mapped[list[str]] = mapped_column(Json)
    """Slots that no registry has on record."""
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """Why something was refused or could not be undone, in both languages."""
    fingerprint: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Keyed hash of the facts that make two filings the same; given up when the case ends without success."""
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_cases_subject", "subject_id", "submitted_at", "id"),
        Index("ix_cases_submitted", "submitted_at", "id"),
    )


class CaseNameRow(Base):
    """A keyed hash of a beginning of the applicant's name: how officers find a case without a name lying open."""

    __tablename__ = "case_name"

    mark: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(String(40), primary_key=True)

    __table_args__ = (Index("ix_case_name_case_id", "case_id"),)


class PlanRow(Base):
    """A plan, stored once for all cases that follow the same one (it holds no personal data)."""

    __tablename__ = "case_plan"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    plan: Mapped[dict[str, Any]] = mapped_column(Json)


class TaskRow(Base):
    """One planned task of a case and how far it is (`states.TASK`). Workers write it only by compare-and-set on `status`."""

    __tablename__ = "case_task"

    case_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    task_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    agency: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(60), default="")
    """What it waits for or why it ended."""
    decision: Mapped[str] = mapped_column(String(12), default="")
    """What an officer decided on it."""
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    alarm_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When to tell next about the deadline: first that it is near, then that it is missed, then never."""
    after: Mapped[list[str]] = mapped_column(Json, default=list)
    """Tasks whose results it waits for: the edges of the case's graph, kept when the case is planned again."""
    result: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Reasons, findings, reference numbers; for the officer and the applicant to read. Words lie sealed (`said`)."""

    __table_args__ = (
        Index("ix_case_task_alarm", "alarm_at", **only(OPEN_TASK)),
        Index("ix_case_task_held", "case_id", **only(HELD)),
    )


class EvidenceRow(Base):
    """What is known in a case about one slot, and where it came from.

    `data` is sealed under the key of the case's person; `store.facts_of_many` reads it.
    """

    __tablename__ = "case_evidence"

    case_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[str] = mapped_column(String(60), primary_key=True)
    data: Mapped[Any] = mapped_column(Json)
    origin: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class WorkItemRow(Base):
    """Something a person (or a robot) must do before the case can go on."""

    __tablename__ = "work_item"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    case_id: Mapped[str] = mapped_column(String(40))
    task_id: Mapped[str | None] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(12))
    agency: Mapped[str] = mapped_column(String(60))
    """Whose officers see it; for supplements the agency that asks."""
    life_event: Mapped[str] = mapped_column(String(60))
    service: Mapped[str] = mapped_column(String(60), default="")
    status: Mapped[str] = mapped_column(String(12), default=ItemStatus.OPEN.value)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    assignee: Mapped[str | None] = mapped_column(String(80))
    decision: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(String(120))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    """Findings for an officer; what is asked of the applicant and why. Words lie sealed (`said`), `reason` too."""

    __table_args__ = (
        Index("ix_work_item_inbox", "agency", "due_at", "id", **only("status = 'open' AND kind <> 'supplement'")),
        Index("ix_work_item_all", "due_at", "id", **only("status = 'open' AND kind <> 'supplement'")),
        Index("ix_work_item_case", "case_id", "status"),
        Index("ix_work_item_decided", "agency", "decided_at", "id", **only("status = 'done' AND kind <> 'supplement'")),
    )


class SegmentRow(Base):
    """One stretch of automatic work of a case, from one wait to the next: the unit that workers claim."""

    __tablename__ = "segment"

    case_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    k: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    cause: Mapped[str] = mapped_column(String(20))
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    waiting_on: Mapped[str | None] = mapped_column(String(60))
    """The agency that was unavailable; released as soon as it answers anybody again."""
    worker_id: Mapped[str | None] = mapped_column(String(80), info=OUTLIVES)
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    """Grows with every owner; writes of an earlier owner are refused."""
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trace: Mapped[str | None] = mapped_column(String(60), default=traceparent)
    """`traceparent` of what made it necessary, so that the worker goes on under the same correlation id."""

    __table_args__ = (
        Index("ix_segment_ready", "run_at", **only("state = 'ready'")),
        Index("uq_segment_one_ready", "case_id", unique=True, **only("state = 'ready'")),
        Index("uq_segment_one_claimed", "case_id", unique=True, **only("state = 'claimed'")),
        Index("ix_segment_done", "done_at", **only("state = 'done'")),
        Index("ix_segment_claimed", "worker_id", **only("state = 'claimed'")),
        Index("ix_segment_waiting_on", "waiting_on", "run_at", **only("state = 'ready' AND waiting_on IS NOT NULL")),
    )


class WorkerRow(Base):
    """A worker process and until when it is believed to be alive."""

    __tablename__ = "worker"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    boot: Mapped[str] = mapped_column(String(40))
    """New at every start: two processes with one name cannot both hold the lease."""
    host: Mapped[str] = mapped_column(String(120))
    pid: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(12))
    lease_until: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CheckRunRow(Base):
    """One run of all checks of a life event with every check's trace: whoever doubts a decision judges it again from here."""

    __tablename__ = "check_run"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    case_id: Mapped[str | None] = mapped_column(String(40))
    filing_id: Mapped[str | None] = mapped_column(String(40))
    """Of a submission that was refused at once and became no case."""
    subject_id: Mapped[str] = mapped_column(String(40), default="")
    task_id: Mapped[str] = mapped_column(String(100), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[date] = mapped_column(Date)
    """The day whose law was applied."""
    life_event: Mapped[str] = mapped_column(String(60))
    catalog_version: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(8))
    results: Mapped[Any] = mapped_column(Json)
    """Sealed under the applicant's key: the traces hold names, numbers and addresses. `checks` opens it."""

    __table_args__ = (Index("ix_check_run_case", "case_id", "id"), Index("ix_check_run_filing", "filing_id", "id"))


class ReservationRow(Base):
    """A value that one case alone may have, such as a company's name. Two cases that want it: the key lets one in."""

    __tablename__ = "reservation"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Keyed hash of city, fact and value."""
    case_id: Mapped[str] = mapped_column(String(40))
    fact: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Grows from one reservation of a fact to the next, whatever the clocks of different machines say."""
    value: Mapped[str | None] = mapped_column(Text)
    """The value itself, only where the event lets others compare with it (`compare_days`): then it is public anyway."""

    __table_args__ = (Index("ix_reservation_case", "case_id"), Index("ix_reservation_fact", "fact", "at"))


class ReminderRow(Base):
    """Something that comes due after a finished case. No row names a person; its words come from the city package."""

    __tablename__ = "case_reminder"

    case_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    due_on: Mapped[date] = mapped_column(Date)
    tell_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the applicant is told; empty once that was done."""
    words: Mapped[dict[str, Any]] = mapped_column(Json)
    """Name, what to do, authority and legal ground as they stood when the case ended."""

    __table_args__ = (Index("ix_case_reminder_tell", "tell_at", **only("tell_at IS NOT NULL")),)


class CertificateRow(Base):
    """A certificate issued by a service of a case."""

    __tablename__ = "certificate"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[str] = mapped_column(Private)
    """The agency's own number where it gave one (of an insurance, of a record): sealed under the holder's key."""
    number_mark: Mapped[str] = mapped_column(String(64))
    """Keyed hash of it: officers find a certificate by it. One that was issued anew may have the number of the one before it, as a
    company's licence has its code."""
    code: Mapped[str] = mapped_column(String(24), unique=True)
    """What anybody can check it by, printed on it."""
    case_id: Mapped[str] = mapped_column(String(40))
    task_id: Mapped[str] = mapped_column(String(100))
    slot: Mapped[str] = mapped_column(String(60))
    evidence_type: Mapped[str] = mapped_column(String(60))
    agency: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str] = mapped_column(String(40))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(12), default=CertificateStatus.VALID.value)
    pdf: Mapped[str | None] = mapped_column(String(64))
    """Digest of the drawn file, sealed under its holder's key; kept once the certificate is anchored. Its content lies
    with the credential, sealed too."""

    __table_args__ = (
        Index("ix_certificate_case", "case_id"),
        Index("ix_certificate_number_mark", "number_mark"),
        Index("ix_certificate_subject", "subject_id", "issued_at", "id"),
    )


class CertificateSerialRow(Base):
    """The running number of a certificate whose kind has no number of its agency's."""

    __tablename__ = "certificate_serial"

    serial: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    certificate_id: Mapped[str] = mapped_column(String(40), unique=True)

    __table_args__ = ({"sqlite_autoincrement": True},)
