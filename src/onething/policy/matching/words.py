"""Conditions in plain words: `company.employees >= 30` → 社会保险参保人数不少于 30 人（现在 27 人，还差 3 人）."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from onething.core.i18n import LANGS, Lang, Text, texts_of
from onething.rules.feel import service as feel
from onething.rules.feel.service import Compiler, lookup, paths, to_decimal
from onething.rules.service import gap, make_scope, write
from onething.subjects.profiles.models import Dimension, ProfileSpec

say = texts_of(__name__)

_COMPILER = Compiler()
_OPS = {">=": "ge", ">": "gt", "<=": "le", "<": "lt", "=": "eq", "!=": "ne"}
"""Comparisons → the ends of their keys in `texts.yaml`."""
_DAYS_SAID = 366
"""Dates further apart are said in years: nobody counts five thousand days."""
_FLIP = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
Outcome = Literal["yes", "no", "undecided"]


@dataclass(frozen=True, slots=True)
class Line:
    """One condition of a clause for one company."""

    text: Text
    outcome: Outcome
    has: Text
    """The company's own value; empty when it is unknown."""
    short: Text
    """What is lacking; empty when nothing is or it cannot be measured."""
    distance: Decimal | None
    share: float | None
    """The distance as a share of what is asked; of dates in years."""
    dimensions: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "text": self.text.model_dump(), "outcome": self.outcome, "has": self.has.model_dump(),
            "short": self.short.model_dump(), "dimensions": list(self.dimensions),
            "distance": None if self.distance is None else str(self.distance),
        }  # fmt: skip


NOTHING = Text.same("")


def lines(parts: tuple[feel.Node, ...], facts: Mapping[str, Any], day: date, spec: ProfileSpec) -> list[Line]:
    """Each condition with its outcome."""
    scope = make_scope(facts, day)
    return [_line(part, scope, spec) for part in parts]


def _line(node: feel.Node, scope: dict[str, Any], spec: ProfileSpec) -> Line:
    value = _COMPILER.compile(node)(scope)
    outcome: Outcome = "yes" if value is True else "no" if value is False else "undecided"
    names = tuple(dict.fromkeys(name for name in paths(node) if name.startswith("company.")))
    has = _has(names, scope, spec)
    distance, share = _distance(node, scope) if outcome == "no" else (None, None)
    dimension = _dimension(node.left, spec) or _dimension(node.right, spec) if isinstance(node, feel.Compare) else None
    short = _short(distance, dimension, share=_is_share(node, spec)) if distance else NOTHING
    own = tuple(name.removeprefix("company.") for name in names)
    return Line(condition(node, spec), outcome, has, short, distance, share, own)


def condition(node: feel.Node, spec: ProfileSpec) -> Text:
    """One condition without any company."""
    return Text(**{lang: _words(node, spec, lang) for lang in LANGS})


def _words(node: feel.Node, spec: ProfileSpec, lang: Lang) -> str:
    match node:
        case feel.Compare(op=op, left=left, right=right):
            if _is_share(node, spec) and isinstance(right, feel.Literal):
                said = say.say(lang, f"compared.{_OPS[op]}")
                return f"{_plain(left, spec, lang)}{'' if lang == 'zh' else ' '}{said} {_percent(to_decimal(right.value) or Decimal(0))}"
            return _comparison(op, left, right, spec, lang)
        case feel.In(value=value, tests=tests):
            return _membership(value, tests, spec, lang)
        case feel.Between(value=value, low=low, high=high):
            name, dimension = _named(value, spec, lang)
            return name + say.say(lang, "condition.between", low=_value(low, dimension, lang), high=_value(high, dimension, lang))  # fmt: skip
        case feel.Or(parts=parts):
            return say.say(lang, "condition.or").join(_words(part, spec, lang) for part in parts)
        case feel.And(parts=parts):
            return say.say(lang, "condition.and").join(_words(part, spec, lang) for part in parts)
        case feel.Call(function=feel.Name(name="not"), args=(inner,)):
            return say.say(lang, "condition.not") + _words(inner, spec, lang)
        case _:
            name, dimension = _named(node, spec, lang)
            return name if dimension else _plain(node, spec, lang)


def _comparison(op: str, left: feel.Node, right: feel.Node, spec: ProfileSpec, lang: Lang) -> str:
    if _dimension(left, spec) is None and _dimension(right, spec) is not None:
        left, op, right = right, _FLIP[op], left
    name, dimension = _named(left, spec, lang)
    if dimension is not None and dimension.type == "bool" and isinstance(right, feel.Literal):
        yes = (right.value is True) == (op == "=")
        return say.say(lang, f"condition.is_{'true' if yes else 'false'}", name=name)
    dates = dimension is not None and dimension.type == "date"
    words = say.say(lang, f"compared{'_dates' if dates else ''}.{_OPS[op]}")
    return f"{name}{words} {_value(right, dimension or _dimension(right, spec), lang, spec)}" if lang == "zh" else f"{name} {words} {_value(right, dimension, lang, spec)}"  # fmt: skip


def _membership(value: feel.Node, tests: tuple[feel.Node, ...], spec: ProfileSpec, lang: Lang) -> str:
    name, dimension = _named(value, spec, lang)
    items: list[feel.Node] = []
    for test in tests:
        items += test.items if isinstance(test, feel.Items) else [test.value if isinstance(test, feel.Test) else test]
    shown = [_value(item, dimension, lang) for item in items]
    return say.say(lang, "condition.among", name=name, values=Text.joined(shown))


def _dimension(node: feel.Node, spec: ProfileSpec) -> Dimension | None:
    path = feel.path_of(node)
    return spec.by_id.get(path[1]) if path is not None and len(path) == 2 and path[0] == "company" else None


def _named(node: feel.Node, spec: ProfileSpec, lang: Lang) -> tuple[str, Dimension | None]:
    found = _dimension(node, spec)
    return (found.name.get(lang), found) if found else (_plain(node, spec, lang), None)


def _plain(node: feel.Node, spec: ProfileSpec, lang: Lang) -> str:
    """Arithmetic and functions in their notation, with the names people know."""
    text = write(node)
    for path in sorted(paths(node), key=len, reverse=True):
        found = spec.by_id.get(path.removeprefix("company."))
        if found is not None:
            text = text.replace(path, found.name.get(lang))
    return text.replace(" * ", " × ").replace(" / ", " ÷ ")


def _value(node: feel.Node, dimension: Dimension | None, lang: Lang, spec: ProfileSpec | None = None) -> str:
    if isinstance(node, feel.Literal):
        return show_value(node.value, dimension, lang)
    if isinstance(node, feel.Call) and isinstance(node.function, feel.Name) and node.function.name == "date" and node.args and isinstance(node.args[0], feel.Literal):  # fmt: skip
        return str(node.args[0].value)
    return _plain(node, spec, lang) if spec is not None else write(node)


def show_value(value: Any, dimension: Dimension | None, lang: Lang) -> str:
    """A value as people read it: with thousands, unit, and the name of a code."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    option = dimension.option(value) if dimension is not None else None
    if option is not None:
        return option.zh if lang == "zh" else option.en
    if isinstance(value, int | float | Decimal):
        number = Decimal(str(value))
        text = f"{number:,.2f}".rstrip("0").rstrip(".") if number != number.to_integral_value() else f"{number:,.0f}"
        if dimension is None or not dimension.unit:
            return text
        return f"{text}%" if dimension.unit == "%" else f"{text} {dimension.unit if lang == 'zh' else UNITS.get(dimension.unit, '')}".strip()  # fmt: skip
    return value.isoformat() if isinstance(value, date) else str(value)


UNITS = {"元": "yuan", "家": "", "人": "", "件": "", "项": "", "次": "", "起": "", "级": "", "年": "", "课时": "hours", "千瓦时": "kWh", "千瓦": "kW", "吨": "t", "吨标准煤": "t of standard coal", "分": "points"}  # fmt: skip


def _has(names: tuple[str, ...], scope: dict[str, Any], spec: ProfileSpec) -> Text:
    known = [(spec.by_id.get(name.removeprefix("company.")), lookup(scope, name)) for name in names]
    many = len(known) > 1

    def words(lang: Lang) -> str:
        shown = [
            f"{each.name.get(lang)} {show_value(value, each, lang)}" if many else show_value(value, each, lang)
            for each, value in known if each is not None and value is not None
        ]  # fmt: skip
        return ("，" if lang == "zh" else ", ").join(shown)

    return Text(zh=words("zh"), en=words("en"))


def _distance(node: feel.Node, scope: dict[str, Any]) -> tuple[Decimal | None, float | None]:
    if not isinstance(node, feel.Compare) or node.op in ("=", "!="):
        return None, None
    has, wanted = _COMPILER.compile(node.left)(scope), _COMPILER.compile(node.right)(scope)
    distance = gap(has, wanted)
    if distance is None:
        return None, None
    whole = Decimal(365) if isinstance(wanted, date) else abs(to_decimal(wanted) or Decimal(0))
    return distance, float(distance / whole) if whole else float("inf")


def _is_share(node: feel.Node, spec: ProfileSpec) -> bool:
    """A quotient compared with a number up to one: people say 5%, not 0.05."""
    if not isinstance(node, feel.Compare) or _dimension(node.left, spec) or not isinstance(node.right, feel.Literal):
        return False
    number = to_decimal(node.right.value)
    return " / " in write(node.left) and number is not None and 0 < number <= 1


def _percent(value: Decimal) -> str:
    return f"{value * 100:,.2f}".rstrip("0").rstrip(".") + "%"


def _short(distance: Decimal, dimension: Dimension | None, *, share: bool = False) -> Text:
    if share:
        return Text(zh=f"差 {_percent(distance)}", en=f"{_percent(distance)} away")
    if dimension is not None and dimension.type == "date":
        if abs(distance) > _DAYS_SAID:
            years = round(abs(distance) / 365)
            return Text(zh=f"相差约 {years} 年", en=f"about {years} year{'s' * (years > 1)} apart")
        return Text(zh=f"差 {distance} 天", en=f"{distance} days away")
    return Text(zh=f"差 {show_value(distance, dimension, 'zh')}", en=f"{show_value(distance, dimension, 'en')} away")
