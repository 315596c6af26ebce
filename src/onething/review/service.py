"""The door of review: facts with origins in, findings out. Pure but for `review_rules`, which reads the city's rule
file.

What the city itself demands beyond completeness and consistency comes in as a compiled rule set.

The whole filing:
`review_filing`: facts, plan and problems of papers on a day → what is missing, wrong, or to be looked at.
`review_rules`: the life event's review rules in force today, officials' version or the package's; None if it has
    none.
`replay_review`: two versions of review rules over the same filings: what differs.
`event_map`: the map of a life event's fields, kept while the same catalog is in use.

Facts:
`merge_facts`: facts from all origins → one value per field; readings nobody confirmed can be left out.
`best_facts`: the fact that counts for each (slot, field), with its origin.
`knowing_origins`: facts that know where each came from, for `origin(…)` in rules.
`settle_facts`: the facts, with uncertain readings confirmed or corrected where another source allows it.

One value:
`check_value`: None when a typed answer can be right, else what is wrong and what to do; empty ones are not judged.
`normal_form`: what a person typed, as everything else uses it; unchanged when it cannot be understood.
`compare_names`: how alike two names are.

Checks of the catalogue:
`run_checks`: every check of the event on a day, in order, with its trace; what was not found in time is referred.
`replay`: a stored trace judged again by the same version of the check.
`component`: registers a component of checks under a name; ValueError for a second one of that name.

Nouns: `CheckResult` (outcome with its trace), `ReviewReplay`, `Same` (how alike, larger is more).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from onething.catalog.models import City, LifeEvent
from onething.planning.models import Facts, Plan
from onething.review.checking.findings import check_declared
from onething.review.checking.models import CheckResult
from onething.review.checking.registry import component
from onething.review.checking.run import replay, run_checks
from onething.review.compare import Same, compare_names
from onething.review.completeness import check_completeness
from onething.review.compliance import check_compliance, review_rules
from onething.review.consistency import check_consistency
from onething.review.context import Context
from onething.review.formats import check_value, normal_form
from onething.review.links import event_map
from onething.review.merge import as_facts, best, knowing_origins
from onething.review.models import DocumentProblem, Fact, Finding, Review
from onething.review.people import check_people
from onething.review.reconciliation import settle
from onething.review.replaying import ReviewReplay, replay_review
from onething.review.validity import check_validity
from onething.rules.service import RuleSet

__all__ = [
    "CheckResult",
    "ReviewReplay",
    "Same",
    "best_facts",
    "check_value",
    "compare_names",
    "component",
    "event_map",
    "knowing_origins",
    "merge_facts",
    "normal_form",
    "replay",
    "replay_review",
    "review_filing",
    "review_rules",
    "run_checks",
    "settle_facts",
]

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
    unasked: Collection[str] = (),
) -> Review:
    """Everything there is to say about a filing on the day `as_of`.

    `plan` must have been made from the merged facts; its asks are what is still missing. `rules` are the life event's
    review rules (`review_rules`). `readable` maps document types to the fields a photograph can give.
    `reserved` are values that other cases have taken (`reserves` of the event), for checks that compare with them.
    `unasked` are slots of which no agency has been asked yet: checks that read them say nothing.
    """
    where = event_map(city, event)
    context = Context(where, settle(where, facts), plan, as_of, tuple(problems), reserved or {}, frozenset(unasked))
    said = list(_checks(context, rules, readable or {}))
    found = _tidy(said)
    return Review(
        findings=tuple(found),
        may_submit=not any(finding.group == "fix_now" for finding in found),
        needs_officer=any(finding.group == "officer" for finding in found),
        of_another=any(
            finding.code == "not_about_you" and any(origin.kind == "upload" for origin in finding.evidence)
            for finding in said
        ),
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
