"""Conditions in plain words: fact names become what people call them, operators become words. For reading, not for deciding."""

import re
from dataclasses import dataclass
from typing import cast

from onething.catalog.models import City, LifeEvent
from onething.catalog.rulebook import rulebook
from onething.core.i18n import LANGS, Lang, Text, texts_of
from onething.rules.models import Ground, Rule
from onething.rules.service import RuleSet

say = texts_of(__name__)

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[^\W\d][\w.]*|\d[\d.]*|>=|<=|!=|\*\*|\.\.|\S|\s+')
_WORDS: dict[Lang, dict[str, str]] = {
    "zh": {
        "=": "是", "!=": "不是", ">=": "不少于", "<=": "不超过", ">": "大于", "<": "小于", "and": ",并且", "or": ",或者", "not": "并非",
        "in": "属于", "between": "介于", "if": "如果", "then": "就取", "else": "否则取", "true": "是", "false": "否", "null": "空",
        "is defined": "查得到", "origin": "来源", "today": "今天", "starts with": "开头是", "ends with": "结尾是", "contains": "含有", "substring": "截取",
        "date": "日期", "as_of": "办理当天", "some": "有一个", "every": "每个", "satisfies": "满足", "count": "个数", "sum": "合计",
    },
    "en": {
        "=": "is", "!=": "is not", ">=": "is at least", "<=": "is at most", ">": "is more than", "<": "is less than", "and": "and", "or": "or",
        "not": "not", "in": "is one of", "between": "is between", "if": "if", "then": "take", "else": "otherwise", "true": "yes", "false": "no",
        "null": "empty", "is defined": "there is", "origin": "the origin of", "today": "today", "starts with": "starts with", "ends with": "ends with",
        "contains": "contains", "substring": "part of", "date": "day of", "as_of": "the day of the decision",
    },
}  # fmt: skip
_PERIOD = re.compile(r"P(\d+)([YMD])")
_PERIODS = {"Y": ("年", " years"), "M": ("个月", " months"), "D": ("天", " days")}


class Vocabulary:
    """The words of a life event's facts and of the values that they may have."""

    def __init__(self, city: City, event: LifeEvent) -> None:
        self.names = {name: spec.name for name, spec in rulebook.facts_of(city, event) if spec.name}
        self.kinds = {name: spec for name, spec in rulebook.facts_of(city, event)}  # noqa: C416 - pairs to a mapping
        self.codes = {
            code: words for kind in city.evidence_types for field in kind.fields for code, words in field.codes.items()
        }

    def name(self, fact: str, lang: Lang) -> str:
        found = self.names.get(fact)
        return found.get(lang) if found else fact

    def plain(self, expression: str) -> Text:
        """An expression as people would say it, in both languages."""
        return Text(**{lang: self._say(expression, lang) for lang in LANGS})

    def _say(self, expression: str, lang: Lang) -> str:
        words = _WORDS[lang]
        text = re.sub(r"\b(is defined|starts with|ends with)\b", lambda m: m[0].replace(" ", "_"), expression)
        parts: list[str] = []
        for token in _TOKEN.findall(text):
            word = token.replace("_", " ") if token in ("is_defined", "starts_with", "ends_with") else token
            if token.isspace():
                parts.append(" ")
            elif token.startswith('"'):
                parts.append(self._value(token[1:-1], lang))
            elif token in self.names:
                parts.append(f"「{self.name(token, lang)}」" if lang == "zh" else f"“{self.name(token, lang)}”")
            else:
                parts.append(f" {words[word]} " if word in words else token)
        said = re.sub(r"\s+", " ", "".join(parts)).replace("( )", "").strip()
        said = re.sub(r"(今天|today) ?\(\)", r"\1", said)
        said = re.sub(r"duration\s*\(\s*(.+?)\s*\)", r"\1", said)
        return said.replace(" ,", ",").replace("( ", "(").replace(" )", ")")

    def _value(self, value: str, lang: Lang) -> str:
        period = _PERIOD.fullmatch(value)
        if period:
            return f" {period[1]}{_PERIODS[period[2]][lang == 'en']} "
        found = self.codes.get(value)
        return f"“{found.get(lang) if found else value}”"

    def sentence(self, text: Text) -> Text:
        """A rule's words with the names of facts in its `{places}`."""
        return Text(zh=self._filled(text.zh, "zh"), en=self._filled(text.en, "en"))

    def _filled(self, text: str, lang: Lang) -> str:
        return re.sub(r"\{([^{}]+)\}", lambda found: self._place(found[1], lang), text)

    def _place(self, name: str, lang: Lang) -> str:
        return f"({self.name(name.strip(), lang)})"


@dataclass(frozen=True, slots=True)
class RuleWords:
    """One rule for reading: a sentence, its conditions in words, its source text and its place in law."""

    id: str
    rule: Rule
    sentence: Text
    conditions: tuple[tuple[str, Text], ...]
    """(message key below `rules.part`, words)."""
    sources: tuple[tuple[str, str], ...]
    grounds: tuple[Ground, ...]
    todo: Text | None = None


def rule_words(words: Vocabulary, ruleset: RuleSet, rule: Rule) -> RuleWords:
    parts = [("when", rule.when), ("require", rule.require), ("value", rule.value)]
    given = [(key, text) for key, text in parts if text is not None and text != "true"]
    spoken = tuple((key, words.plain(text)) for key, text in given)
    if rule.text is not None:
        sentence = words.sentence(rule.text)
    else:
        sentence = rule.name or (spoken[0][1] if spoken else Text.same(rule.id))
    given_todo = rule.attributes.get("todo")
    todo = None
    if isinstance(given_todo, dict):
        told = cast("dict[str, object]", given_todo)
        todo = Text(zh=str(told.get("zh", "")), en=str(told.get("en", "")))
    return RuleWords(rule.id, rule, sentence, spoken, tuple(given), rule.ground or ruleset.spec.ground, todo)


def words_of(words: Vocabulary, ruleset: RuleSet) -> list[RuleWords]:
    """Every rule of a ruleset, and every row of its table."""
    found = [rule_words(words, ruleset, compiled.rule) for compiled in ruleset.rules]
    if ruleset.table is not None:
        for row in ruleset.table.rows:
            tests = [(c.source, t) for c, t in zip(ruleset.table.spec.inputs, row.spec.when, strict=True) if t.strip() not in ("", "-")]  # fmt: skip
            zh = ";".join(f"{words.name(source, 'zh')} {words.plain(test).zh}" for source, test in tests)
            en = "; ".join(f"{words.name(source, 'en')} {words.plain(test).en}" for source, test in tests)
            then = ", ".join(f"{c.label} = {t}" for c, t in zip(ruleset.table.spec.outputs, row.spec.then, strict=True))
            rule = Rule(id=row.id, when="true", ground=row.spec.ground, valid_from=row.spec.valid_from, valid_to=row.spec.valid_to, status=row.spec.status, author=row.spec.author)  # fmt: skip
            otherwise = say("rulebook.otherwise")
            said = Text(zh=f"{zh or otherwise.zh} → {then}", en=f"{en or otherwise.en} → {then}")
            source = tuple((name, test) for name, test in tests)
            found.append(RuleWords(row.id, rule, said, (), source, row.spec.ground or ruleset.spec.ground))
    return found
