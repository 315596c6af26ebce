"""What happens to a case. The stream is the case's id; the timeline, the messages and the court's report read these."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypedDict

from onething.core.events import ISSUED, STREAM, Concerns, EventData, ObjectType, Withheld, declare


class CaseFrame(TypedDict):
    """What every event of a case says of it: `CaseSubmitted(**frame)`."""

    subject_id: str
    life_event: str
    reference: str


class TaskFrame(CaseFrame):
    """What every event of a task says of it."""

    task: str
    agency: str
    service: str | None
    code: str | None


class CertificateFrame(CaseFrame):
    """What every change of a certificate says of it."""

    certificate: str
    evidence_type: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent(EventData):
    CONCERNS = (
        Concerns(STREAM, ObjectType.CASE, "happened to"),
        Concerns("subject_id", ObjectType.PERSON, "applicant"),
    )

    subject_id: str
    """Opaque id of the applicant, who is told."""
    life_event: str
    """Code of the life event, as in the city package."""
    reference: Withheld[str]
    """The number that she knows her case by."""


_TASK = Concerns("task", ObjectType.TASK, "is about", local=True)
_AGENCY = Concerns("agency", ObjectType.AGENCY, "in charge")
_ITEM = Concerns("item", ObjectType.WORK_ITEM, "is about")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEvent(CaseEvent):
    CONCERNS = (_TASK, _AGENCY)

    task: str
    """Id of the task within the plan: `service:…` or `fetch:…`."""
    agency: str
    """Id of the agency that carries it out."""
    service: str | None = None
    """Id of the service when the task is one."""
    code: str | None = None
    """Why, as a code of casework or of the agency: agency_down, officer_when, rules …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEnded(CaseEvent):
    outcome: Literal["done", "partly_done", "refused", "withdrawn"]
    """The status in which the case ended."""


@declare("case.submitted", zh="申请人提交了申请，办件开始", en="The applicant submitted, and the case began")
class CaseSubmitted(CaseEvent):
    pass


@declare("case.finished", zh="办件办结，至少有一项办成", en="The case came to its end with at least one service done")
class CaseFinished(CaseEnded):
    pass


@declare("case.refused", zh="办件办结，没有一项办成", en="The case came to its end with every service refused")
class CaseRefused(CaseEnded):
    pass


@declare(
    "case.withdrawing",
    zh="申请人要求撤回，已办的开始撤销",
    en="The applicant asked to withdraw; what was done is being taken back",
)
class CaseWithdrawing(CaseEvent):
    pass


@declare("case.withdrawn", zh="办件已撤回", en="The case was withdrawn")
class CaseWithdrawn(CaseEnded):
    pass


@declare("task.started", zh="部门开始办理一项", en="An agency started a task")
class TaskStarted(TaskEvent):
    pass


@declare("task.done", zh="一项办好了", en="A task was completed")
class TaskDone(TaskEvent):
    pass


@declare(
    "task.waiting", zh="一项暂时办不了，稍后自动重试", en="A task cannot go on just now and is tried again by itself"
)
class TaskWaiting(TaskEvent):
    pass


@declare(
    "task.referred", zh="一项转由工作人员办理", en="A task was passed to an officer",
    concerns=(_ITEM,),
)  # fmt: skip
class TaskReferred(TaskEvent):
    item: str | None = None
    """Id of the work item, where one was opened beside the task."""


@declare("task.decided", zh="工作人员对一项作出决定", en="An officer decided on a task", concerns=(_ITEM,))
class TaskDecided(TaskEvent):
    decision: Literal["approve", "refuse", "ask_supplement"]
    """What was decided; the officer's reason lies sealed with the work item."""
    item: str
    """Id of the work item."""


@declare("task.failed", zh="一项没有通过", en="A task was refused", concerns=(_ITEM,))
class TaskFailed(TaskEvent):
    item: str | None = None
    """Id of the work item, when an officer refused."""


@declare(
    "task.blocked", zh="一项办不了，因为前面的没有通过", en="A task cannot be done because an earlier one was refused"
)
class TaskBlocked(TaskEvent):
    because: str
    """Id of the service that was refused."""


@declare("task.undone", zh="已办好的一项被撤回", en="A completed task was taken back")
class TaskUndone(TaskEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementEvent(CaseEvent):
    CONCERNS = (_ITEM, Concerns("slots", ObjectType.EVIDENCE, "asked for", local=True))

    item: str
    """Id of the work item that asks."""
    slots: tuple[str, ...]
    """The slots that are asked for or were answered, by code."""


@declare("supplement.requested", zh="请申请人补充内容", en="The applicant was asked for more", concerns=(_AGENCY,))
class SupplementRequested(SupplementEvent):
    agency: str
    """Id of the agency that asks."""


@declare("supplement.answered", zh="申请人补充了内容", en="The applicant added what was asked for")
class SupplementAnswered(SupplementEvent):
    pass


@declare(
    "certificate.issued", zh="部门签发了证照", en="An agency issued a certificate",
    concerns=(Concerns("certificate", ObjectType.CERTIFICATE, ISSUED),),
)  # fmt: skip
class CertificateIssued(TaskEvent):
    certificate: str
    """Opaque id of the certificate."""
    evidence_type: str
    """Its type, as in the city package."""


@declare(
    "refusal.issued", zh="部门出具了不予办理的书面决定", en="An agency issued its refusal in writing",
    concerns=(Concerns("certificate", ObjectType.CERTIFICATE, ISSUED),),
)  # fmt: skip
class RefusalIssued(TaskEvent):
    certificate: str
    """Opaque id of the written decision, which is a certificate like others."""
    evidence_type: str
    """Its type, as in the city package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateEvent(CaseEvent):
    CONCERNS = (Concerns("certificate", ObjectType.CERTIFICATE, "changed"), _AGENCY)

    certificate: str
    """Opaque id of the certificate."""
    evidence_type: str
    """Its type, as in the city package."""
    agency: str
    """Id of the agency that issued it, one of whose officers changed it."""


@declare("certificate.suspended", zh="一份证照被暂停", en="A certificate was suspended")
class CertificateSuspended(CertificateEvent):
    pass


@declare("certificate.reinstated", zh="一份证照恢复有效", en="A certificate was put back in force")
class CertificateReinstated(CertificateEvent):
    pass


@declare("certificate.revoked", zh="一份证照被撤销", en="A certificate was revoked")
class CertificateRevoked(CertificateEvent):
    pass


@declare(
    "certificate.replaced", zh="一份证照换发了更正后的新证", en="A corrected certificate took the place of another",
    concerns=(Concerns("successor", ObjectType.CERTIFICATE, "successor"),),
)  # fmt: skip
class CertificateReplaced(CertificateEvent):
    successor: str
    """Opaque id of the new certificate."""


@declare(
    "reminder.due",
    zh="办结之后到期的事，提醒了申请人",
    en="The applicant was reminded of what comes due after her case",
)
class ReminderDue(CaseEvent):
    reminder: str
    """Key of the reminder within the case, as in the city package."""
    name_zh: str
    """What comes due, in Chinese, as the city package names it."""
    name_en: str
    """The same in English."""
    day: date
    """The day on which it comes due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineEvent(CaseEvent):
    CONCERNS = (_TASK, _AGENCY)

    task: str
    """Id of the task within the plan."""
    agency: str
    """Id of the agency that carries it out."""
    due_at: datetime
    """When the legal time limit ends or ended."""
    service: str | None = None
    """Id of the service when the task is one."""


@declare("deadline.near", zh="一项的法定时限快到了", en="The legal time limit of a task is near")
class DeadlineNear(DeadlineEvent):
    pass


@declare("deadline.missed", zh="一项超过了法定时限", en="The legal time limit of a task was missed")
class DeadlineMissed(DeadlineEvent):
    pass


EVENTS = (
    CaseSubmitted, CaseFinished, CaseRefused, CaseWithdrawing, CaseWithdrawn,
    TaskStarted, TaskDone, TaskWaiting, TaskReferred, TaskDecided, TaskFailed, TaskBlocked, TaskUndone,
    SupplementRequested, SupplementAnswered,
    CertificateIssued, RefusalIssued, CertificateSuspended, CertificateReinstated, CertificateRevoked, CertificateReplaced,
    ReminderDue, DeadlineNear, DeadlineMissed,
)  # fmt: skip
