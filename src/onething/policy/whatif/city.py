"""A clause with other numbers: which of them can be varied (“dials”), and who would qualify for how much then. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from onething.core.errors import Problem
from onething.core.i18n import Text, texts_of
from onething.core.whole import whole
from onething.policy.errors import BAD_DIAL
from onething.policy.matching.clauses import ReadyClause, ready
from onething.policy.matching.exclusive import highest
from onething.policy.matching.service import companies_under
from onething.policy.matching.words import condition
from onething.policy.models import Clause
from onething.rules.service import RuleError, compile_expression
from onething.subjects.profiles.models import ProfileSpec
from onething.subjects.profiles.service import ID

say = texts_of(__name__)

_NUMBER = re.compile(r'"[^"]*"|(?<![\w.])(\d+(?:\.\d+)?)(?![\w.])')
GROUPS = ("district", "size", "trade")


@dataclass(frozen=True, slots=True)
class Dial:
    """A number of a clause that can be turned. `id`: `r2.0` (first number of the third rule), `rate`, `cap`, `amount.0`."""

    id: str
    name: Text
    value: Decimal


def dials(clause: Clause, spec: ProfileSpec) -> list[Dial]:
    """What can be turned, thresholds first."""
    found: list[Dial] = []
    for number, rule in enumerate(clause.ruleset.rules):
        text = str(rule.require or "")
        for at, value in enumerate(_numbers(text)):
            found.append(Dial(f"r{number}.{at}", condition(compile_expression(text).node, spec), value))
    benefit = clause.benefit
    if benefit is not None:
        for at, value in enumerate(_numbers(benefit.amount)):
            words = condition(compile_expression(benefit.amount).node, spec)
            found.append(Dial(f"amount.{at}", say("dial.amount", what=words), value))
        if benefit.rate is not None:
            found.append(Dial("rate", say("dial.rate"), (benefit.rate * 100).normalize()))
        if benefit.cap is not None:
            found.append(Dial("cap", say("dial.cap"), benefit.cap))
    return found


def _numbers(text: str) -> list[Decimal]:
    """Numbers outside quotes, in their order."""
    return [Decimal(each[1]) for each in _NUMBER.finditer(text) if each[1]]


def turned(clause: Clause, turns: Mapping[str, Decimal]) -> Clause:
    """The clause with its dials turned. Raises `Problem(BAD_DIAL)` when it no longer makes sense."""
    data: dict[str, Any] = clause.model_dump(mode="json")
    for key, value in turns.items():
        place, _, at = key.partition(".")
        number, rule_number = whole(at), whole(place[1:])
        benefit: dict[str, Any] = data["benefit"] or {}
        if place == "rate" and benefit.get("rate") is not None:
            benefit["rate"] = str(value / 100)
        elif place == "cap" and benefit.get("cap") is not None:
            benefit["cap"] = str(value)
        elif place == "amount" and benefit.get("amount") and number is not None:
            benefit["amount"] = _replaced(benefit["amount"], number, value)
        elif number is not None and rule_number is not None and rule_number < len(data["ruleset"]["rules"]):
            rule = data["ruleset"]["rules"][rule_number]
            rule["require"] = _replaced(rule["require"] or "", number, value)
        else:
            raise Problem(BAD_DIAL, name=key, detail="no such dial")
    try:
        return Clause.model_validate(data)
    except (ValueError, RuleError) as error:
        raise Problem(BAD_DIAL, name=clause.name.zh, detail=str(error)[:100]) from None


def _replaced(text: str, wanted: int, value: Decimal) -> str:
    seen = -1

    def put(found: re.Match[str]) -> str:
        nonlocal seen
        if not found[1]:
            return found[0]
        seen += 1
        return f"{value.normalize():f}" if seen == wanted else found[0]

    return _NUMBER.sub(put, text)


@dataclass(frozen=True, slots=True)
class Line:
    """One district, size or trade (or all): companies and yuan before and after."""

    code: str
    companies: int
    yuan: float
    companies_then: int
    yuan_then: float


@dataclass(frozen=True, slots=True)
class Effect:
    """What turning the dials would do. `gained` and `lost` count companies that come in and fall out."""

    whole: Line
    gained: int
    lost: int
    groups: dict[str, list[Line]]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def of(data: Mapping[str, Any]) -> "Effect":
        """From what was kept."""
        groups = {name: [Line(**line) for line in lines] for name, lines in data["groups"].items()}
        return Effect(Line(**data["whole"]), data["gained"], data["lost"], groups)


def names_needed(clause: Clause, day: date) -> list[str]:
    """The columns that `effect` reads."""
    found = _ready(clause, day)
    return sorted({*found.names, *(f"company.{name}" for name in GROUPS)})


def _ready(clause: Clause, day: date) -> ReadyClause:
    found = ready(clause.model_copy(update={"valid_from": None, "valid_to": None}), day)
    if found is None:
        raise Problem(BAD_DIAL, name=clause.name.zh, detail="no rule in force")
    return found


@dataclass(frozen=True)
class Rivals:
    """What a clause cannot be had together with: the clauses, who excludes whom, and what was given already (company →
    clauses). A company that is given another of them is not counted, as the desk does not pay it twice."""

    clauses: Sequence[Clause] = ()
    groups: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])
    given: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])


def effect(before: Clause, after: Clause, frame: pl.DataFrame, day: date, rivals: Rivals | None = None) -> Effect:
    """Both versions over everybody. `frame`: `id` and the columns of `names_needed`, of the rivals too."""
    others = _others(rivals, frame, day)
    old, new = (_entitled(each, frame, day, rivals, others) for each in (before, after))
    held = old.join(new, on=ID, how="full", coalesce=True, suffix="_then").with_columns(
        pl.col("in").fill_null(value=False), pl.col("in_then").fill_null(value=False)
    )
    held = held.join(frame.select(ID, *(pl.col(f"company.{n}").alias(n) for n in GROUPS)), on=ID, how="left")
    gained = held.filter(~pl.col("in") & pl.col("in_then")).height
    lost = held.filter(pl.col("in") & ~pl.col("in_then")).height
    groups = {name: _lines(held, name) for name in GROUPS}
    whole = Line("", old.height, float(old["amount"].sum()), new.height, float(new["amount"].sum()))
    return Effect(whole, gained, lost, groups)


def _others(rivals: Rivals | None, frame: pl.DataFrame, day: date) -> dict[str, dict[str, Decimal]]:
    """Company → yuan of each rival clause that holds for it."""
    found: dict[str, dict[str, Decimal]] = {}
    for rival in rivals.clauses if rivals else ():
        for company, amount in companies_under(_ready(rival, day), frame).iter_rows():
            if amount:
                found.setdefault(company, {})[rival.id] = Decimal(str(amount))
    return found


def _entitled(
    clause: Clause, frame: pl.DataFrame, day: date, rivals: Rivals | None, others: Mapping[str, Mapping[str, Decimal]]
) -> pl.DataFrame:
    """Who is given this clause, with `in` set: its conditions hold, and no other of its group is given instead."""
    held = companies_under(_ready(clause, day), frame)
    if rivals is not None:
        lost = [company for company, amount in held.iter_rows() if _loses(clause.id, company, amount, rivals, others)]
        held = held.filter(~pl.col(ID).is_in(lost))
    return held.with_columns(pl.lit(value=True).alias("in"))


def _loses(
    clause_id: str, company: str, amount: float | None, rivals: Rivals, others: Mapping[str, Mapping[str, Decimal]]
) -> bool:
    given, due = rivals.given.get(company, ()), dict(others.get(company, {}))
    if not given and not due:
        return False
    due[clause_id] = Decimal(str(amount or 0))
    return clause_id not in highest(rivals.groups, due, given)


def _lines(held: pl.DataFrame, name: str) -> list[Line]:
    summed = held.group_by(name).agg(
        pl.col("in").sum().alias("n"), pl.col("amount").sum().alias("y"), pl.col("in_then").sum().alias("n2"), pl.col("amount_then").sum().alias("y2")
    )  # fmt: skip
    made = [Line(str(row[name] or ""), int(row["n"]), float(row["y"] or 0), int(row["n2"]), float(row["y2"] or 0)) for row in summed.to_dicts()]  # fmt: skip
    return sorted(made, key=lambda line: (-max(line.yuan, line.yuan_then), line.code))
