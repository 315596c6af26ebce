"""What the city demands beyond completeness and consistency: the review rules of a life event, in the rule language.

A rule that fires is a finding. Its `text` says what is wrong; its attributes say the rest: `code`, `group` (default
`fix_now`), `slot`, `field`, `todo` (`{zh, en}`). An unknown condition is no finding unless the rule says `if_unknown: fire`.
"""

from collections.abc import Iterator
from typing import Any, cast

from onething.catalog.models import City, LegalGround, LifeEvent
from onething.catalog.rulebook import service as rulebook
from onething.catalog.service import rules_of
from onething.core.clock import today
from onething.core.i18n import Text, texts_of
from onething.review.context import Context
from onething.review.merge import Place
from onething.review.models import Finding, Origin
from onething.rules.service import RuleResult, RuleSet, decide

say = texts_of(__name__)

GROUPS = frozenset({"fix_now", "ask_agency", "officer", "note"})


def review_rules(city: City, event: LifeEvent) -> RuleSet | None:
    """The review rules of a life event in force today, officials' approved version or the package's; None if it has none."""
    if event.review is None:
        return None
    path, ruleset = rules_of(city, event, event.review)
    return rulebook.in_force(city, path, ruleset, today()).ruleset


def check_compliance(context: Context, rules: RuleSet) -> Iterator[Finding]:
    for result in decide(rules, context.derived, context.as_of).reasons:
        unknown = result.outcome == "undecided" and result.rule.if_unknown == "fire"
        if result.outcome == "yes" or unknown:
            yield _finding(context, result)


def _finding(context: Context, result: RuleResult) -> Finding:
    said = result.attributes
    group = said.get("group") if said.get("group") in GROUPS else "fix_now"
    slot, field = _place(said)
    return Finding(
        code=str(said.get("code") or result.id),
        group=cast("Any", group),
        slot=slot,
        field=field,
        what=result.text,
        todo=_todo(said.get("todo"), str(group)),
        grounds=tuple(
            LegalGround(title=ground.title, article=f"{ground.article}{ground.paragraph}{ground.item}", url=ground.url)
            for ground in result.ground
        ),
        evidence=tuple(_evidence(context, result)),
        rule=result.id,
    )


def _place(said: dict[str, Any]) -> tuple[str | None, str | None]:
    """Where the finding stands; `field` may be written `slot.field`."""
    slot, field = said.get("slot"), said.get("field")
    if isinstance(field, str) and "." in field:
        slot, _, field = field.partition(".")
    return (str(slot) if slot else None), (str(field) if field else None)


def _todo(todo: Any, group: str) -> Text:
    if isinstance(todo, dict):
        words = cast("dict[str, Any]", todo)
        return Text(zh=str(words.get("zh", "")), en=str(words.get("en", "")))
    if isinstance(todo, str):
        return Text.same(todo)
    return say("todo.please_check") if group == "fix_now" else say("todo.nothing")


def _evidence(context: Context, result: RuleResult) -> Iterator[Origin]:
    """Where the values that the rule looked at came from."""
    seen: set[Place] = set()
    for step in result.trace:
        for name in step.values:
            slot, _, field = name.partition(".")
            if (slot, field) in context.best and (slot, field) not in seen:
                seen.add((slot, field))
                yield context.best[slot, field].origin
