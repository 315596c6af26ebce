"""The door of the rules room: load, compile, decide; check, compare, try on a population; versions with four eyes.

Many subjects at once are behind `columns.service`, the expressions' trees behind `feel.service`, tables being edited behind
`editing.service`.

Loading:
`load_rules`: a ruleset of a YAML file, kept until the file changes; `RuleError` with every problem,
    rules.unknown_ruleset.
`load_file`: every ruleset of a file by id; `RuleError`.
`parse_rules`: the same from memory; `RuleError`.
`read_table`: a decision table from CSV or a sheet of a workbook; `RuleError` naming file, sheet and cell.
`json_schema`: the JSON Schema of rule files, for editors.

Deciding:
`decide`: one case on a day → the answer with the why; undecided exactly when missing facts could still change it.
    Never raises on facts.
`is_true`: whether a condition certainly holds; unknown is not true. `FeelError` for broken text.
`try_on`: what rules as typed would decide for each example, drafts included; `RuleError`.

Expressions:
`compile_expression`: a text → something that runs, kept by text; `FeelError` with place and suggestion.
`make_scope`: what compiled conditions read: facts, parameters, and the day in question.
`with_origins`: facts that know where they came from, for `origin(…)`.
`whole_condition`: a decision ruleset as one condition that is true, false or unknown as `decide` would say.
`numbers_in`: every number written in an expression, in order; `FeelError` for broken text.
`rebuild`: a tree with a change applied to every node, from the leaves up.
`write`: a tree in the language's own notation.
`gap`: the difference of two numbers, or of two dates in days; None where there is none.

Checking and comparing:
`check_text`: every problem of a rule file as typed; [] when it is fine.
`check_ruleset`: everything that can be told without data, errors first.
`precedence`: which of two rules to read as prevailing; None when their grounds do not say enough.
`boxes`: the alternatives that make a condition true; `TooComplexError`.
`differences`: what a person must know who knew the old version; spacing and order do not count.
`compare_population`: who gains, who loses and what it costs when a new version takes the place of the old.
`by_article`: law → article → rules, in order; rules without a ground stand under "".

Versions with four eyes (a reason of rights for others, core.not_found, rules.wrong_state for one in another state):
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

Nouns of rules: `Decision`, `Expression`, `RuleProblem`, `RuleResult`, `RuleSet`, `RuleVersion`, `Whose` (whose rules, and which acts their changes are).
Nouns of comparing: `Box`, `Change`, `Comparison`, `Precedence`, `Spans`.
Errors: `FeelError`, `RuleError`, `TooComplexError`.
"""

from onething.rules.articles import by_article
from onething.rules.checking.conditions import Box, TooComplexError, boxes
from onething.rules.checking.conflicts import Precedence, precedence
from onething.rules.checking.rulesets import check_ruleset
from onething.rules.checking.sets import Spans
from onething.rules.constants import numbers_in
from onething.rules.decision import Decision, RuleResult, decide
from onething.rules.difference import Change, differences
from onething.rules.distance import gap
from onething.rules.errors import RuleError, RuleProblem
from onething.rules.expression import Expression, compile_expression, is_true, make_scope, with_origins
from onething.rules.feel.errors import FeelError
from onething.rules.loading import load_file, load_rules, parse_rules
from onething.rules.people import Comparison, compare_population
from onething.rules.ruleset import RuleSet
from onething.rules.tabular.files import read_table
from onething.rules.transform import rebuild, whole_condition
from onething.rules.typed import check_text, json_schema, try_on
from onething.rules.versions import (
    RuleVersion,
    Whose,
    approve,
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
    "Box",
    "Change",
    "Comparison",
    "Decision",
    "Expression",
    "FeelError",
    "Precedence",
    "RuleError",
    "RuleProblem",
    "RuleResult",
    "RuleSet",
    "RuleVersion",
    "Spans",
    "TooComplexError",
    "Whose",
    "approve",
    "boxes",
    "by_article",
    "check_ruleset",
    "check_text",
    "compare_population",
    "compile_expression",
    "decide",
    "differences",
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
    "precedence",
    "read_table",
    "rebuild",
    "reject",
    "roll_back",
    "save_draft",
    "start_draft",
    "submit",
    "try_on",
    "unfinished",
    "version",
    "whole_condition",
    "with_origins",
    "write",
]
