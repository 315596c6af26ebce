"""Rule files to rulesets: validated as a whole, every problem with its line and the near miss."""

from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from onething.core.errors import Problem
from onething.rules.errors import UNKNOWN_RULESET, RuleError, RuleProblem, problem
from onething.rules.feel.guards import is_context
from onething.rules.models import RuleFile, RuleSetSpec
from onething.rules.ruleset import RuleSet
from onething.rules.yamlfile import Located, parse_yaml, read_yaml


def load_rules(path: str | Path, ruleset: str | None = None) -> RuleSet:
    """The ruleset of a YAML file; `file.yaml#name` works too. Unnamed, the file must hold exactly one.

    Cached until the file (or a table file it names) changes. Raises `RuleError` with every problem, or `Problem`
    (rules.unknown_ruleset) when the file has no such ruleset.
    """
    text, _, fragment = str(path).partition("#")
    loaded = load_file(Path(text))
    wanted = ruleset or fragment or None
    if wanted is None and len(loaded) == 1:
        return next(iter(loaded.values()))
    if wanted is None or wanted not in loaded:
        raise Problem(UNKNOWN_RULESET, name=wanted or "?", choices=", ".join(loaded))
    return loaded[wanted]


def load_file(path: Path) -> dict[str, RuleSet]:
    """Every ruleset of a file by id."""
    try:
        stamp = _stamp(path)
    except OSError:
        stamp = ()
    return _load(path, stamp)


def _stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    beside = [path, *(each for each in path.parent.iterdir() if each.suffix in (".csv", ".xlsx"))]
    return tuple((each.name, each.stat().st_mtime_ns, each.stat().st_size) for each in sorted(beside))


@lru_cache(maxsize=256)
def _load(path: Path, _stamp: tuple[tuple[str, int, int], ...]) -> dict[str, RuleSet]:
    return build(read_yaml(path), path.parent)


def parse_rules(content: str | bytes, file: str = "", folder: Path | None = None) -> dict[str, RuleSet]:
    """As `load_file`, from memory (the editor, the database)."""
    return build(parse_yaml(content, file), folder)


def build(located: Located, folder: Path | None) -> dict[str, RuleSet]:
    """Validate and compile. Raises `RuleError`."""
    value = located.value
    if not is_context(value):
        raise RuleError([problem("rules.shape", "文件应是一个含 rulesets 的映射", "The file must be a mapping with rulesets", file=located.file)])  # fmt: skip
    try:
        parsed = RuleFile.model_validate(value)
    except ValidationError as error:
        raise RuleError([_problem(each, located) for each in error.errors()]) from None
    problems: list[RuleProblem] = []
    made: dict[str, RuleSet] = {}
    for number, spec in enumerate(parsed.rulesets):
        if spec.id in made:
            place = str(located.line(("rulesets", number, "id")))
            problems.append(problem("rules.duplicate", f"规则集 {spec.id} 重复", f"Ruleset {spec.id} appears twice", file=located.file, place=place))  # fmt: skip
        try:
            made[spec.id] = RuleSet(_with_shared(spec, parsed, folder), source=located, number=number)
        except RuleError as error:
            problems.extend(error.problems)
    if problems:
        raise RuleError(problems)
    return made


def _with_shared(spec: RuleSetSpec, file: RuleFile, folder: Path | None) -> RuleSetSpec:
    changes: dict[str, Any] = {
        "facts": {**file.facts, **spec.facts},
        "parameters": {**file.parameters, **spec.parameters},
    }
    if spec.table_file and spec.table is None:
        from onething.rules.tabular.files import read_table

        changes["table"] = read_table((folder or Path()) / spec.table_file)
    return spec.model_copy(update=changes)


def _problem(error: Any, located: Located) -> RuleProblem:
    """A validation error in plain words, on its line, with the likely intended key."""
    path = tuple(part for part in error["loc"] if not (isinstance(part, str) and ("[" in part or "(" in part)))
    place, kind = str(located.line(path)), error["type"]
    where = ".".join(str(part) for part in path)
    if kind == "extra_forbidden":
        key = str(path[-1])
        near = get_close_matches(key, _known_keys(), n=1, cutoff=0.6)
        return problem("rules.unknown_key", f"不认识的键 {key}({where})", f"Unknown key {key} ({where})", file=located.file, place=place, suggestion=near[0] if near else "")  # fmt: skip
    if kind == "missing":
        return problem("rules.missing_key", f"缺少 {where}", f"Missing {where}", file=located.file, place=place)
    message = str(error["msg"]).removeprefix("Value error, ")
    return problem("rules.value", f"{where}:{message}", f"{where}: {message}", file=located.file, place=place)


@lru_cache(maxsize=1)
def _known_keys() -> list[str]:
    from onething.rules import models

    kinds = (models.RuleFile, models.RuleSetSpec, models.Rule, models.Parameter, models.ParameterVersion, models.Ground)
    kinds = (*kinds, models.FactSpec, models.Table, models.TableColumn, models.TableRow)
    return sorted({name for kind in kinds for name in kind.model_fields})
