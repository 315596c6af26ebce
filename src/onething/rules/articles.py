"""Rules by article of law: how officials look for them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from onething.rules.models import Ground, Rule
from onething.rules.ruleset import RuleSet

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class CitedRule:
    """A rule under an article that it cites."""

    ruleset: RuleSet
    rule: Rule
    ground: Ground


def by_article(rulesets: Iterable[RuleSet]) -> dict[str, dict[str, list[CitedRule]]]:
    """Title of the law → article → rules, laws by name and articles in their order. Rules without a ground stand under ""."""
    found: dict[str, dict[str, list[CitedRule]]] = {}
    for ruleset in rulesets:
        for compiled in ruleset.rules:
            grounds = compiled.rule.ground or ruleset.spec.ground or (Ground(title=""),)
            for ground in grounds:
                found.setdefault(ground.title, {}).setdefault(ground.article, []).append(CitedRule(ruleset, compiled.rule, ground))  # fmt: skip
        for row in ruleset.table.rows if ruleset.table else ():
            for ground in row.spec.ground or ruleset.spec.ground:
                rule = Rule(id=row.id, when="true", name=None, ground=(ground,), status=row.spec.status)
                found.setdefault(ground.title, {}).setdefault(ground.article, []).append(CitedRule(ruleset, rule, ground))  # fmt: skip
    return {
        title: dict(sorted(articles.items(), key=lambda each: article_key(each[0])))
        for title, articles in sorted(found.items())
    }


def article_key(article: str) -> tuple[int, str]:
    """第十二条 sorts after 第九条; what is no number comes last."""
    numeral = re.search(r"第([〇零一二三四五六七八九十百千两0-9]+)条", article)
    if numeral is None:
        return 10**6, article
    text = numeral[1]
    return (int(text) if text.isascii() else chinese_number(text)), article


def chinese_number(text: str) -> int:
    """一百二十三 → 123."""
    total, digit = 0, 0
    for character in text:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS.get(character, 0)
    return total + digit
