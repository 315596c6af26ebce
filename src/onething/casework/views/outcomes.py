"""What became of an application, told truly: what was refused and why, what hangs on it, and what can be done about it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from onething.casework.decisions.agency_words import for_people
from onething.casework.models import CertificateView, Given, Refused, TaskStatus, TaskView, WayOut
from onething.casework.states import CaseStatus
from onething.catalog.models import City, FieldSpec, LifeEvent
from onething.catalog.service import value_words
from onething.core.clock import local, now
from onething.core.i18n import Text, texts_of
from onething.planning.models import Facts

say = texts_of(__name__)


def state_of(status: TaskStatus, code: str) -> Text:
    """Where a task stands, in words: of what was skipped, whether it is not needed or cannot be done."""
    own = f"state.{status}_{code}"
    return say(own) if code and own in say else say(f"state.{status}")


def reasons_of(result: Mapping[str, Any]) -> tuple[Text, ...]:
    """Why a service was refused, in the words of the rule, the officer, or for what the agency answered (`agency_words`); a
    plain sentence where none said."""
    if words := result.get("words"):
        return (Text(**words),)
    own = str(result.get("reason") or "").strip()
    if "agency_code" in result:  # answered before there were words for it
        own = for_people(own)
    if own:
        return (Text.same(own),)
    given = [Text(**found["words"]) for found in result.get("findings", ()) if found.get("outcome") == "no"]
    return tuple(dict.fromkeys(given)) or (say("refused.plain"),)


def mends_of(result: Mapping[str, Any]) -> tuple[Text, ...]:
    """What to change before applying again, where the check or rule says so."""
    given = [
        result.get("mend"),
        *(found.get("mend") for found in result.get("findings", ()) if found.get("outcome") == "no"),
    ]
    return tuple(dict.fromkeys(Text(**each) for each in given if each))


def refused(
    city: City, tasks: Mapping[str, TaskView], issued: Iterable[CertificateView], written: Mapping[str, str]
) -> tuple[Refused, ...]:
    """Every refused service of a case. `written`: task → certificate that is its written decision."""
    shown = {each.id for each in issued}
    return tuple(
        Refused(
            task.service or "", task.name, task.agency_name, _phone(city, task.agency),
            reasons_of(task.result), mends_of(task.result), held if (held := written.get(task.id)) in shown else None,
            tuple(other.name for other in tasks.values() if _because(other) == task.service and other.service),
            ways_out(city, local(task.finished_at or now()).date()), task.result.get("field"),
        )
        for task in tasks.values()
        if task.status is TaskStatus.REFUSED
    )  # fmt: skip


def given(
    city: City, event: LifeEvent, tasks: Mapping[str, TaskView], facts: Facts, certified: Collection[str]
) -> tuple[Given, ...]:
    """What came of the services that were carried out, but for slots of which a certificate was issued (`certified`)."""
    found: list[Given] = []
    for task in tasks.values():
        service = event.service(task.service or "")
        if service is None or task.status is not TaskStatus.DONE:
            continue
        rows = [
            (spec.name, value_words(city, event, f"{slot_id}.{spec.id}", value))
            for slot_id in service.outputs
            if slot_id not in certified
            for spec in _fields(city, event, slot_id)
            if (value := facts.get(slot_id, {}).get(spec.id)) not in (None, "", [])
        ]
        if rows:
            found.append(Given(service.id, task.name, task.agency_name, tuple(rows)))
    return tuple(found)


def _fields(city: City, event: LifeEvent, slot_id: str) -> tuple[FieldSpec, ...]:
    kind = city.type_of(event.slot(slot_id))
    return kind.fields if kind else ()


def ways_out(city: City, learned: date) -> tuple[WayOut, ...]:
    """The city's remedies with the last day of each."""
    return tuple(
        WayOut(each.name, each.to, each.until(learned), f"《{each.ground.title}》{each.ground.article}", each.how)
        for each in city.remedies
    )


def may_file_again(status: CaseStatus) -> bool:
    return status in (CaseStatus.PARTLY_DONE, CaseStatus.REFUSED, CaseStatus.WITHDRAWN)


def _because(task: TaskView) -> str | None:
    return str(task.result.get("because") or "") or None if task.code == "needs_refused" else None


def _phone(city: City, agency_id: str) -> str:
    agency = city.agency(agency_id)
    return (agency.phone if agency else "") or city.help_phone
