"""Checking files of any kind that rules come in."""

from pathlib import Path

from onething.core.clock import today
from onething.rules.checking.rulesets import check_ruleset
from onething.rules.checking.tables import check_table
from onething.rules.errors import RuleError, RuleProblem
from onething.rules.expression import make_scope
from onething.rules.loading import load_file
from onething.rules.tabular.files import read_table
from onething.rules.tabular.table import CompiledTable


def check_file(path: Path) -> list[RuleProblem]:
    """Every problem of a rule file or a decision table; empty when it is fine."""
    try:
        if path.suffix in (".csv", ".xlsx", ".xlsm"):
            table = CompiledTable(read_table(path), file=path.name)
            return check_table(table, {}, make_scope({}, today()), path.name)
        return [found for ruleset in load_file(path).values() for found in check_ruleset(ruleset)]
    except RuleError as error:
        return error.problems
