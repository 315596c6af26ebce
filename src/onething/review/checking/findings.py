"""What the life event's checks say of a filing, as findings beside all others."""

from collections.abc import Iterator
from typing import Any

from onething.catalog.models import LegalGround
from onething.core.i18n import texts_of
from onething.review.checking.models import CheckResult
from onething.review.checking.run import run_checks
from onething.review.context import Context
from onething.review.models import Finding

say = texts_of(__name__)

_GROUPS: dict[str, Any] = {"refuse": "fix_now", "refer": "officer", "note": "note"}


def check_declared(context: Context) -> Iterator[Finding]:
    """Checks that cannot be told yet, because nobody has answered, are silent: what is missing is asked for elsewhere."""
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


def _finding(result: CheckResult, ground: LegalGround) -> Finding:
    slot, _, field = (result.place or "").partition(".")
    referred = result.outcome == "refer"
    what = (result.ask if referred else None) or result.what or result.name
    return Finding(
        code=result.id, group=_GROUPS[result.outcome], slot=slot or None, field=field or None, what=what,
        todo=say("todo.officer") if referred or result.mend is None else result.mend, grounds=(ground,), rule=result.id,
    )  # fmt: skip
