"""From a parsed clause to a rule file in the rule language, each rule linked to the words it comes from."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from onething.documents.prose.service import AMOUNT, ordinal
from onething.policy.drafting.models import Condition, Link, OpenPlace, ParsedClause
from onething.policy.drafting.quantities import value_of
from onething.policy.drafting.vocabulary import Vocabulary, expression, fact_name, plain
from onething.policy.models import Article, Document, Paragraph, Span

_VAGUE = re.compile(r"国家规定|有关规定|规定的?(?:其他|年限|条件|标准|比例)|情节严重|情节轻微|数额较大|特殊情况|特殊情形|合理|适当|必要|显著|明显|困难|等原因|符合条件|规定条件|相应")  # fmt: skip
_CATCH_ALL = re.compile(
    r"^(?:有?其他|法律、?(?:行政)?法规.*规定的?其他|.*的其他(?:情形|条件|项目|事项|行为))|规定的其他"
)
_RATE = re.compile(rf"按照?(?:其|该)?(?P<base>[^，。；按]{{2,24}}?)的(?P<rate>百分之{AMOUNT}|[0-9.]+[%％])")
_CAP = re.compile(
    rf"(?:最高|最多|总额|累计)?(?:不得?超过|不高于|最高为?|最多为?)(?:人民币)?(?P<cap>{AMOUNT}(?:万元|亿元|元))"
)
_FIXED = re.compile(
    rf"(?:给予|发给|奖励|补贴|补助|资助)(?:一次性)?[^，。；0-9一二三四五六七八九十百千万]{{0,16}}?(?P<sum>{AMOUNT}(?:万元|亿元|元))(?!以)"
)
_EACH = re.compile(rf"每(?:人|名|户|家|件|项|个|平方米|吨|台|辆|新增|招用)[^，。；]{{0,20}}?{AMOUNT}(?:万元|元)")


@dataclass(slots=True)
class Written:
    """What was made from a clause, before it is checked."""

    rules: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    facts: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    links: list[Link] = field(default_factory=list[Link])
    open: list[OpenPlace] = field(default_factory=list[OpenPlace])
    value: str = ""

    def add(self, rule: dict[str, Any], span: Span, kind: str) -> None:
        """One more rule, linked to the words it stands on."""
        name = f"{kind}_{len(self.rules) + 1}"
        rule["text"] = {"zh": _braces(rule["text"]), "en": _braces(rule["text"])}
        self.rules.append({"id": name, **rule})
        self.links.append(Link(part=f"rule:{name}", span=span))


def write_rules(document: Document, article: Article, paragraph: Paragraph, clause: ParsedClause, words: Vocabulary) -> Written:  # fmt: skip
    """Rules for one clause. Every condition keeps its span; what an official must settle is in `open`."""
    out = Written()
    ground = ground_of(document, article, paragraph)
    subject = clause.subject or _subject_before_number(clause, words)
    if subject:
        text = _relieved(subject)
        term = words.find(text, number=False)
        fact = term.fact if term else fact_name("是" + text)
        out.facts[fact] = {"type": "bool", "name": text} if term is None else {"type": term.type, "name": text}
        test = f"{fact} = {term.equals}" if term and term.equals else fact
        out.add(
            {"require": test, "text": f"适用对象:{text}", "ground": ground},
            clause.subject_span if clause.subject_span[1] else clause.span,
            "who",
        )
    else:
        out.open.append(OpenPlace(source=clause.source, text=clause.text, why="subject_missing", span=clause.span))
    for condition in clause.conditions:
        if condition.partial:
            out.open.append(OpenPlace(source=clause.source, text=condition.text, why="partial", span=condition.span))
            continue
        test = _test(out, clause, condition, words)
        if condition.kind == "unless":
            out.add(
                {"when": test, "then": False, "text": f"除外:{condition.text}", "ground": ground}, condition.span, "not"
            )
        else:
            out.add({"require": test, "text": _said(condition), "ground": ground}, condition.span, "if")
    if clause.logic in ("any", "all"):
        _enumeration(out, clause, ground, words)
    _value(out, clause, words)
    return out


def _said(condition: Condition) -> str:
    return condition.text if condition.fact in condition.text else condition.fact + condition.text


def _subject_before_number(clause: ParsedClause, words: Vocabulary) -> str:
    """高新技术企业上年度裁员率不高于5.5%的: whose rate it is stands before the number's own word."""
    for condition in clause.conditions:
        number = words.find(condition.fact, number=True) if condition.kind == "number" else None
        holder = words.find(condition.fact, number=False) if number else None
        if holder is not None:
            return next(phrase for phrase in sorted(holder.phrases, key=len, reverse=True) if phrase in condition.fact)
    return ""


def _relieved(subject: str) -> str:
    """The subject without what its number says; the number is a condition of its own."""
    return re.sub(r"^(?:本条例|本法)", "", subject)


def _test(out: Written, clause: ParsedClause, condition: Condition, words: Vocabulary) -> str:
    test, fact, spec, why = expression(condition, words)
    known = out.facts.setdefault(fact, spec)
    if known.get("type") != spec["type"]:
        why = why or "fact_kind"
    if why:
        out.open.append(OpenPlace(source=clause.source, text=condition.text, why=why, span=condition.span))
    if _CATCH_ALL.search(condition.text):
        out.open.append(OpenPlace(source=clause.source, text=condition.text, why="catch_all", span=condition.span))
    elif condition.kind != "number" and _VAGUE.search(condition.text):
        out.open.append(OpenPlace(source=clause.source, text=condition.text, why="vague", span=condition.span))
    return test


def _enumeration(out: Written, clause: ParsedClause, ground: dict[str, Any], words: Vocabulary) -> None:
    tests: list[tuple[str, str, str, Span]] = []
    for item in clause.listed:
        each = [_test(out, clause, condition, words) for condition in item.conditions]
        tests.append((" and ".join(each), item.label, item.text, item.span))
    if clause.logic == "all":
        for test, label, text, span in tests:
            out.add({"require": test, "text": text, "ground": {**ground, **({"item": label} if "（" in label or "(" in label else {})}}, span, "if")  # fmt: skip
        return
    joined = " or ".join(f"({test})" if " and " in test else test for test, *_ in tests)
    span = (clause.listed[0].span[0], clause.listed[-1].span[1])
    out.add(
        {"require": joined, "text": "；".join(text for _, _, text, _ in tests)[:400], "ground": ground}, span, "any"
    )


def _braces(text: str) -> str:
    return text.replace("{", "｛").replace("}", "｝")


def _value(out: Written, clause: ParsedClause, words: Vocabulary) -> None:
    """Money that a clause grants: a fixed sum, or a share of a fact with a cap."""
    if clause.modality not in ("right", "may"):
        return
    where = clause.outcome
    offset = clause.text.find(where)
    start = clause.span[0] + max(offset, 0)
    if (each := _EACH.search(where)) is not None:
        out.open.append(OpenPlace(source=clause.source, text=each[0], why="per_unit", span=(start + each.start(), start + each.end())))  # fmt: skip
        return
    rate, cap, fixed = _RATE.search(where), _CAP.search(where), _FIXED.search(where)
    limit = value_of(cap["cap"]) if cap else None
    if rate is not None and (share := value_of(rate["rate"])) is not None:
        term = words.find(rate["base"], number=True)
        fact = term.fact if term else fact_name(rate["base"])
        out.facts.setdefault(fact, {"type": "number", "name": rate["base"], "unit": "元"})
        amount = f"{fact} * {plain(share[0] / Decimal(100))}"
        out.value = f"min({amount}, {plain(limit[0])})" if limit else amount
        end = cap.end() if cap and cap.start() > rate.start() else rate.end()
        out.links.append(Link(part="value", span=(start + rate.start(), start + end)))
    elif fixed is not None and (found := value_of(fixed["sum"])) is not None:
        out.value = plain(found[0])
        out.links.append(Link(part="value", span=(start + fixed.start("sum"), start + fixed.end("sum"))))
    elif limit is not None and cap is not None:
        out.open.append(OpenPlace(source=clause.source, text=cap[0], why="cap_only", span=(start + cap.start(), start + cap.end())))  # fmt: skip


def ground_of(document: Document, article: Article, paragraph: Paragraph) -> dict[str, Any]:
    found: dict[str, Any] = {"title": document.title, "article": article.label}
    if len(article.paragraphs) > 1:
        found["paragraph"] = f"第{ordinal(paragraph.number)}款"
    if document.level:
        found["level"] = document.level
    if document.made_on:
        found["made_on"] = document.made_on
    return found


class _Plain(yaml.SafeDumper):
    """Writes everything out: rule files know no aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def as_file(written: Written, ruleset: str, name: str, document: Document) -> str:
    """The rule file as text."""
    for rule in written.rules:
        if document.in_force_from:
            rule["valid_from"] = max(document.in_force_from, document.made_on or document.in_force_from)
    spec: dict[str, Any] = {"id": ruleset, "name": {"zh": _braces(name), "en": _braces(name)}, "kind": "decision", "rules": written.rules}  # fmt: skip
    if written.value:
        spec["value"] = written.value
    facts = {fact: _fact(each) for fact, each in written.facts.items()}
    content = {"rules_version": 1, "facts": facts, "rulesets": [spec]}
    return yaml.dump(content, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=140)


def _fact(spec: dict[str, Any]) -> dict[str, Any]:
    name = _braces(str(spec.get("name", "")))
    return {"type": spec["type"], "name": {"zh": name, "en": name}} | (
        {"unit": spec["unit"]} if spec.get("unit") else {}
    )
