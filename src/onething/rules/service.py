"""The door of the rules room: load, compile, decide; check, compare, try on a population; versions with four eyes."""

from onething.rules.adapters.translate import UntranslatableError
from onething.rules.articles import CitedRule, by_article
from onething.rules.checking.conditions import Box, TooComplexError, boxes
from onething.rules.checking.conflicts import Conflict, Precedence, find_conflict, precedence, together
from onething.rules.checking.rulesets import check_ruleset
from onething.rules.checking.sets import Spans, ValueSet
from onething.rules.columns.engine import ClauseSet, Counts, compile_clauses
from onething.rules.columns.one import Matcher, Verdicts
from onething.rules.columns.population import Population, from_polars, from_records
from onething.rules.constants import numbers_in
from onething.rules.decision import Decision, RuleResult, Step, decide
from onething.rules.difference import Change, differences
from onething.rules.distance import NearMiss, gap
from onething.rules.dmn.export import to_dmn
from onething.rules.dmn.importing import from_dmn
from onething.rules.dmn.tck import TckReport, run_tck
from onething.rules.errors import INVALID_RULES, NO_SUBJECTS, RuleError, RuleProblem
from onething.rules.expression import Expression, compile_expression, is_true, make_scope
from onething.rules.feel.errors import FeelError
from onething.rules.loading import load_file, load_rules, parse_rules
from onething.rules.people import Comparison, PopulationResult, compare_population, evaluate_population
from onething.rules.ruleset import RuleSet
from onething.rules.tabular.files import parse_table, read_table
from onething.rules.transform import rebuild, whole_condition
from onething.rules.typed import check_cell, check_grid, check_text, json_schema, try_on
from onething.rules.versions import (
    RuleVersion,
    approve,
    awaiting,
    current,
    history,
    in_force,
    reject,
    roll_back,
    save_draft,
    start_draft,
    submit,
    unfinished,
    version,
)
from onething.rules.wording import write

__all__ = [
    "INVALID_RULES",
    "NO_SUBJECTS",
    "Box",
    "Change",
    "CitedRule",
    "ClauseSet",
    "Comparison",
    "Conflict",
    "Counts",
    "Decision",
    "Expression",
    "FeelError",
    "Matcher",
    "NearMiss",
    "Population",
    "PopulationResult",
    "Precedence",
    "RuleError",
    "RuleProblem",
    "RuleResult",
    "RuleSet",
    "RuleVersion",
    "Spans",
    "Step",
    "TckReport",
    "TooComplexError",
    "UntranslatableError",
    "ValueSet",
    "Verdicts",
    "approve",
    "awaiting",
    "boxes",
    "by_article",
    "check_cell",
    "check_grid",
    "check_ruleset",
    "check_text",
    "compare_population",
    "compile_clauses",
    "compile_expression",
    "current",
    "decide",
    "differences",
    "evaluate_population",
    "find_conflict",
    "from_dmn",
    "from_polars",
    "from_records",
    "gap",
    "history",
    "in_force",
    "is_true",
    "json_schema",
    "load_file",
    "load_rules",
    "make_scope",
    "numbers_in",
    "parse_rules",
    "parse_table",
    "precedence",
    "read_table",
    "rebuild",
    "reject",
    "roll_back",
    "run_tck",
    "save_draft",
    "start_draft",
    "submit",
    "to_dmn",
    "together",
    "try_on",
    "unfinished",
    "version",
    "whole_condition",
    "write",
]
