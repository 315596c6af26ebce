"""What became of an application, told truly: what was refused and why, what hangs on it, and what can be done about it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from onething.casework.models import CertificateView, Refused, TaskStatus, TaskView, WayOut
from onething.casework.states import CaseStatus
from onething.catalog.models import City
from onething.core.clock import local, now
from onething.core.i18n import Text, texts_of

say = texts_of(__name__)


def state_of(status: TaskStatus, code: str) -> Text:
    """Where a task stands, in words: of what was skipped, whether it is not needed or cannot be done."""
    own = f"state.{status}_{code}"
    return say(own) if code and own in say else say(f"state.{status}")


def reasons_of(result: Mapping[str, Any]) -> tuple[Text, ...]:
    """Why a service was refused, in the words of the rule, the agency or the officer; a plain sentence where none said."""
    own = str(result.get("reason") or "").strip()
    if own:
        return (Text.same(own),)
    given = [Text(**found["words"]) for found in result.get("findings", ()) if found.get("outcome") == "no"]
    return tuple(dict.fromkeys(given)) or (say("refused.plain"),)


def mends_of(result: Mapping[str, Any]) -> tuple[Text, ...]:
    """What to change before applying again, where the check or rule says so."""
    given = [found.get("mend") for found in result.get("findings", ()) if found.get("outcome") == "no"]
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
            ways_out(city, local(task.finished_at or now()).date()),
        )
        for task in tasks.values()
        if task.status is TaskStatus.REFUSED
    )  # fmt: skip


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
