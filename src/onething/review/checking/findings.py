"""What the life event's checks say of a filing, as findings beside all others."""

from collections.abc import Collection, Iterator
from typing import Any

from onething.catalog.models import LegalGround
from onething.core.i18n import texts_of
from onething.review.checking.models import CheckResult
from onething.review.checking.run import run_checks, slots_read
from onething.review.context import Context
from onething.review.models import Finding

say = texts_of(__name__)

_GROUPS: dict[str, Any] = {"refuse": "fix_now", "refer": "officer", "note": "note"}


def check_declared(context: Context) -> Iterator[Finding]:
    """Checks that cannot be told yet, because nobody has answered, are silent: what is missing is asked for elsewhere. Where
    nobody will be asked any more, an officer has to look, and that is said."""
    event = context.where.event
    if not event.checks:
        return
    grounds = {check.id: check.ground for check in event.checks}
    results = run_checks(
        context.where.city, event, context.derived, context.as_of, reserved=context.reserved, unasked=context.unasked
    )
    for result in results:
        if result.outcome in _GROUPS and result.what is not None and not result.fired.endswith("unknown"):
            yield _finding(result, grounds[result.id])
    yield from _not_to_be_had(context, {result.id for result in results if result.fired == "unasked"})


def _not_to_be_had(context: Context, pending: Collection[str]) -> Iterator[Finding]:
    """What no agency will be asked about any more, and no one else: an officer makes the checks that wait for it."""
    event, city = context.where.event, context.where.city
    to_come = {task.slot for task in context.plan.tasks if task.kind == "fetch"} | {a.slot for a in context.plan.asks}
    for slot in (each for each in event.slots if each.id in context.unasked - to_come):
        waiting = sum(check.id in pending and slot.id in slots_read(check) for check in event.checks)
        if waiting:
            yield Finding(
                code="not_had", group="officer", slot=slot.id, about=slot.id,
                what=say("officer_checks", name=city.slot_label(slot), n=waiting), todo=say("todo.officer"),
            )  # fmt: skip


def _finding(result: CheckResult, ground: LegalGround) -> Finding:
    slot, _, field = (result.place or "").partition(".")
    referred = result.outcome == "refer"
    what = (result.ask if referred else None) or result.what or result.name
    return Finding(
        code=result.id, group=_GROUPS[result.outcome], slot=slot or None, field=field or None, what=what,
        todo=say("todo.officer") if referred or result.mend is None else result.mend, grounds=(ground,), rule=result.id,
    )  # fmt: skip
