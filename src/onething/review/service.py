"""The door of review: facts with origins in, findings out. Pure but for `review_rules`, which reads the city's rule file.

`review_filing` says at once what is missing or wrong; `merge_facts` gives one value per field; `check_value` judges one
typed answer. What the city itself demands beyond completeness and consistency comes in as a compiled rule set.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from onething.catalog.models import City, LifeEvent
from onething.planning.models import Facts, Plan
from onething.review.checking.findings import check_declared
from onething.review.checking.models import CheckResult
from onething.review.checking.registry import component, component_names
from onething.review.checking.run import replay, run_checks
from onething.review.compare import Same, compare_names
from onething.review.completeness import check_completeness
from onething.review.compliance import check_compliance, review_rules
from onething.review.consistency import check_consistency
from onething.review.context import Context
from onething.review.formats import BadValue, check_value, normal_form
from onething.review.links import event_map, role_places
from onething.review.merge import as_facts, best
from onething.review.models import DocumentProblem, Fact, Finding, Review
from onething.review.people import check_people
from onething.review.reconciliation import may_be_misread, settle
from onething.review.replaying import ReviewReplay, replay_review
from onething.review.validity import check_validity
from onething.rules.service import RuleSet

__all__ = [
    "BadValue",
    "CheckResult",
    "ReviewReplay",
    "Same",
    "best_facts",
    "check_value",
    "compare_names",
    "component",
    "component_names",
    "event_map",
    "may_be_misread",
    "merge_facts",
    "normal_form",
    "replay",
    "replay_review",
    "review_filing",
    "review_rules",
    "role_places",
    "run_checks",
    "settle_facts",
]  # fmt: skip

_GROUPS = {"fix_now": 0, "officer": 1, "ask_agency": 2, "note": 3}


def merge_facts(facts: Iterable[Fact], *, uncertain: bool = True) -> Facts:
    """One value per field by the precedence in `merge`. `uncertain=False` leaves unconfirmed readings out: what is
    asked of agencies in the applicant's name never rests on a guess."""
    return as_facts(best(facts), uncertain=uncertain)


def best_facts(facts: Iterable[Fact]) -> dict[tuple[str, str], Fact]:
    """The fact that counts for each (slot, field), with its origin."""
    return best(facts)


def settle_facts(city: City, event: LifeEvent, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts, with uncertain readings confirmed or corrected where another source allows it."""
    return settle(event_map(city, event), facts)


def review_filing(
    city: City,
    event: LifeEvent,
    facts: Iterable[Fact],
    plan: Plan,
    as_of: date,
    problems: Iterable[DocumentProblem] = (),
    *,
    rules: RuleSet | None = None,
    readable: Mapping[str, Collection[str]] | None = None,
    reserved: Mapping[str, Sequence[str]] | None = None,
) -> Review:
    """Everything there is to say about a filing on the day `as_of`.

    `plan` must have been made from the merged facts; its asks are what is still missing. `rules` are the life event's
    review rules (`review_rules`). `readable` maps document types to the fields a photograph can give.
    `reserved` are values that other cases have taken (`reserves` of the event), for checks that compare with them.
    """
    where = event_map(city, event)
    context = Context(where, settle(where, facts), plan, as_of, tuple(problems), reserved or {})
    found = _tidy(_checks(context, rules, readable or {}))
    return Review(
        findings=tuple(found),
        may_submit=not any(finding.group == "fix_now" for finding in found),
        needs_officer=any(finding.group == "officer" for finding in found),
    )


def _checks(context: Context, rules: RuleSet | None, readable: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    yield from check_people(context)
    yield from check_consistency(context)
    yield from check_validity(context)
    yield from check_completeness(context, readable)
    yield from check_declared(context)
    if rules is not None:
        yield from check_compliance(context, rules)


def _tidy(findings: Iterable[Finding]) -> list[Finding]:
    """Each thing said once, most urgent first: a field with a plain fault is not also asked to be confirmed, and what a
    rule of the city says of the person signed in stands instead of the general sentence."""
    found: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        found.setdefault((finding.code, finding.slot, finding.field, finding.about, finding.rule), finding)
    faulty = {
        (finding.slot, finding.field)
        for finding in found.values()
        if finding.group == "fix_now" and finding.field and finding.code not in {"confirm_value", "missing_field"}
    }
    kept = [f for f in found.values() if f.code != "confirm_value" or (f.slot, f.field) not in faulty]
    if any(f.rule and f.group == "fix_now" and any(o.kind == "sign_in" for o in f.evidence) for f in kept):
        kept = [f for f in kept if f.code != "not_about_you"]
    return sorted(kept, key=lambda finding: _GROUPS[finding.group])
