"""The states of casework's rows: a case, its tasks, what people have to do, stretches of automatic work, workers, certificates."""

from enum import StrEnum

from onething.core.i18n import Text
from onething.core.states import declare


class CaseStatus(StrEnum):
    RUNNING = "running"
    WAITING = "waiting"
    WITHDRAWING = "withdrawing"
    DONE = "done"
    PARTLY_DONE = "partly_done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def over(self) -> bool:
        return self in CASE.final


_ENDS = {
    CaseStatus.DONE: "Nothing is left open and no service was refused.",
    CaseStatus.PARTLY_DONE: "Nothing is left open; some services were carried out, some refused or taken back.",
    CaseStatus.REFUSED: "Nothing is left open; what was wanted was refused or taken back, and nothing carried out.",
}

CASE = declare(
    CaseStatus,
    name="case",
    column="cases.status",
    about="One application of one applicant, from her submission to its end.",
    meanings={
        CaseStatus.RUNNING: Text(zh="正在自动办理", en="Automatic work is going on or due"),
        CaseStatus.WAITING: Text(
            zh="剩下的都在等人，或等某部门的系统恢复", en="Everything left waits for a person or for an agency to come back"
        ),
        CaseStatus.WITHDRAWING: Text(zh="申请人撤回，已办的正在撤销", en="Withdrawn by the applicant; what was done is being taken back"),
        CaseStatus.DONE: Text(zh="全部办结", en="Everything is done"),
        CaseStatus.PARTLY_DONE: Text(zh="办结，部分事项未获通过", en="Finished, with a part refused or taken back"),
        CaseStatus.REFUSED: Text(zh="未获通过", en="Refused"),
        CaseStatus.WITHDRAWN: Text(zh="已撤回", en="Withdrawn, and taken back as far as possible"),
    },
    initial={CaseStatus.RUNNING},
    final={CaseStatus.DONE, CaseStatus.PARTLY_DONE, CaseStatus.REFUSED, CaseStatus.WITHDRAWN},
    moves={
        CaseStatus.RUNNING: {
            CaseStatus.RUNNING: "A segment ended or a person acted, and a task can start at once.",
            CaseStatus.WAITING: "A segment ended or a person acted, and nothing can start before somebody else acts.",
            CaseStatus.WITHDRAWING: "The applicant withdraws.",
            **_ENDS,
        },
        CaseStatus.WAITING: {
            CaseStatus.RUNNING: "A person acted or an agency is back, and a task can start at once.",
            CaseStatus.WAITING: "A person acted or an agency was asked again, and still nothing can start.",
            CaseStatus.WITHDRAWING: "The applicant withdraws.",
            **_ENDS,
        },
        CaseStatus.WITHDRAWING: {
            CaseStatus.WITHDRAWN: "All that can be taken back is taken back.",
        },
    },
)  # fmt: skip


class TaskStatus(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    SKIPPED = "skipped"
    UNDOING = "undoing"
    UNDONE = "undone"


OPEN_TASKS = (TaskStatus.PLANNED, TaskStatus.RUNNING, TaskStatus.WAITING)

_ENDED = {
    TaskStatus.DONE: "A worker carried it out: the agency answered, or the rules and checks say yes.",
    TaskStatus.REFUSED: "The agency, the rules or the checks refuse.",
    TaskStatus.SKIPPED: "No source has a record, or the plan can do without it, or it cannot be had after a refusal, or she withdrew.",
}

TASK = declare(
    TaskStatus,
    name="task",
    column="case_task.status",
    about="One planned task of a case: fetching an evidence or performing a service.",
    meanings={
        TaskStatus.PLANNED: Text(zh="已列入计划，条件齐了就办", en="Planned; starts the moment its inputs exist"),
        TaskStatus.RUNNING: Text(
            zh="正在办理，已超过片刻", en="Longer at work than a moment; short tasks go from planned to done"
        ),
        TaskStatus.WAITING: Text(
            zh="等工作人员、申请人、办事机器人，或等对方系统恢复",
            en="For an officer, the applicant, a robot, or an agency that is down: its code says which",
        ),
        TaskStatus.DONE: Text(zh="已办好", en="Carried out"),
        TaskStatus.REFUSED: Text(zh="未获通过", en="Refused"),
        TaskStatus.SKIPPED: Text(zh="不需要办，或办不了", en="Not needed after all, or impossible after a refusal"),
        TaskStatus.UNDOING: Text(zh="正在撤销", en="Being taken back"),
        TaskStatus.UNDONE: Text(zh="已撤销", en="Taken back"),
    },
    initial={TaskStatus.PLANNED},
    final={TaskStatus.DONE, TaskStatus.REFUSED, TaskStatus.SKIPPED, TaskStatus.UNDONE},
    moves={
        TaskStatus.PLANNED: {
            TaskStatus.RUNNING: "A worker has been at it for longer than a moment.",
            TaskStatus.WAITING: "An officer or a robot has to act, the agency is away or answers nonsense, or its certificate would not say what it certifies.",
            **_ENDED,
        },
        TaskStatus.RUNNING: {
            TaskStatus.WAITING: "An officer or a robot has to act, the agency is away or answers nonsense, or its certificate would not say what it certifies.",
            **_ENDED,
        },
        TaskStatus.WAITING: {
            TaskStatus.WAITING: "Asked again, the agency is still away or answers nonsense; or evidence cannot be had and an officer judges.",
            TaskStatus.PLANNED: "An officer approves, so that it can be carried out; a new plan gives it to another agency; or a fact it rests on has changed and it is judged anew.",
            **_ENDED,
            TaskStatus.REFUSED: "An officer refuses; or, asked again, the agency, the rules or the checks do.",
        },
        TaskStatus.SKIPPED: {
            TaskStatus.PLANNED: "A new plan needs it after all, from the next source; or an officer has a faulty registry asked anew.",
        },
        TaskStatus.DONE: {
            TaskStatus.UNDOING: "The applicant withdraws, or a refusal makes it senseless.",
            TaskStatus.PLANNED: "Evidence only: what its agency was asked about has changed, so it is asked again.",
        },
        TaskStatus.UNDOING: {
            TaskStatus.UNDONE: "The agency took it back.",
            TaskStatus.UNDOING: "The agency is away or answers nonsense; it is asked again.",
            TaskStatus.DONE: "It cannot be taken back: there is no way to, or the agency will not.",
        },
    },
)  # fmt: skip


class ItemStatus(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


_CANCELLED = "The applicant withdrew, or what was asked for is no longer needed."

ITEM = declare(
    ItemStatus,
    name="work item",
    column="work_item.status",
    about="What a person must do before the case can go on: an officer's decision, or a supplement (补正) by the applicant.",
    meanings={
        ItemStatus.OPEN: Text(zh="待办", en="In the inbox of its agency, or asked of the applicant"),
        ItemStatus.PAUSED: Text(zh="等申请人补充", en="The officer asked the applicant for more and waits"),
        ItemStatus.DONE: Text(zh="已办", en="Decided, or answered"),
        ItemStatus.CANCELLED: Text(zh="已取消", en="Nobody needs to do anything about it any more"),
    },
    initial={ItemStatus.OPEN},
    final={ItemStatus.DONE, ItemStatus.CANCELLED},
    moves={
        ItemStatus.OPEN: {
            ItemStatus.PAUSED: "An officer asks the applicant for more; or a fact has changed and the task is judged anew first.",
            ItemStatus.DONE: "An officer approves or refuses; the applicant answers a supplement.",
            ItemStatus.CANCELLED: _CANCELLED,
        },
        ItemStatus.PAUSED: {
            ItemStatus.OPEN: "The applicant answered; where a fact has changed by it, as soon as the task was judged anew.",
            ItemStatus.CANCELLED: _CANCELLED,
        },
    },
)
LIVE_ITEMS = ITEM.into(ItemStatus.CANCELLED)
"""As stored: of these somebody still has to do, or is waiting for, something."""


class SegmentState(StrEnum):
    READY = "ready"
    CLAIMED = "claimed"
    DONE = "done"
    FILED = "filed"


SEGMENT = declare(
    SegmentState,
    name="segment",
    column="segment.state",
    about="One stretch of automatic work of a case, from one wait to the next: what workers claim.",
    meanings={
        SegmentState.READY: Text(zh="到时间可以领取", en="May be claimed when its time has come"),
        SegmentState.CLAIMED: Text(zh="有工作进程在办", en="A worker has it, under an epoch"),
        SegmentState.DONE: Text(zh="办完", en="Over; the case went on, waits or ended"),
        SegmentState.FILED: Text(zh="检查点已清除", en="Its checkpoints in the engine are forgotten"),
    },
    initial={SegmentState.READY},
    final={SegmentState.FILED},
    moves={
        SegmentState.READY: {SegmentState.CLAIMED: "A worker claims it."},
        SegmentState.CLAIMED: {
            SegmentState.CLAIMED: "After a crash the same worker or its heir takes it up again, under the next epoch.",
            SegmentState.DONE: "Its worker settled it; or nobody works on it, and the case goes on with a new one.",
        },
        SegmentState.DONE: {SegmentState.FILED: "A worker tidies up."},
    },
)


class WorkerStatus(StrEnum):
    ALIVE = "alive"
    ADOPTING = "adopting"
    DEAD = "dead"


WORKER = declare(
    WorkerStatus,
    name="worker",
    column="worker.status",
    about="A worker process by its name, and whether another has taken over what it had.",
    meanings={
        WorkerStatus.ALIVE: Text(zh="在运行，或刚停下", en="Holds its lease, or let it run out a moment ago"),
        WorkerStatus.ADOPTING: Text(zh="别的进程正在接管", en="Silent; an heir is taking over its segments"),
        WorkerStatus.DEAD: Text(zh="已被接管", en="Its segments have an heir"),
    },
    initial={WorkerStatus.ALIVE},
    final=(),
    moves={
        WorkerStatus.ALIVE: {
            WorkerStatus.ALIVE: "A process starts under the name of one that is gone.",
            WorkerStatus.ADOPTING: "Its lease ran out and another worker became its heir.",
        },
        WorkerStatus.ADOPTING: {
            WorkerStatus.ADOPTING: "The heir fell silent too, and the next one took over.",
            WorkerStatus.DEAD: "The heir has its segments.",
            WorkerStatus.ALIVE: "The heir fell silent too, and a process started under the name.",
        },
        WorkerStatus.DEAD: {WorkerStatus.ALIVE: "A process starts under the name."},
    },
)


class CertificateStatus(StrEnum):
    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"


_ENDED_BY = {
    CertificateStatus.REVOKED: "An officer of its agency revokes it, or the service that gave it was taken back.",
    CertificateStatus.REPLACED: "An officer of its agency issues a corrected one.",
}
_AGAIN = "An officer of its agency says it again; it stays as it is and is told again."

CERTIFICATE = declare(
    CertificateStatus,
    name="certificate",
    column="certificate.status",
    about="A certificate issued by a service of a case, as the city's register has it. `trust` keeps the same as `credential.status`.",
    meanings={
        CertificateStatus.VALID: Text(zh="有效", en="In force"),
        CertificateStatus.SUSPENDED: Text(zh="暂停", en="Suspended by its agency"),
        CertificateStatus.REVOKED: Text(zh="已撤销", en="Revoked"),
        CertificateStatus.REPLACED: Text(zh="已换发", en="Another one stands in its place"),
    },
    initial={CertificateStatus.VALID},
    final={CertificateStatus.REVOKED, CertificateStatus.REPLACED},
    moves={
        CertificateStatus.VALID: {
            CertificateStatus.SUSPENDED: "An officer of its agency suspends it.",
            CertificateStatus.VALID: _AGAIN,
            **_ENDED_BY,
        },
        CertificateStatus.SUSPENDED: {
            CertificateStatus.VALID: "An officer of its agency puts it back in force.",
            CertificateStatus.SUSPENDED: _AGAIN,
            **_ENDED_BY,
        },
        CertificateStatus.REVOKED: {CertificateStatus.REVOKED: _AGAIN},
    },
)
IN_FORCE_OR_SUSPENDED = CERTIFICATE.into(
    CertificateStatus.REVOKED, CertificateStatus.VALID, CertificateStatus.SUSPENDED
)
"""As stored: what taking back a task revokes."""
