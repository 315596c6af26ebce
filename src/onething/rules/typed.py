"""For editors: check one cell, one expression or a whole table as it is typed, and say what would be decided."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from onething.core.clock import today
from onething.rules.checking.rulesets import check_ruleset
from onething.rules.checking.tables import check_table
from onething.rules.checking.typing import mismatches, types_of
from onething.rules.decision import Decision, decide
from onething.rules.errors import RuleError, RuleProblem, problem
from onething.rules.expression import compile_cell, compile_expression, make_scope
from onething.rules.feel.errors import FeelError
from onething.rules.loading import parse_rules
from onething.rules.models import FactSpec, RuleFile, Table
from onething.rules.ruleset import RuleSet
from onething.rules.tabular.table import CompiledTable


def check_text(content: str, file: str = "", as_of: date | None = None) -> list[RuleProblem]:
    """Every problem of a rule file as typed; empty when it is fine."""
    try:
        rulesets = parse_rules(content, file)
    except RuleError as error:
        return error.problems
    return [found for ruleset in rulesets.values() for found in check_ruleset(ruleset, as_of)]


def check_cell(text: str, facts: Mapping[str, FactSpec] | None = None, *, test: bool = True) -> RuleProblem | None:
    """One cell (`test`) or expression as typed; None when it is fine."""
    try:
        node = (compile_cell(text) if test else compile_expression(text)).node
    except FeelError as error:
        return problem("rules.expression", str(error), error.what.en, place=str(error.position), suggestion=error.suggestion)  # fmt: skip
    found = next(mismatches(node, types_of(facts or {}, {})), None)
    return problem("rules.type", found[1], found[2]) if found else None


def check_grid(data: Mapping[str, Any], facts: Mapping[str, FactSpec] | None = None, as_of: date | None = None) -> list[RuleProblem]:  # fmt: skip
    """A decision table from the web grid (the JSON form of `Table`), cell by cell and as a whole."""
    try:
        table = CompiledTable(Table.model_validate(data))
    except ValidationError as error:
        return [problem("rules.table", str(each["msg"]), str(each["msg"]), place=".".join(map(str, each["loc"]))) for each in error.errors()[:50]]  # fmt: skip
    except RuleError as error:
        return error.problems
    return check_table(table, facts or {}, make_scope({}, as_of or today()))


def try_on(content: str, ruleset: str, examples: list[Mapping[str, Any]], as_of: date | None = None) -> list[Decision]:
    """What the rules as typed would decide for each example, drafts included. Raises `RuleError`."""
    found: RuleSet = parse_rules(content)[ruleset]
    return [decide(found, facts, as_of or today(), drafts=True) for facts in examples]


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of rule files, for editors."""
    schema = RuleFile.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "onething rule file"
    expression = {"type": ["string", "boolean", "number"], "description": "An expression of the rule language"}
    words = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Text"}]}
    ground = {"anyOf": [{"$ref": "#/$defs/Ground"}, {"type": "array", "items": {"$ref": "#/$defs/Ground"}}]}
    for name, definition in schema["$defs"].items():
        properties = definition.get("properties", {})
        for key in properties.keys() & {"when", "require", "value", "expression", "default"}:
            if name in ("Rule", "RuleSetSpec", "TableColumn"):
                properties[key] = expression
        for key in properties.keys() & {"name", "text"}:
            if name in ("Rule", "RuleSetSpec", "Parameter", "FactSpec"):
                properties[key] = words
        if "ground" in properties:
            properties["ground"] = ground
    return schema
