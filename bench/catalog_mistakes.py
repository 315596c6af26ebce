"""Mistakes planted into a city package, one at a time: how many does `onething catalog check` find, and does it show where?

What can be got wrong is read from the *schema* of the files (`x-kind` of every key: a name, an expression, a format, a file;
numbers, choices, what must be there), and not from what the check knows. A *kind* is a key of the schema and a way of getting
it wrong (`sources.registry.registry · misspelt`). A third of the kinds, by a hash of their name, is kept out of tuning; figures
are told apart. The same seed plants the same mistakes.
"""

import copy
import hashlib
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from onething.catalog.loading.loader import assemble
from onething.catalog.loading.mistakes import CatalogProblem
from onething.catalog.loading.schema import json_schema
from onething.catalog.loading.source import Located
from onething.catalog.service import problems_in
from onething.rules.service import json_schema as rules_schema

Step = str | int
CITIES = ("shanghai", "shenzhen")
ROOT = Path(__file__).parents[1] / "cities"
NAMED = {
    "agency", "member", "evidence_type", "fact", "field", "operation", "own_operation", "parameter", "role", "slot", "service",
    "paper", "page", "certificate_value", "purpose", "code", "trade", "permit", "circumstance", "phrase", "adapter", "component",
    "document_type", "document_field", "event_type", "file", "event_file", "rules", "life_event", "person", "records",
}  # fmt: skip
SHAPE = {"something missing", "misspelt key", "a word", "neither yes nor no", "no such day", "no such choice"}
"""What any reader of a schema finds: planted too, and left out of the figures."""
LOOKED_AT = ("· one twice",)
"""Ways of which a miss was read although its kind was to stay unread: counted as tuned on since."""
_FACT = re.compile(r"\b([a-z][a-z0-9_]{2,})\.([a-z][a-z0-9_]{2,})\b")
_CALL = re.compile(r"\b(is defined|starts with|substring|matches|count|date|concatenate|number|string|sum)\(")
_QUOTED = re.compile(r"""(=|!=) "([a-z_]+)\"""")
_PLACE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Place:
    """A value of a package, and what the schema says about it. `key`: it is the key of a mapping that is meant."""

    at: tuple[Step, ...]
    key: str
    """The keys that lead to it, without numbers and free keys."""
    schema: dict[str, Any]
    value: Any
    is_key: bool = False


@dataclass(frozen=True)
class Mistake:
    """One way to get one value wrong. `tree`: the changed value of the package, or of the rules file `file`."""

    kind: str
    at: tuple[Step, ...]
    tree: Any
    file: str = ""

    @property
    def tuned(self) -> bool:
        """Whether the checks were tuned on it; the others stay unread until the end."""
        if self.kind.endswith(LOOKED_AT):
            return True
        return hashlib.sha256(self.kind.encode()).digest()[0] % 3 != 0

    @property
    def of_shape(self) -> bool:
        return self.kind.rpartition(" · ")[2] in SHAPE


@dataclass
class Score:
    planted: int = 0
    found: int = 0
    placed: int = 0
    """Of those found, shown in the file in which they are."""
    missed: list[str] = field(default_factory=list[str])

    def add(self, other: "Score") -> None:
        self.planted, self.found, self.placed = (
            self.planted + other.planted,
            self.found + other.found,
            self.placed + other.placed,
        )
        self.missed += other.missed

    @property
    def share(self) -> float:
        return self.found / self.planted if self.planted else 1.0


# -- reading the schema --------------------------------------------------------------------------------------------


class Schema:
    def __init__(self, whole: dict[str, Any]) -> None:
        self.whole = whole

    def of(self, schema: dict[str, Any], value: Any) -> dict[str, Any]:
        """The part of a schema that is meant for this value: references followed, the fitting alternative taken."""
        if "$ref" in schema:
            return self.of(
                {
                    **self.whole["$defs"][schema["$ref"].rsplit("/", 1)[1]],
                    **{k: v for k, v in schema.items() if k.startswith("x-")},
                },
                value,
            )
        for word in ("anyOf", "oneOf"):
            fitting = [self.of(each, value) for each in schema.get(word, ())]
            fitting = [each for each in fitting if _fits(each, value)]
            if fitting:
                return {**fitting[0], **{k: v for k, v in schema.items() if k.startswith("x-")}}
        return schema

    def places(self, value: Any, schema: dict[str, Any], at: tuple[Step, ...] = (), key: str = "") -> Iterator[Place]:
        schema = self.of(schema, value)
        yield Place(at, key, schema, value)
        if isinstance(value, dict) and schema.get("x-kind") not in ("told", "message"):
            known = schema.get("properties", {})
            for name, inner in value.items():
                if name in known:
                    yield from self.places(inner, known[name], (*at, name), f"{key}.{name}" if key else name)
                elif isinstance(schema.get("additionalProperties"), dict):
                    yield Place((*at, name), f"{key}.*", schema.get("propertyNames", {}), name, is_key=True)
                    yield from self.places(inner, schema["additionalProperties"], (*at, name), f"{key}.*")
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                yield from self.places(inner, schema.get("items", {}), (*at, index), key)


def _fits(schema: dict[str, Any], value: Any) -> bool:
    match schema.get("type"):
        case "object":
            names = set(schema.get("properties", ()))
            open_ = isinstance(schema.get("additionalProperties"), dict)
            return (
                isinstance(value, dict)
                and set(schema.get("required", ())) <= set(value)
                and (open_ or set(value) <= names)
            )
        case "array":
            return isinstance(value, list)
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            return schema.get("type") != "null" or value is None


# -- getting it wrong ----------------------------------------------------------------------------------------------


def misspelt(word: str, dice: random.Random) -> str:
    """Two letters change places, or one comes twice; never the same word again."""
    spots = [i for i in range(len(word) - 1) if word[i].isalpha() and word[i + 1].isalpha() and word[i] != word[i + 1]]
    if not spots:
        return word + (word[-1] if word and word[-1].isalpha() else "x")
    spot = dice.choice(spots)
    return word[:spot] + word[spot + 1] + word[spot] + word[spot + 2 :]


def ways(place: Place, dice: random.Random, facts: dict[str, str]) -> Iterator[tuple[str, Any]]:  # noqa: C901 - one line for each kind
    """(name of the way, the wrong value). `facts`: kinds of fields by name, to know what cannot be compared."""
    kind, value = place.schema.get("x-kind"), place.value
    if kind in NAMED and isinstance(value, str) and value not in ("*", "platform"):
        yield "misspelt", misspelt(value, dice)
    elif kind in ("condition", "expression") and isinstance(value, str):
        yield from _expressions(value, dice, facts, condition=kind == "condition")
    elif kind == "told" and isinstance(value, dict):
        yield from _sentences(value, dice)
    elif kind == "message" and isinstance(value, dict):
        for found in _PLACE.findall(value["zh"])[:1]:
            yield "unknown place", {**value, "zh": value["zh"].replace(f"{{{found}}}", f"{{{misspelt(found, dice)}}}")}
    elif kind == "number_pattern" and isinstance(value, str):
        yield "unclosed", value + "{"
        for found in re.findall(r"\{([a-z_]+)", value)[:1]:
            yield "unknown place", value.replace("{" + found, "{" + misspelt(found, dice))
    elif kind == "format" and isinstance(value, str):
        name, _, argument = value.partition(":")
        yield "misspelt", misspelt(name, dice) + (f":{argument}" if argument else "")
        if argument:
            yield "bad argument", f"{name}:%Q" if name.startswith("date") else f"{name}:{misspelt(argument, dice)}"
        yield "of another type", "fen" if name != "fen" else "date:%Y%m%d"
    elif kind == "answer_test" and isinstance(value, str) and value:
        yield "unreadable", value.replace("==", "").replace("in", "")
    elif kind == "their_path" and isinstance(value, str) and value:
        yield "empty step", value + "."
    elif kind == "address" and isinstance(value, str) and value:
        yield "no scheme", value.partition("://")[2]
    if "enum" in place.schema and isinstance(value, str):
        yield "no such choice", misspelt(value, dice)
    if place.schema.get("type") in ("integer", "number") and isinstance(value, int | float):
        if not place.key.endswith(".low"):  # which may be below nothing
            yield "negative", -abs(value) - 1
        yield "a word", "soon"
    if place.schema.get("type") == "boolean":
        yield "neither yes nor no", "perhaps"
    if place.schema.get("format") == "date":
        yield "no such day", "2026-02-30"
    if isinstance(value, dict):
        yield from _mappings(place, value, dice)
    if isinstance(value, list) and value and all(isinstance(each, dict) and "id" in each for each in value):
        yield "one twice", [*value, copy.deepcopy(value[0])]


def _expressions(
    text: str, dice: random.Random, facts: dict[str, str], *, condition: bool
) -> Iterator[tuple[str, Any]]:
    yield "unreadable", f"({text} and"
    found = [each for each in _FACT.finditer(text) if text[each.end() : each.end() + 1] != "("]
    if found:
        one = dice.choice(found)
        yield "unknown field", text[: one.start(2)] + misspelt(one[2], dice) + text[one.end(2) :]
        yield "unknown slot", text[: one.start(1)] + misspelt(one[1], dice) + text[one.end(1) :]
    called = list(_CALL.finditer(text))
    if called:
        one = dice.choice(called)
        yield "unknown function", text[: one.start(1)] + misspelt(one[1], dice) + text[one.end(1) :]
    for one in list(_QUOTED.finditer(text))[:1]:
        yield "unlike types", text[: one.start(2) - 1] + "5" + text[one.end() :]
        if condition:
            yield "unknown code", text[: one.start(2)] + misspelt(one[2], dice) + text[one.end(2) :]
    if condition:
        words = sorted(name for name, kind in facts.items() if kind == "name")
        if words:
            yield "not a condition", dice.choice(words)
            yield "name against number", f"({text}) and {dice.choice(words)} > 5"


def _sentences(value: dict[str, str], dice: random.Random) -> Iterator[tuple[str, Any]]:
    yield "unreadable place", {**value, "en": value["en"] + " {1 +}"}
    for found in _PLACE.findall(value["en"])[:1]:
        names = re.findall(r"[a-z_]{4,}(?=\b)", found)
        if names:
            yield (
                "unknown name",
                {**value, "en": value["en"].replace(found, found.replace(names[-1], misspelt(names[-1], dice), 1), 1)},
            )


def _mappings(place: Place, value: dict[str, Any], dice: random.Random) -> Iterator[tuple[str, Any]]:
    required = [name for name in place.schema.get("required", ()) if name in value]
    if required:
        gone = dice.choice(required)
        yield "something missing", {name: inner for name, inner in value.items() if name != gone}
    known = [name for name in value if name in place.schema.get("properties", {})]
    if known and place.schema.get("additionalProperties") is False:
        one = dice.choice(known)
        yield "misspelt key", {misspelt(name, dice) if name == one else name: inner for name, inner in value.items()}
    if {"low", "high"} <= set(value):
        yield "low above high", {**value, "low": value["high"], "high": value["low"]}


def structural(tree: dict[str, Any], dice: random.Random) -> Iterator[tuple[str, tuple[Step, ...], Any]]:
    """Mistakes of what belongs together: what is asked and by whom, what gives, what waits for what."""
    for number, event in enumerate(tree["life_events"]):
        at = ("life_events", number)
        asked = [
            (i, s, j, source)
            for i, s in enumerate(event["slots"])
            for j, source in enumerate(s.get("sources", ()))
            if "ask" in source
        ]
        i, _, j, source = dice.choice(asked)
        yield "ask · a question nobody asks", (*at, "slots", i, "sources", j, "ask"), source["ask"][:-1]
        q = dice.randrange(len(event["questions"]))
        yield (
            "questions · asked without a question",
            (*at, "questions"),
            [each for k, each in enumerate(event["questions"]) if k != q],
        )
        yield "questions · asked twice", (*at, "questions"), [*event["questions"], copy.deepcopy(event["questions"][q])]
        lonely = [(i, s) for i, s in enumerate(event["slots"]) if len(s.get("sources", ())) == 1]
        i, slot = dice.choice(lonely)
        yield "slots · nothing fills it", (*at, "slots", i), {k: v for k, v in slot.items() if k != "sources"}
        called = [
            (i, j, s)
            for i, slot in enumerate(event["slots"])
            for j, s in enumerate(slot.get("sources", ()))
            if "registry" in s and s["with"]
        ]
        i, j, source = dice.choice(called)
        own = f"{event['slots'][i]['id']}"
        fields = next(kind["fields"] for kind in tree["evidence_types"] if kind["id"] == event["slots"][i]["type"])
        name = next(iter(source["with"]))
        yield "sources · waits for itself", (*at, "slots", i, "sources", j, "with", name), f"{own}.{fields[0]['id']}"
        yield "sources · never", (*at, "slots", i, "sources", j), {**source, "when": "1 > 2"}
        yield (
            "sources · parameter missing",
            (*at, "slots", i, "sources", j, "with"),
            {k: v for k, v in source["with"].items() if k != name},
        )
        k = dice.randrange(len(event["services"]))
        service = event["services"][k]
        yield "services · gives nothing", (*at, "services", k), {**service, "outputs": []}
        others = [each for each in event["services"] if each["id"] != service["id"]]
        yield "services · another's output", (*at, "services", k, "outputs"), dice.choice(others)["outputs"]
        needs = [(i, s) for i, s in enumerate(event["services"]) if s["handling"].get("with")]
        i, service = dice.choice(needs)
        yield "services · reads what it does not require", (*at, "services", i, "requires"), []
        yield (
            "services · wrong operation",
            (*at, "services", i, "handling", "operation"),
            dice.choice([s["handling"]["operation"] for _, s in needs if s is not service]),
        )
        first, second = event["services"][0], event["services"][-1]
        yield (
            "services · wait for each other",
            (*at, "services", 0, "requires"),
            [*first["requires"], *second["outputs"]],
        )
    for number, agency in enumerate(tree["agencies"]):
        for i, op in enumerate(agency["operations"]):
            at = ("agencies", number, "operations", i)
            if op.get("gives") and dice.random() < 0.1:
                yield (
                    "operations · gives another type",
                    (*at, "gives"),
                    next(k["id"] for k in tree["evidence_types"] if k["id"] != op["gives"]),
                )
                yield (
                    "formats · of a field that is not there",
                    (*at, "formats"),
                    {**op.get("formats", {}), "nothing_such": "upper"},
                )
    answered = {
        (op["gives"], name)
        for agency in tree["agencies"]
        for op in agency["operations"]
        for name, form in op.get("formats", {}).items()
        if op.get("gives") and form.startswith("codes:")
    }
    coded = [
        (i, j, spec)
        for i, kind in enumerate(tree["evidence_types"])
        for j, spec in enumerate(kind["fields"])
        if len(spec.get("codes", ())) > 1 and (kind["id"], spec["id"]) in answered
    ]
    for i, j, spec in dice.sample(coded, min(4, len(coded))):
        gone = dice.choice(sorted(spec["codes"]))
        left = {name: words for name, words in spec["codes"].items() if name != gone}
        yield "codes · one is gone that an agency answers", ("evidence_types", i, "fields", j, "codes"), left
    for i, j, spec in dice.sample(coded, 1):
        yield (
            "fields · codes without the type",
            ("evidence_types", i, "fields", j),
            {k: v for k, v in spec.items() if k != "type"},
        )


# -- planting ------------------------------------------------------------------------------------------------------


def put(tree: Any, at: tuple[Step, ...], value: Any, *, key: bool = False) -> Any:
    """A copy of the tree with the value at a place, or with the last key renamed to it; everything else is shared."""
    if not at:
        return value
    if isinstance(tree, list):
        return [put(inner, at[1:], value, key=key) if i == at[0] else inner for i, inner in enumerate(tree)]
    if key and len(at) == 1:
        return {value if name == at[0] else name: inner for name, inner in tree.items()}
    if at[0] not in tree:
        return {**tree, at[0]: value}
    return {name: put(inner, at[1:], value, key=key) if name == at[0] else inner for name, inner in tree.items()}


def mistakes(tree: dict[str, Any], seed: int, each: int = 1) -> list[Mistake]:
    """`each` mistakes of every kind that this package has room for, always the same for a seed."""
    dice = random.Random(seed)
    schema = Schema(json_schema())
    facts = _facts(tree)
    found: dict[str, list[Mistake]] = {}
    places = list(schema.places({k: v for k, v in tree.items() if k not in ("version", "folder")}, schema.whole))
    dice.shuffle(places)
    counts: dict[str, int] = {}
    for place in places:
        signature = f"{place.key}|{place.is_key}|{place.schema.get('x-kind')}"
        counts[signature] = counts.get(signature, 0) + 1
        if counts[signature] > each * 4:
            continue
        event = place.at[1] if place.at[:1] == ("life_events",) and len(place.at) > 1 else None
        for way, wrong in ways(place, dice, facts.get(event, {}) if isinstance(event, int) else {}):
            if wrong == place.value:
                continue
            kind = f"{place.key}{' (key)' if place.is_key else ''} · {way}"
            if len(found.setdefault(kind, [])) < each:
                found[kind].append(Mistake(kind, place.at, put(tree, place.at, wrong, key=place.is_key)))
    for kind, at, wrong in structural(tree, dice):
        found.setdefault(kind, []).append(Mistake(kind, at, put(tree, at, wrong)))
    return [mistake for kind in sorted(found) for mistake in found[kind]]


def _facts(tree: dict[str, Any]) -> dict[int, dict[str, str]]:
    types = {kind["id"]: kind for kind in tree["evidence_types"]}
    return {
        number: {
            f"{slot['id']}.{spec['id']}": spec.get("type", "text")
            for slot in event["slots"]
            for spec in types.get(slot["type"], {}).get("fields", ())
        }
        for number, event in enumerate(tree["life_events"])
    }


def rule_mistakes(folder: Path, tree: dict[str, Any], seed: int, each: int = 1) -> list[Mistake]:
    """Mistakes in the rule files of a package; `tree` of each is the file's whole new content."""
    from onething.rules.yamlfile import read_yaml

    dice = random.Random(seed)
    schema = Schema(_with_kinds(rules_schema()))
    facts = {event["id"]: kinds for event, kinds in zip(tree["life_events"], _facts(tree).values(), strict=True)}
    found: dict[str, list[Mistake]] = {}
    for path in sorted(folder.glob("*/rules/*.yaml")):
        value = read_yaml(path).value
        name = path.relative_to(folder).as_posix()
        places = list(schema.places(value, schema.whole))
        dice.shuffle(places)
        for place in places:
            for way, wrong in [*ways(place, dice, facts[path.parts[-3]]), *_attributes(place, dice)]:
                kind = f"rules:{place.key} · {way}"
                if wrong != place.value and len(found.setdefault(kind, [])) < each:
                    found[kind].append(Mistake(kind, place.at, put(value, place.at, wrong), name))
    return [mistake for kind in sorted(found) for mistake in found[kind]]


def _attributes(place: Place, dice: random.Random) -> Iterator[tuple[str, Any]]:
    """What a review rule says of itself is free for the rule language and read by name by the review."""
    if place.key.endswith(".attributes") and isinstance(place.value, dict):
        for name in ("slot", "field", "group"):
            if isinstance(place.value.get(name), str):
                yield f"{name} misspelt", {**place.value, name: misspelt(place.value[name], dice)}


def _with_kinds(schema: dict[str, Any]) -> dict[str, Any]:
    for name, definition in schema["$defs"].items():
        for key, kind in (
            ("when", "condition"),
            ("require", "condition"),
            ("value", "expression"),
            ("text", "told"),
            ("expression", "expression"),
        ):
            if name in ("Rule", "RuleSetSpec", "TableColumn") and key in definition.get("properties", {}):
                definition["properties"][key] = {**definition["properties"][key], "x-kind": kind}
    return schema


# -- measuring -----------------------------------------------------------------------------------------------------


def measure(
    city: str, folder: Path, seed: int = 1, each: int = 1, *, tuned: bool | None = None, every: int = 1
) -> dict[bool, Score]:
    """Planted and found, on kinds that were tuned on (True) and on those that were not (False). `folder` is a free copy.
    `every`: of so many mistakes one is planted, from the `seed`th on."""
    whole = assemble(folder)
    base = {_told(each) for each in problems_in(whole, folder)}
    scores = {True: Score(), False: Score()}
    planted = [*mistakes(whole.value, seed, each), *rule_mistakes(folder, whole.value, seed, each)]
    for mistake in planted[seed % every :: every]:
        if tuned in (None, mistake.tuned) and not mistake.of_shape:
            _try(scores[mistake.tuned], city, mistake, whole, folder, base)
    return scores


def _told(problem: CatalogProblem) -> tuple[str, str, str]:
    return problem.file, problem.path, problem.what.en


def _try(
    score: Score, city: str, mistake: Mistake, whole: Located, folder: Path, base: set[tuple[str, str, str]]
) -> None:
    if mistake.file:
        found, file = _with_file(folder, mistake, whole), mistake.file
    else:
        found = problems_in(Located(mistake.tree, whole.marks, list(whole.problems)), folder)
        file = whole.mark(mistake.at).file
    new = [each for each in found if _told(each) not in base]
    score.planted += 1
    score.found += bool(new)
    score.placed += any(each.file == file for each in new)
    if not new:
        score.missed.append(f"{city}: {mistake.kind} @ {'/'.join(map(str, mistake.at))}")


def _with_file(folder: Path, mistake: Mistake, whole: Located) -> list[CatalogProblem]:
    import yaml

    path = folder / mistake.file
    before = path.read_bytes()
    try:
        path.write_text(yaml.safe_dump(_plain(mistake.tree), allow_unicode=True, sort_keys=False), encoding="utf-8")
        return problems_in(Located(whole.value, whole.marks, list(whole.problems)), folder)
    finally:
        path.write_bytes(before)


def _plain(value: Any) -> Any:
    """As YAML writes it: exact decimals become what they are written like."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return (
        value if isinstance(value, str | int | bool) or value is None or hasattr(value, "isoformat") else float(value)
    )


def run(out: Path) -> dict[str, Any]:
    import shutil
    import tempfile

    figures: dict[str, Any] = {}
    for city in CITIES:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(shutil.copytree(ROOT / city, Path(place) / city))
            scores = measure(city, folder, seed=7, each=2)
        for tuned, score in scores.items():
            figures[f"{city}, {'tuned on' if tuned else 'unseen'}"] = {
                "planted": score.planted,
                "found": score.found,
                "share": round(score.share, 4),
                "in the right file": score.placed,
            }
        (out / f"catalog_mistakes_{city}.txt").write_text("\n".join(scores[True].missed) + "\n", encoding="utf-8")
    return figures
