"""What every draft must pass, whoever made it: it loads, stays within its clause, and invents no number, source or quotation."""

from decimal import Decimal

from onething.documents.prose.service import dates
from onething.policy.drafting.quantities import limits
from onething.policy.drafting.vocabulary import factor
from onething.policy.models import Article, Document, Paragraph, Span
from onething.rules.service import RuleError, RuleSet, check_text, numbers_in, parse_rules

_UNITS = ("年", "月", "元", "万元", "%", "", "周岁", "岁")


def check_draft(content: str, ruleset: str, document: Document, article: Article, paragraph: Paragraph, links: tuple[Span, ...] = ()) -> list[str]:  # fmt: skip
    """Problems in words; empty when it may be submitted. Needs no trust in the maker."""
    try:
        loaded = parse_rules(content)
    except RuleError as error:
        return [f"{each.code}: {each.what.zh}" for each in error.problems]
    if set(loaded) != {ruleset}:
        return [f"草案应当只有规则集 {ruleset}"]
    found = [f"{each.code}: {each.what.zh}" for each in check_text(content) if each.severity == "error"]
    found += _grounds(loaded[ruleset], document, article)
    found += _numbers(loaded[ruleset], document.source[slice(*article.span)])
    inside = (paragraph.span[0], max(paragraph.span[1], *(item.span[1] for item in paragraph.items))) if paragraph.items else paragraph.span  # fmt: skip
    found += ["链接的文字不在这一款之内" for a, b in links if not (inside[0] <= a <= b <= inside[1])]
    return found


def _grounds(found: RuleSet, document: Document, article: Article) -> list[str]:
    rules = [compiled.rule for compiled in found.rules]
    out = [f"规则 {rule.id} 没有写明依据" for rule in rules if not rule.ground]
    other = [
        rule
        for rule in rules
        for ground in rule.ground
        if (ground.title, ground.article) != (document.title, article.label)
    ]
    return out + [f"规则 {rule.id} 的依据不是{article.label}" for rule in other]


def _numbers(found: RuleSet, text: str) -> list[str]:
    """Constants that the article does not contain, in any unit that it may be counted in."""
    said = known_numbers(text)
    places = [(f"规则 {each.rule.id}", each.rule.require or each.rule.when or "") for each in found.rules]
    places.append(("金额", found.spec.value or ""))
    return [
        f"{where}中的 {value} 在条文里找不到" for where, source in places for value in numbers_in(source) if value.normalize() not in said
    ]  # fmt: skip


def known_numbers(text: str) -> set[Decimal]:
    """Every number of a text, as written and in the units that facts may use."""
    found: set[Decimal] = {Decimal(0), Decimal(1)}
    for _, value, unit, _, _ in limits(text):
        for wanted in _UNITS:
            scale = factor(unit, wanted)
            if scale is not None:
                found.add((value * scale).normalize())
        found |= {value.normalize(), (value / 100).normalize()} if unit == "%" else {value.normalize()}
    for day, _, _ in dates(text):
        found.add(Decimal(day.year))
    return found
