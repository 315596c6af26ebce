"""What must hold between the values of one document: agreement makes both certain, disagreement is mended or told."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from rapidfuzz.distance import Levenshtein

from onething.core.i18n import Text
from onething.core.identifiers import InvalidIdentifierError, parse_citizen_id
from onething.documents.errors import problem
from onething.documents.fields import document_types as t
from onething.documents.fields.amounts import MOST, to_chinese
from onething.documents.fields.values import parse
from onething.documents.models import Box, Correction, ReadProblem, Reason


@dataclass
class Draft:
    """A field while it is being judged. `support` counts independent grounds to believe it."""

    name: str
    label: Text
    value: str
    confidence: float
    checked: bool = False
    """A check digit or another field vouches for it."""
    agreed: bool = False
    """Two readings of the same place gave the same."""
    box: Box | None = None
    corrections: list[Correction] = field(default_factory=lambda: list[Correction]())
    doubts: list[str] = field(default_factory=lambda: list[str]())
    """Codes of faults found; a doubted field is never certain."""
    lowest: float = 1.0
    """Confidence of its least certain character."""
    seen: tuple[float, float] | None = None
    """The least certain characters of two readings that agreed."""

    def mend(self, value: str, reason: Reason) -> None:
        if value != self.value:
            self.corrections.append(Correction(before=self.value, after=value, reason=reason))
            self.value = value


Drafts = dict[str, Draft]


def apply_rules(spec: t.TypeSpec, drafts: Drafts, today: date) -> list[ReadProblem]:
    """Judge and mend `drafts` in place; gives what the applicant must be told."""
    found: list[ReadProblem] = []
    for rule in spec.rules:
        found += _RULES[type(rule)](rule, drafts, today)
    return found


def _id(draft: Draft | None) -> Any:
    if draft is None:
        return None
    try:
        return parse_citizen_id(draft.value)
    except InvalidIdentifierError:
        return None


def _date_in_id(rule: t.DateInId, drafts: Drafts, _today: date) -> list[ReadProblem]:
    number, printed = drafts.get(rule.id), drafts.get(rule.date)
    citizen = _id(number)
    if number is None or citizen is None or printed is None:
        return []
    inside = citizen.birth_date.isoformat()
    if printed.value == inside:
        number.checked = printed.checked = True
        return []
    near = Levenshtein.distance(printed.value, inside) <= 2
    if near and number.checked and printed.lowest < 0.97:
        printed.mend(inside, "date_from_id")
        printed.checked = True
        printed.doubts = [code for code in printed.doubts if code != "date"]
        return []
    printed.doubts.append("date_disagrees")
    number.doubts.append("date_disagrees")
    return [problem("date_disagrees", field=rule.date, label=printed.label)]


def _sex_in_id(rule: t.SexInId, drafts: Drafts, _today: date) -> list[ReadProblem]:
    number, printed = drafts.get(rule.id), drafts.get(rule.sex)
    citizen = _id(number)
    if number is None or citizen is None or printed is None:
        return []
    if printed.value == citizen.sex:
        printed.checked = True
        return []
    printed.doubts.append("sex_disagrees")
    return [problem("sex_disagrees", field=rule.sex, label=printed.label)]


def _sex_of_id(rule: t.SexOfId, drafts: Drafts, _today: date) -> list[ReadProblem]:
    number = drafts.get(rule.id)
    citizen = _id(number)
    if number is None or citizen is None or citizen.sex == rule.sex:
        return []
    number.doubts.append("sex_disagrees")
    return [problem("sex_disagrees", field=rule.id, label=number.label, severity="warning")]


def _not_future(rule: t.NotFuture, drafts: Drafts, today: date) -> list[ReadProblem]:
    found: list[ReadProblem] = []
    for name in rule.fields:
        draft = drafts.get(name)
        if draft is not None and draft.value[:10] > today.isoformat():
            draft.doubts.append("future_date")
            found.append(problem("future_date", field=name, label=draft.label))
    return found


def _days(value: str) -> date | None:
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def _in_order(rule: t.InOrder, drafts: Drafts, _today: date) -> list[ReadProblem]:
    first, second = drafts.get(rule.first), drafts.get(rule.second)
    a, b = _days(first.value) if first else None, _days(second.value) if second else None
    if first is None or second is None or a is None or b is None:
        return []
    gap = (b - a).days
    if gap < 0:
        first.doubts.append("order")
        second.doubts.append("order")
        return [problem("order", field=rule.second, label=second.label)]
    if rule.days is not None and gap > rule.days:
        second.doubts.append("order")
        return [problem("order", field=rule.second, label=second.label, severity="warning")]
    return []


def _span_years(rule: t.SpanYears, drafts: Drafts, _today: date) -> list[ReadProblem]:
    first, second = drafts.get(rule.first), drafts.get(rule.second)
    a, b = _days(first.value) if first else None, _days(second.value) if second else None
    if first is None or second is None or a is None or b is None:
        return []
    if (a.month, a.day) == (b.month, b.day) and b.year - a.year in rule.years:
        first.checked = second.checked = True
    else:
        first.doubts.append("span")
        second.doubts.append("span")
    return []


def _one_of(rule: t.OneOf, drafts: Drafts, _today: date) -> list[ReadProblem]:
    repeated = drafts.get(rule.field)
    if repeated is None:
        return []
    others = [drafts[name] for name in rule.fields if name in drafts]
    same = [other for other in others if other.value == repeated.value]
    for draft in (repeated, *same):
        if same and "readings_differ" in draft.doubts and any(d.agreed for d in (repeated, *same)):
            draft.doubts.remove("readings_differ")
            draft.agreed = True
    near = [
        o for o in others if len(o.value) == len(repeated.value) and Levenshtein.distance(o.value, repeated.value) == 1
    ]
    if not same and len(near) == 1 and min(repeated.lowest, near[0].lowest) < 0.9:
        weak, strong = sorted((repeated, near[0]), key=lambda draft: draft.lowest)
        weak.mend(strong.value, "other_field")
    elif not same and rule.must and others:
        nearest = min(others, key=lambda other: Levenshtein.distance(other.value, repeated.value))
        repeated.doubts.append("not_repeated")
        if Levenshtein.distance(nearest.value, repeated.value) <= 1:
            nearest.doubts.append("not_repeated")
    return []


def _part_in_code(rule: t.PartInCode, drafts: Drafts, _today: date) -> list[ReadProblem]:
    code, other = drafts.get(rule.code), drafts.get(rule.field)
    if code is None or other is None:
        return []
    part, of = re.search(rule.part, code.value), re.search(rule.of, other.value)
    if part and of and part[1] != of[1]:
        code.doubts.append("part")
        other.doubts.append("part")
    return []


def _swap_by_sex(rule: t.SwapBySex, drafts: Drafts, _today: date) -> list[ReadProblem]:
    citizen = _id(drafts.get(rule.id))
    if citizen is None or citizen.sex != rule.sex:
        return []
    both = all(name in drafts for pair in rule.pairs for name in pair)
    for one, two in rule.pairs:
        a, b = drafts.pop(one, None), drafts.pop(two, None)
        for draft in (a, b):
            if draft is not None and not both:
                draft.doubts.append("swapped")
        for name, draft, twin in ((one, b, a), (two, a, b)):
            if draft is not None:
                label = twin.label if twin is not None else draft.label
                drafts[name] = replace(draft, name=name, label=label)
    return []


def _expired(rule: t.Expired, drafts: Drafts, today: date) -> list[ReadProblem]:
    draft = drafts.get(rule.field)
    until = _days(draft.value) if draft else None
    if until is None or until >= today:
        return []
    return [problem("expired", field=rule.field, severity="warning", date=until.isoformat())]


def _money(draft: Draft) -> Decimal | None:
    return Decimal(draft.value) if re.fullmatch(r"-?\d+\.\d\d", draft.value) else None


def _settle(draft: Draft, fault: str) -> None:
    draft.checked = True
    draft.doubts = [code for code in draft.doubts if code not in {fault, "readings_differ"}]


def _amounts_agree(rule: t.AmountsAgree, drafts: Drafts, _today: date) -> list[ReadProblem]:
    """Capitals carry their own units, so that a wrong character seldom leaves an amount: they weigh more than figures."""
    figures, words = drafts.get(rule.figures), drafts.get(rule.words)
    if figures is None or words is None:
        return []
    in_figures, in_words = _money(figures), _money(words)
    if in_figures is not None and in_words is None and _nearly(words.value, in_figures):
        words.mend(figures.value, "amount_in_figures")
    elif in_words is not None and (in_figures is None or (in_figures != in_words and figures.lowest < 0.9)):
        near = Levenshtein.distance(re.sub(r"[^\d.\-]", "", figures.value), words.value) <= 3
        figures.mend(words.value if near else figures.value, "amount_in_words")
    if figures.value == words.value and _money(figures) is not None:
        _settle(figures, "amount")
        _settle(words, "amount")
        return []
    figures.doubts.append("amounts_disagree")
    words.doubts.append("amounts_disagree")
    return [problem("amounts_disagree", field=rule.figures, label=figures.label)]


def _nearly(seen: str, amount: Decimal) -> bool:
    """Whether capitals that are no amount differ from the written-out one in about one character in five."""
    if abs(amount) > MOST:
        return False
    seen = seen.rstrip("整正").replace("圆", "元")
    meant = to_chinese(amount, "")
    return Levenshtein.distance(seen, meant) <= max(1, len(meant) // 5)


def _adds_up(rule: t.AddsUp, drafts: Drafts, _today: date) -> list[ReadProblem]:
    found = [drafts[name] for name in (*rule.parts, rule.total) if name in drafts]
    amounts = [_money(draft) for draft in found]
    if len(found) <= len(rule.parts):
        return []
    known = [amount for amount in amounts if amount is not None]
    if len(known) == len(found) and sum(known[:-1]) == known[-1]:
        for draft in found:
            _settle(draft, "amount")
        return []
    found[-1].doubts.append("sum_disagrees")
    for draft in found[:-1]:
        draft.doubts.append("sum_disagrees")
    return [problem("sum_disagrees", field=rule.total, label=found[-1].label)]


def compare_codes(spec: t.TypeSpec, drafts: Drafts, texts: Sequence[str]) -> list[ReadProblem]:
    """What QR and bar codes say against what is printed: equal values are certain, unlike ones are told.

    A printed value that could hardly be read and is near the code's becomes it (the code carries error correction); a
    value that was not found in print is never taken from a code.
    """
    found: list[ReadProblem] = []
    for text in texts:
        match = next((m for m in (re.search(pattern, text) for pattern in spec.codes) if m), None)
        for name, said in (match.groupdict() if match else {}).items():
            draft = drafts.get(name)
            meant = (
                parse(said, spec.fields[name].model_copy(update={"pick": None, "drop": None})).value if said else None
            )
            if draft is None or meant is None:
                continue
            if draft.value != meant and draft.lowest < 0.9 and Levenshtein.distance(draft.value, meant) <= 2:
                draft.mend(meant, "code")
                draft.doubts.clear()
            if draft.value == meant:
                _settle(draft, "pattern")
            else:
                draft.doubts.append("code_disagrees")
                found.append(problem("code_disagrees", field=name, label=draft.label))
    return found


_RULES: Mapping[type, Callable[[Any, Drafts, date], list[ReadProblem]]] = {
    t.DateInId: _date_in_id, t.SexInId: _sex_in_id, t.SexOfId: _sex_of_id, t.NotFuture: _not_future,
    t.InOrder: _in_order, t.SpanYears: _span_years, t.OneOf: _one_of, t.PartInCode: _part_in_code,
    t.SwapBySex: _swap_by_sex, t.Expired: _expired,
    t.AmountsAgree: _amounts_agree, t.AddsUp: _adds_up,
}  # fmt: skip
