"""What happened to a case, told in both languages from the event log, and when it is expected to end."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from onething.casework.models import OPEN_TASKS, Prediction, TaskStatus, TaskView, TimelineEntry
from onething.catalog.models import City, LifeEvent
from onething.core.clock import local, now
from onething.core.events import Event
from onething.core.i18n import Text
from onething.planning.models import Plan

WORDS: dict[str, Text] = {
    "case.submitted": Text(zh="您提交了申请", en="You submitted the application"),
    "task.started": Text(zh="{agency}开始办理“{task}”", en="{agency} started “{task}”"),
    "task.done": Text(zh="{agency}办好了“{task}”", en="{agency} completed “{task}”"),
    "task.failed": Text(zh="{agency}没有通过“{task}”", en="{agency} did not approve “{task}”"),
    "task.waiting": Text(zh="{agency}的系统暂时连不上,“{task}”会自动重试",
                         en="{agency}'s system cannot be reached; “{task}” will be tried again by itself"),
    "task.referred": Text(zh="“{task}”转由{agency}工作人员办理", en="“{task}” was passed to an officer of {agency}"),
    "task.decided": Text(zh="{agency}工作人员对“{task}”作出了决定:{decision}", en="An officer of {agency} decided on “{task}”: {decision}"),
    "task.undone": Text(zh="{agency}撤回了“{task}”", en="{agency} took back “{task}”"),
    "supplement.requested": Text(zh="需要您补充内容", en="Something more is needed from you"),
    "supplement.answered": Text(zh="您补充了内容", en="You added what was asked for"),
    "certificate.issued": Text(zh="{agency}签发了证照", en="{agency} issued a certificate"),
    "refusal.issued": Text(zh="{agency}出具了“{task}”的书面决定", en="{agency} issued its decision on “{task}” in writing"),
    "certificate.suspended": Text(zh="{agency}暂停了一份证照", en="{agency} suspended a certificate"),
    "certificate.reinstated": Text(zh="{agency}恢复了一份证照", en="{agency} put a certificate back in force"),
    "certificate.revoked": Text(zh="{agency}撤销了一份证照", en="{agency} revoked a certificate"),
    "certificate.replaced": Text(zh="{agency}换发了一份证照", en="{agency} replaced a certificate"),
    "case.finished": Text(zh="全部办结", en="Everything is done"),
    "reminder.due": Text(zh="提醒您：{name}将在{day}到期", en="You were reminded: {name} comes due on {day}"),
    "case.refused": Text(zh="申请未获通过", en="The application was refused"),
    "case.withdrawing": Text(zh="您申请撤回", en="You asked to withdraw"),
    "case.withdrawn": Text(zh="办件已撤回", en="The case was withdrawn"),
    "deadline.near": Text(zh="“{task}”的法定时限快到了", en="The legal time limit of “{task}” is near"),
    "deadline.missed": Text(zh="“{task}”超过了法定时限", en="“{task}” missed its legal time limit"),
}  # fmt: skip

DECISIONS = {
    "approve": Text(zh="同意", en="approved"),
    "refuse": Text(zh="不予同意", en="refused"),
    "ask_supplement": Text(zh="请申请人补充", en="asked the applicant for more"),
}

WAITS = {
    "agency_down": Text(zh="对方系统暂时连不上,会自动重试,不用您做什么", en="The agency's system cannot be reached; it is tried again by itself, you need do nothing"),
    "bad_answer": Text(zh="对方系统的回复有误,正在重新核对", en="The agency's system gave a faulty answer; it is being asked again"),
    "faulty_answer": Text(zh="有关部门的回复一直有误,工作人员正在处理", en="The agency's answers stay faulty; an officer is dealing with it"),
    "nonsense": Text(zh="对方系统的回复有误,工作人员正在处理", en="The agency's system gave faulty answers; an officer is dealing with it"),
    "officer": Text(zh="工作人员正在办理", en="With an officer"),
    "officer_when": Text(zh="情况特殊,工作人员正在核实", en="An officer is checking a special circumstance"),
    "undecided": Text(zh="有条件需要工作人员判断", en="An officer has to judge a condition"),
    "evidence_missing": Text(zh="有一项材料查不到,工作人员正在处理", en="Some evidence could not be found; an officer is dealing with it"),
    "robot": Text(zh="正在由办事机器人录入", en="Being entered by a robot"),
    "supplement": Text(zh="等您补充内容", en="Waiting for what you were asked to add"),
    "checks": Text(zh="有几项要核实", en="A few things are being checked"),
    "rules": Text(zh="不符合办理条件", en="The conditions are not met"),
    "agency": Text(zh="对方部门没有通过", en="The agency refused"),
    "not_needed": Text(zh="这件事不需要办这一项", en="Not needed in this case"),
    "needs_refused": Text(zh="前面一项没有通过,这一项办不了", en="Cannot be done because an earlier step was refused"),
    "absent": Text(zh="没有查到记录", en="No record was found"),
    "withdrawn": Text(zh="已撤回", en="Withdrawn"),
    "not_undoable": Text(zh="已经办好,依规定不能撤回", en="Completed, and cannot be taken back"),
}  # fmt: skip


def agency_name(city: City, agency_id: str) -> Text:
    agency = city.agency(agency_id)
    return agency.short if agency else Text(zh=agency_id, en=agency_id)


def task_name(city: City, event: LifeEvent, task_id: str) -> Text:
    """The service's name, or `核验结婚证` for a fetch."""
    kind, _, name = task_id.partition(":")
    if kind == "service":
        service = event.service(name)
        return service.name if service else Text(zh=name, en=name)
    slot = event.slot(name)
    evidence = city.evidence_type(slot.type) if slot else None
    words = (slot.name if slot and slot.name else evidence.name if evidence else None) or Text(zh=name, en=name)
    return Text(zh=f"核验{words.zh}", en=f"Check: {words.en}")


def tell(city: City, event: LifeEvent, log: Sequence[Event]) -> tuple[TimelineEntry, ...]:
    """The timeline of a case; events this version does not know are left out."""
    entries: list[TimelineEntry] = []
    for happened in log:
        words = WORDS.get(happened.type)
        if words is None:
            continue
        task = happened.data.get("task")
        filled = words.fill(
            agency=agency_name(city, str(happened.data.get("agency", ""))),
            task=task_name(city, event, task) if task else "",
            decision=DECISIONS.get(str(happened.data.get("decision")), Text(zh="", en="")),
            name=Text(zh=str(happened.data.get("name_zh", "")), en=str(happened.data.get("name_en", ""))),
            day=str(happened.data.get("day", "")),
        )
        entries.append(TimelineEntry(happened.seq, happened.at, happened.type, filled, happened.actor, task))
    return tuple(entries)


def predict(event: LifeEvent, plan: Plan, tasks: Mapping[str, TaskView], for_applicant: bool, over: bool) -> Prediction:
    """Remaining work along the longest path: as it usually goes, and as the city promises at worst."""
    if over:
        return Prediction(None, None, Text(zh="已办结", en="Finished"))
    if for_applicant:
        return Prediction(
            None, None, Text(zh="您补充后会马上继续办理", en="It goes on as soon as you have added what is asked")
        )
    usual, promised = _remaining(event, plan, tasks, promised=False), _remaining(event, plan, tasks, promised=True)
    at = now()
    earliest, latest = at + timedelta(hours=usual), at + timedelta(hours=max(usual, promised))
    return Prediction(earliest, latest, _between(earliest, latest))


def _remaining(event: LifeEvent, plan: Plan, tasks: Mapping[str, TaskView], promised: bool) -> float:
    ends: dict[str, float] = {}
    for task in plan.tasks:
        view = tasks.get(task.id)
        if view is None or view.status not in OPEN_TASKS:
            ends[task.id] = 0.0
            continue
        service = event.service(task.service) if task.service else None
        hours = task.hours
        if service is not None:
            people = view.status is TaskStatus.WAITING and view.code not in ("agency_down", "bad_answer")
            hours = service.promised_hours if promised else service.officer_hours if people else task.hours
        elif view.code == "agency_down":
            hours = 1.0 if promised else 0.1
        ends[task.id] = hours + max((ends.get(before, 0.0) for before in task.after), default=0.0)
    return max(ends.values(), default=0.0)


def _between(earliest: datetime, latest: datetime) -> Text:
    first, last = local(earliest), local(latest)
    if (latest - now()) < timedelta(minutes=10):
        return Text(zh="预计几分钟内办结", en="Expected within minutes")
    if first.date() == last.date():
        return Text(zh=f"预计{last.month}月{last.day}日办结", en=f"Expected on {last:%d %B %Y}")
    return Text(
        zh=f"预计{first.month}月{first.day}日至{last.month}月{last.day}日之间办结",
        en=f"Expected between {first:%d %B} and {last:%d %B %Y}",
    )
