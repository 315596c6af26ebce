"""Reads an expression as a careful colleague would: does every name exist, also inside loops and filters; is every function there,
with as many values as it takes; can what is compared ever be equal; does the whole give what its place wants?

Pure: a text and the shapes of the names it may read go in, `Fault`s come out. Nothing is evaluated.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from onething.catalog.checking.comparing import EN, ZH, clash, common, kind_of
from onething.catalog.checking.shapes import ANY, Fields, Rows, Scalar, Shape, of_literal
from onething.catalog.loading.mistakes import near
from onething.core.i18n import Text
from onething.rules.feel import service as s
from onething.rules.service import FeelError, TooComplexError, boxes, compile_expression

_GIVES = {
    "bool": ("contains", "starts with", "ends with", "matches", "list contains", "is defined", "not"),
    "number": ("count", "string length", "years between", "age", "floor", "ceiling", "decimal", "number", "round up", "round down",
               "round half up", "round half down", "abs", "day of year", "sum", "min", "max", "mean", "modulo"),
    "date": ("date", "today", "now", "date and time"),
    "loose": ("string", "upper case", "lower case", "substring", "substring before", "substring after", "string join", "day of week",
             "month of year", "replace"),
    "list": ("append", "distinct values", "reverse", "sort", "flatten", "remove", "split", "index of", "union"),
    "duration": ("duration", "years and months duration", "days and time duration"),
}  # fmt: skip
RESULTS = {name: kind for kind, names in _GIVES.items() for name in names}
_OWN = {"not", "today", "now", "is defined", "origin", "range"}
ORIGINS = ("registry", "answer", "upload", "sign_in", "derived", "issued", "signed")
"""What `origin(slot)` can say."""
_ROWS = {"concatenate", "union", "append", "distinct values", "sort", "reverse", "sublist"}
_DATE_PARTS = {
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "weekday",
    "years",
    "months",
    "days",
    "hours",
    "minutes",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an expression, and the word that was probably meant."""

    what: Text
    suggestion: str | None = None
    fatal: bool = False
    """It is no expression at all, or reads a fact that there is not."""


def _fault(zh: str, en: str, suggestion: str | None = None, *, fatal: bool = False) -> Fault:
    return Fault(Text(zh=zh, en=en), suggestion, fatal)


@dataclass(slots=True)
class Reading:
    """What was found out about one expression."""

    shape: Shape = ANY
    faults: list[Fault] = field(default_factory=list[Fault])


def read_expression(text: str, names: Mapping[str, Shape]) -> Reading:
    """The shape of the value and every fault. `names`: what it may read, by its first word."""
    try:
        node = compile_expression(text.strip()).node
    except FeelError as error:
        en = error.what.en.replace("{{", "{").replace("}}", "}")
        fault = _fault(
            f"读不懂这个条件:{error}。",
            f"This expression cannot be understood: {en}.",
            error.suggestion or None,
            fatal=True,
        )
        return Reading(faults=[fault])
    except ValueError as error:
        return Reading(
            faults=[_fault(f"读不懂这个条件:{error}。", f"This expression cannot be understood: {error}.", fatal=True)]
        )
    return read_node(node, names)


def never_holds(text: str) -> bool:
    """Whether a condition is false whatever the facts are."""
    compiled = compile_expression(text.strip())
    if not compiled.names:
        return compiled.evaluate({}) is False
    try:
        return not boxes(text.strip(), {})
    except TooComplexError:
        return False


def read_node(node: s.Node, names: Mapping[str, Shape]) -> Reading:
    """As `read_expression`, for a tree (a cell of a table, whose input stands under `?`)."""
    reader = _Reader()
    shape = reader.shape(node, dict(names))
    return Reading(shape, reader.faults)


class _Reader:
    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def say(self, zh: str, en: str, suggestion: str | None = None, *, fatal: bool = False) -> None:
        fault = _fault(zh, en, suggestion, fatal=fatal)
        if fault not in self.faults:
            self.faults.append(fault)

    def shape(self, node: s.Node, names: dict[str, Shape]) -> Shape:  # noqa: C901 - one line for each kind of node
        match node:
            case s.Literal(value=value):
                return of_literal(value)
            case s.Name(name=name):
                return self._name(name, names)
            case s.Attribute(base=base, name=name):
                return self._member(self.shape(base, names), name)
            case s.Filter(base=base, condition=condition):
                return self._filter(self.shape(base, names), condition, names)
            case s.Call():
                return self._call(node, names)
            case s.And(parts=parts) | s.Or(parts=parts):
                for part in parts:
                    self.want_condition(self.shape(part, names))
                return Scalar("bool")
            case s.Compare(left=left, right=right):
                self._compared([self.shape(left, names), self.shape(right, names)])
                return Scalar("bool")
            case s.Between(value=value, low=low, high=high):
                self._compared([self.shape(each, names) for each in (value, low, high)])
                return Scalar("bool")
            case s.In(value=value, tests=tests):
                self._tests(self.shape(value, names), tests, names)
                return Scalar("bool")
            case s.Tests(tests=tests):
                self._tests(names.get(s.INPUT, ANY), tests, names)
                return Scalar("bool")
            case s.If(condition=condition, then=then, otherwise=otherwise):
                self.want_condition(self.shape(condition, names))
                return common(self.shape(then, names), self.shape(otherwise, names))
            case s.Iterate():
                return self._loop(node, names)
            case s.Arithmetic(op=op, left=left, right=right):
                return self._sum(op, self.shape(left, names), self.shape(right, names))
            case s.Context(entries=entries):
                inner = dict(names)
                made: dict[str, Shape] = {}
                for name, value in entries:
                    made[name] = inner[name] = self.shape(value, inner)
                return Rows(made, one=True)
            case s.Items(items=items):
                return self._items([self.shape(each, names) for each in items])
            case s.Function(params=params, body=body):
                self.shape(body, names | dict.fromkeys(params, ANY))
                return ANY
            case _:
                for child in s.children(node):
                    self.shape(child, names)
                return Scalar("bool") if isinstance(node, s.InstanceOf) else ANY

    def _items(self, shapes: list[Shape]) -> Shape:
        rows = [each for each in shapes if isinstance(each, Rows)]
        return Rows(rows[0].columns) if rows and len(rows) == len(shapes) else Scalar("list")

    def _name(self, name: str, names: dict[str, Shape]) -> Shape:
        if name in names:
            return names[name]
        if name in ("as_of", "item", "partial", s.INPUT):
            return Scalar("date") if name == "as_of" else ANY
        self.say(
            f"没有叫“{name}”的材料位。",
            f'There is no slot called "{name}".',
            near(name, [n for n in names if n != s.INPUT]),
            fatal=True,
        )
        return ANY

    def _member(self, base: Shape, name: str) -> Shape:
        match base:
            case Fields(fields=fields, label=label):
                if name in fields:
                    return fields[name]
                self.say(
                    f"没有叫“{name}”的“{label}”的字段。",
                    f'There is no field of "{label}" called "{name}".',
                    near(name, fields),
                    fatal=True,
                )
            case Rows(columns=columns, one=one):
                if name in columns:
                    found = columns[name]
                    return found if one or not isinstance(found, Scalar) else Scalar("list", found.codes)
                self.say(
                    f"重复组里没有叫“{name}”的列。",
                    f'There is no column called "{name}" in these rows.',
                    near(name, columns),
                )
            case Scalar(kind=kind):
                if kind in ("number", "bool", "text") or (kind == "date" and name not in _DATE_PARTS):
                    self.say(f"{ZH[kind]}没有“{name}”这一部分。", f'{EN[kind].capitalize()} has no part "{name}".')
        return ANY

    def _filter(self, base: Shape, condition: s.Node, names: dict[str, Shape]) -> Shape:
        columns: Mapping[str, Shape] = base.columns if isinstance(base, Rows) else {}
        found = self.shape(condition, {**names, **columns, "item": Rows(columns, one=True) if columns else ANY})
        number = isinstance(found, Scalar) and found.kind == "number"
        if isinstance(base, Rows):
            return Rows(columns, one=number)
        return ANY if number else base

    def _loop(self, node: s.Iterate, names: dict[str, Shape]) -> Shape:
        inner = dict(names)
        for name, over in node.bindings:
            found = self.shape(over, inner)
            inner[name] = Rows(found.columns, one=True) if isinstance(found, Rows) else ANY
        body = self.shape(node.body, inner | {"partial": ANY})
        if node.kind != "for":
            self.want_condition(body)
            return Scalar("bool")
        return Rows(body.columns) if isinstance(body, Rows) else Scalar("list")

    def _call(self, node: s.Call, names: dict[str, Shape]) -> Shape:
        args = [self.shape(each, names) for each in node.args]
        if not isinstance(node.function, s.Name):
            self.shape(node.function, names)
            return ANY
        name = node.function.name
        known = s.functions()
        if name in names:
            return ANY
        if name not in known and name not in _OWN:
            self.say(f"没有叫“{name}”的函数。", f'There is no function called "{name}".', near(name, [*known, *_OWN]))
            return ANY
        function = known.get(name)
        if function is not None and not node.names and not function.variadic:
            least, most = len(function.params) - function.optional, len(function.params)
            if not least <= len(args) <= most:
                params = ", ".join(function.params)
                self.say(
                    f"“{name}”要的是（{params}），这里给了 {len(args)} 个。",
                    f'"{name}" takes ({params}); here are {len(args)}.',
                )
        if name == "not" and args:
            self.want_condition(args[0])
        if name == "origin":
            if len(args) != 1 or s.path_of(node.args[0]) is None:
                self.say("origin 要的是一个材料位或一个字段。", "`origin` takes a slot, or a field of one.")
            return Scalar("text", ORIGINS)
        if name in _ROWS:
            rows = [each for each in args if isinstance(each, Rows) and not each.one]
            return Rows(rows[0].columns) if rows else Scalar("list")
        return Scalar(RESULTS.get(name, "any"))

    def _sum(self, op: str, left: Shape, right: Shape) -> Shape:
        kinds = {kind_of(left), kind_of(right)}
        if kinds == {"number"}:
            return Scalar("number")
        texts = {"text", "literal", "loose"}
        if op == "+" and kinds & texts and kinds <= texts | {"number", "date"}:
            return Scalar("loose")  # sums and days of the facts are texts
        sound = (
            "any" in kinds
            or "loose" in kinds
            or "duration" in kinds
            or "list" in kinds
            or (kinds == {"date"} and op == "-")
        )
        if not sound:
            both = sorted(kinds)
            self.say(
                f"{'和'.join(ZH.get(k, k) for k in both)}不能做“{op}”。",
                f'{" and ".join(EN.get(k, k) for k in both)} cannot be put together by "{op}".',
            )
        return Scalar("duration") if kinds == {"date"} else Scalar("date") if "date" in kinds else ANY

    def want_condition(self, found: Shape) -> None:
        kind = kind_of(found)
        if kind not in ("bool", "any"):
            self.say(
                f"这里要一个条件，写的却是{ZH.get(kind, kind)}。",
                f"A condition is wanted here, and this is {EN.get(kind, kind)}.",
            )

    def _tests(self, value: Shape, tests: tuple[s.Node, ...], names: dict[str, Shape]) -> None:
        for test in tests:
            match test:
                case s.Test(value=inner):
                    self._compared([value, self.shape(inner, names)])
                case s.Interval(low=low, high=high):
                    self._compared([value, *(self.shape(each, names) for each in (low, high) if each is not None)])
                case s.Items(items=items):
                    for each in items:
                        self._compared([value, self.shape(each, names)])
                case s.Literal():
                    self._compared([value, self.shape(test, names)])
                case _:
                    self.shape(test, names | {s.INPUT: value})

    def _compared(self, shapes: list[Shape]) -> None:
        """Two values that are compared must be able to be the same."""
        for i, left in enumerate(shapes):
            for right in shapes[i + 1 :]:
                fault = clash(left, right) or clash(right, left)
                if fault is not None:
                    self.say(*fault)


def faults_of_value(found: Reading, wanted: Shape) -> Iterator[Fault]:
    """Why this value cannot stand where `wanted` stands: a number in a field of days, a code that there is not."""
    if found.faults:
        return
    found_clash = clash(wanted, found.shape) or clash(found.shape, wanted)
    if found_clash is not None and kind_of(found.shape) != "any":
        zh, en, meant = found_clash
        yield _fault(zh, en, meant)
