"""Nouns of rules: law as data. Every rule and parameter says where in law it stands, since when, and who wrote it."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from onething.core.i18n import Text
from onething.rules.feel.guards import is_list

Status = Literal["draft", "approved", "repealed"]
Level = Literal["law", "administrative", "local", "department", "normative"]
"""法律 > 行政法规 > 地方性法规 > 规章 > 规范性文件 (立法法 第九十八条至第一百零二条)."""
FactType = Literal["text", "number", "money", "bool", "date", "datetime", "time", "duration", "list", "context", "any"]
HitPolicy = Literal["U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#"]
Answer = Literal["yes", "no", "undecided"]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Ground(Model):
    """Legal source: document, article, paragraph, item. `level`, `special` and `made_on` decide precedence."""

    title: str
    article: str = ""
    paragraph: str = ""
    item: str = ""
    url: str = ""
    level: Level | None = None
    special: bool = False
    """A special law against a general one (特别法)."""
    made_on: date | None = None

    def __str__(self) -> str:
        return f"《{self.title}》{self.article}{self.paragraph}{self.item}"


def _as_text(value: Any) -> Any:
    return {"zh": value, "en": value} if isinstance(value, str) else value


def _as_tuple(value: Any) -> Any:
    return value if is_list(value) or value is None else [value]


def _as_source(value: Any) -> Any:
    """YAML turns `when: true` and `value: 3600` into values; an expression is text."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | Decimal) else value


Words = Annotated[Text, BeforeValidator(_as_text)]
Grounds = Annotated[tuple[Ground, ...], BeforeValidator(_as_tuple)]
Source = Annotated[str, BeforeValidator(_as_source)]


class Versioned(Model):
    """What every rule and parameter has: validity, status, author, source."""

    valid_from: date | None = None
    valid_to: date | None = None
    """Last day in force."""
    status: Status = "approved"
    author: str = ""
    ground: Grounds = ()

    def in_force(self, as_of: date, *, drafts: bool = False) -> bool:
        if self.status == "draft" and not drafts:
            return False
        return (self.valid_from is None or self.valid_from <= as_of) and (
            self.valid_to is None or as_of <= self.valid_to
        )


class ParameterVersion(Versioned):
    value: Any


class Parameter(Model):
    """A number or text that law sets and changes: 补贴标准, 起征点. Named in expressions by its key."""

    name: Words | None = None
    unit: str = ""
    versions: tuple[ParameterVersion, ...]

    def at(self, as_of: date, *, drafts: bool = False) -> Any:
        """The value in force on a day; the latest start wins; None when there is none."""
        live = [each for each in self.versions if each.in_force(as_of, drafts=drafts)]
        return max(live, key=lambda each: each.valid_from or date.min).value if live else None


class FactSpec(Model):
    """What a fact is: for static checks, forms and distances."""

    type: FactType = "any"
    name: Words | None = None
    unit: str = ""
    values: tuple[Any, ...] = ()
    """The allowed values, when they can be listed; checks for gaps use them."""
    low: Decimal | date | None = None
    high: Decimal | date | None = None


class Rule(Versioned):
    """One rule. Either `require` (must hold), or `when` with `then` (grants or refuses), or, for review, `when` alone."""

    id: Annotated[str, Field(min_length=1, max_length=120)]
    name: Words | None = None
    when: Source | None = None
    require: Source | None = None
    then: bool | None = None
    value: Source | None = None
    text: Words | None = None
    """The condition, in the words of the person concerned; `{expression}` places are filled with facts."""
    unmet: Words | None = None
    """What is so when the condition does not hold, for the reasons of a refusal: never the condition as if it had come true."""
    outcome: str = ""
    """A code other programs act on."""
    if_unknown: Literal["undecided", "fire", "skip"] = "undecided"
    """Review: what an unknown condition does (`undecided` lists what is missing without a finding)."""
    attributes: dict[str, Any] = Field(default_factory=dict[str, Any])
    """Free: for review `code`, `group`, `slot`, `field`, `todo` …"""

    @model_validator(mode="after")
    def _one_form(self) -> "Rule":
        if self.when is None and self.require is None:
            raise ValueError("a rule needs `when` or `require`")
        if self.require is not None and self.then is not None:
            raise ValueError("`require` and `then` exclude each other")
        if self.status == "repealed" and self.valid_to is None:
            raise ValueError("a repealed rule needs `valid_to`, the last day it was in force")
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("`valid_to` lies before `valid_from`")
        return self


class TableColumn(Model):
    """An input (`expression`) or output (`name`) of a decision table."""

    name: str = ""
    expression: Source = ""
    type: FactType = "any"
    values: tuple[Any, ...] = ()
    """Allowed values; for outputs of P and O tables in order of priority."""
    default: Source | None = None

    @model_validator(mode="after")
    def _named(self) -> "TableColumn":
        if not self.name and not self.expression:
            raise ValueError("a column needs a name or an expression")
        return self

    @property
    def source(self) -> str:
        return self.expression or self.name

    @property
    def label(self) -> str:
        return self.name or self.expression


class TableRow(Versioned):
    """One rule of a table: a cell of tests for each input, an expression for each output."""

    id: str = ""
    when: tuple[Source, ...]
    then: tuple[Source, ...]
    note: str = ""
    at: str = Field(default="", exclude=True)
    """Where it was read from: `sheet!B7`, `line 12`."""


class Table(Model):
    """A decision table."""

    hit: HitPolicy = "U"
    inputs: tuple[TableColumn, ...]
    outputs: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]

    @model_validator(mode="after")
    def _even(self) -> "Table":
        for number, row in enumerate(self.rows, 1):
            if len(row.when) != len(self.inputs) or len(row.then) != len(self.outputs):
                raise ValueError(
                    f"row {row.at or number}: {len(row.when)} + {len(row.then)} cells, expected {len(self.inputs)} + {len(self.outputs)}"
                )
        if not self.outputs:
            raise ValueError("a table needs an output")
        return self


class RuleSetSpec(Model):
    """A ruleset as written. `decision`: yes, no or undecided; `review`: findings; `table`: what the table yields."""

    id: Annotated[str, Field(min_length=1, max_length=120)]
    name: Words | None = None
    kind: Literal["decision", "review", "table"] = "decision"
    facts: dict[str, FactSpec | FactType] = Field(default_factory=dict)
    parameters: dict[str, Parameter] = Field(default_factory=dict[str, Parameter])
    rules: tuple[Rule, ...] = ()
    value: Source | None = None
    """Decision: the amount or thing yielded when the answer is yes."""
    table: Table | None = None
    table_file: str | None = None
    """A CSV or Excel file beside this one, instead of `table`; `file.xlsx#sheet`."""
    ground: Grounds = ()

    @model_validator(mode="after")
    def _whole(self) -> "RuleSetSpec":
        if self.kind == "table" and self.table is None and self.table_file is None:
            raise ValueError("a table ruleset needs `table` or `table_file`")
        if self.kind != "table" and not self.rules:
            raise ValueError("a ruleset needs `rules`")
        return self


class RuleFile(Model):
    """One YAML file: shared facts and parameters, and rulesets."""

    rules_version: Literal[1] = 1
    facts: dict[str, FactSpec | FactType] = Field(default_factory=dict)
    parameters: dict[str, Parameter] = Field(default_factory=dict[str, Parameter])
    rulesets: tuple[RuleSetSpec, ...]
