"""The door of the rules room: load, compile, decide; check, compare, try on a population; versions with four eyes.

Loading:
`load_rules`: a ruleset of a YAML file, kept until the file changes; `RuleError` with every problem,
    rules.unknown_ruleset.
`load_file`: every ruleset of a file by id; `RuleError`.
`parse_rules`: the same from memory; `RuleError`.
`read_table`: a decision table from CSV or a sheet of a workbook; `RuleError` naming file, sheet and cell.
`parse_table`: the same from memory; the name decides the kind.
`json_schema`: the JSON Schema of rule files, for editors.

Deciding:
`decide`: one case on a day → the answer with the why; undecided exactly when missing facts could still change it.
    Never raises on facts.
`is_true`: whether a condition certainly holds; unknown is not true. `FeelError` for broken text.
`evaluate_population`: everybody on a day; the same answers as `decide` one by one.
`try_on`: what rules as typed would decide for each example, drafts included; `RuleError`.

Expressions:
`compile_expression`: a text → something that runs, kept by text; `FeelError` with place and suggestion.
`compile_clauses`: conditions compiled together, equal parts shared; `FeelError`.
`make_scope`: what compiled conditions read: facts, parameters, and the day in question.
`whole_condition`: a decision ruleset as one condition that is true, false or unknown as `decide` would say.
`numbers_in`: every number written in an expression, in order; `FeelError` for broken text.
`rebuild`: a tree with a change applied to every node, from the leaves up.
`write`: a tree in the language's own notation.
`gap`: the difference of two numbers, or of two dates in days; None where there is none.

Subjects:
`from_polars`: a frame whose columns are dotted paths as a population.
`from_records`: nested facts, one dict a subject, as a population.

Checking and comparing:
`check_text`: every problem of a rule file as typed; [] when it is fine.
`check_ruleset`: everything that can be told without data, errors first.
`check_grid`: a decision table from the web grid, cell by cell and as a whole.
`find_conflict`: whether two rules contradict each other for some case on some day; None when not; `TooComplexError`.
`precedence`: which of two rules to read as prevailing; None when their grounds do not say enough.
`boxes`: the alternatives that make a condition true; `TooComplexError`.
`differences`: what a person must know who knew the old version; spacing and order do not count.
`compare_population`: who gains, who loses and what it costs when a new version takes the place of the old.
`by_article`: law → article → rules, in order; rules without a ground stand under "".

Versions with four eyes (core.forbidden for others, core.not_found, rules.wrong_state for one in another state):
`start_draft`: begins a version; broken rules may be saved, so that nothing typed is lost.
`save_draft`: saves one; rules.stale_draft when somebody saved in between.
`submit`: hands it over for approval; rules.invalid when it does not load.
`approve`: puts it in force from a day; rules.same_person for whoever wrote or submitted it; rules.invalid.
`reject`: sends it back with a reason.
`roll_back`: proposes an earlier text again (0: the city package's, given by the caller), to be approved by another
    person.
`version`: one version.
`history`: versions of a file, newest first, a page at a time.
`unfinished`: drafts and versions that wait for a second person, newest first.
`in_force`: every version ever approved of some names, the latest decision first; rights are the caller's.
`current`: the version in force; None when the file in the city package is; rights are the caller's.

DMN:
`from_dmn`: (YAML of a rule file, what could not be taken over); `RuleError` when the file cannot be read.
`to_dmn`: the ruleset in force on a day as one DMN 1.5 file.
`run_tck`: runs an unpacked conformance kit → counts per level, and what failed.

Nouns of rules: `Decision`, `Expression`, `RuleProblem`, `RuleResult`, `RuleSet`, `RuleVersion`.
Nouns of comparing: `Box`, `Change`, `Comparison`, `Precedence`, `Spans`.
Nouns of many subjects: `ClauseSet`, `Matcher` (made once, answers for one subject at a time), `Population`.
Errors: `FeelError`, `RuleError`, `TooComplexError`; Problems that others raise: `INVALID_RULES`, `NO_SUBJECTS`.
"""

from onething.rules.articles import by_article
from onething.rules.checking.conditions import Box, TooComplexError, boxes
from onething.rules.checking.conflicts import Precedence, find_conflict, precedence
from onething.rules.checking.rulesets import check_ruleset
from onething.rules.checking.sets import Spans
from onething.rules.columns.engine import ClauseSet, compile_clauses
from onething.rules.columns.one import Matcher
from onething.rules.columns.population import Population, from_polars, from_records
from onething.rules.constants import numbers_in
from onething.rules.decision import Decision, RuleResult, decide
from onething.rules.difference import Change, differences
from onething.rules.distance import gap
from onething.rules.dmn.export import to_dmn
from onething.rules.dmn.importing import from_dmn
from onething.rules.dmn.tck import run_tck
from onething.rules.errors import INVALID_RULES, NO_SUBJECTS, RuleError, RuleProblem
from onething.rules.expression import Expression, compile_expression, is_true, make_scope
from onething.rules.feel.errors import FeelError
from onething.rules.loading import load_file, load_rules, parse_rules
from onething.rules.people import Comparison, compare_population, evaluate_population
from onething.rules.ruleset import RuleSet
from onething.rules.tabular.files import parse_table, read_table
from onething.rules.transform import rebuild, whole_condition
from onething.rules.typed import check_grid, check_text, json_schema, try_on
from onething.rules.versions import (
    RuleVersion,
    approve,
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
    "ClauseSet",
    "Comparison",
    "Decision",
    "Expression",
    "FeelError",
    "Matcher",
    "Population",
    "Precedence",
    "RuleError",
    "RuleProblem",
    "RuleResult",
    "RuleSet",
    "RuleVersion",
    "Spans",
    "TooComplexError",
    "approve",
    "boxes",
    "by_article",
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
    "try_on",
    "unfinished",
    "version",
    "whole_condition",
    "write",
]
