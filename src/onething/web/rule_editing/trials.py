"""Trying rules: on one example whose values an official fills in, and on many subjects before and after a change."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl
from sqlalchemy.orm import Session

from onething.casework import service as casework
from onething.catalog.rulebook.service import RuleEntry, Vocabulary
from onething.core.access import Principal
from onething.core.errors import Problem, define
from onething.core.i18n import Lang, Text
from onething.rules.service import Comparison, Population, RuleSet, compare_population, from_polars, from_records

MAX_ROWS = 250_000
UNREADABLE = define(
    "rules.subjects_unreadable", 422,
    zh=("这个文件读不出来。", "请上传 CSV(UTF-8)或 Parquet 文件:第一行是规则里用的名字,例如 mother_insurance.status。"),
    en=("This file cannot be read.", "Upload CSV (UTF-8) or Parquet whose first row holds the names that the rules use, such as mother_insurance.status."),
)  # fmt: skip
NO_SUBJECTS = define(
    "rules.no_subjects", 422,
    zh=("没有可以试算的对象。", "请换一个来源:目前还没有您能看到的办件,或者上传的文件是空的。"),
    en=("There is nobody to try the rules on.", "Choose another source: there are no cases that you may see yet, or the file is empty."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """One fact of an example, as a field of the form."""

    name: str
    label: str
    kind: str
    options: tuple[tuple[str, str], ...]
    value: str


def wanted_facts(words: Vocabulary, ruleset: RuleSet, values: Mapping[str, str], lang: Lang) -> list[Wanted]:
    """What the rules read, in the order of the words; a slot named as a whole is left to be filled by its fields."""
    found: list[Wanted] = []
    for name in sorted(ruleset.names):
        spec = words.kinds.get(name) or ruleset.facts.get(name)
        kind = spec.type if spec else "any"
        codes = [str(value) for value in spec.values] if spec else []
        if kind == "bool":
            codes = ["true", "false"]
        options = tuple((code, (words.codes[code].get(lang) if code in words.codes else code)) for code in codes)
        found.append(Wanted(name, words.name(name, lang), kind, options, values.get(name, "")))
    return found


def nested(values: Mapping[str, str]) -> dict[str, Any]:
    """Form values as facts; what is left empty is not known."""
    facts: dict[str, Any] = {}
    for name, text in values.items():
        if not text.strip():
            continue
        *parents, last = name.split(".")
        inner = facts
        for parent in parents:
            inner = inner.setdefault(parent, {})
            if not isinstance(inner, dict):
                break
        else:
            inner[last] = plain(text.strip())
    return facts


def plain(text: str) -> Any:
    """true/false and numbers are read as such; ids with 10 or more digits, or a leading zero, stay text."""
    if text in ("true", "false"):
        return text == "true"
    if len(text) < 10 and not (text.startswith("0") and text[1:2].isdigit()):
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text
        return number if number.is_finite() else text
    return text


def flat(facts: Mapping[str, Any], names: frozenset[str]) -> dict[str, str]:
    """Facts as form values, of the names the rules read."""
    found: dict[str, str] = {}
    for name in names:
        value: Any = facts
        for part in name.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is not None and not isinstance(value, Mapping | list):
            found[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return found


# -- many ---------------------------------------------------------------------------------------------------------


def from_file(content: bytes, filename: str) -> Population:
    """A population from an uploaded CSV or Parquet; a column `id` names the subjects. Raises `Problem`."""
    try:
        if filename.lower().endswith(".parquet"):
            frame = pl.read_parquet(io.BytesIO(content), n_rows=MAX_ROWS)
        else:
            frame = pl.read_csv(io.BytesIO(content), n_rows=MAX_ROWS, try_parse_dates=True, infer_schema_length=10_000)
    except Exception as error:  # a file may be broken in any way
        raise Problem(UNREADABLE, field="file", detail=type(error).__name__) from error
    if frame.height == 0 or frame.width == 0:
        raise Problem(NO_SUBJECTS, field="file")
    return from_polars(frame, "id" if "id" in frame.columns else None)


def from_cases(session: Session, principal: Principal, entry: RuleEntry, names: frozenset[str], day: date) -> Population:  # fmt: skip
    """The cases that this official may see, with only the facts that the rules read."""
    found = casework.facts_of_cases(session, principal, entry.event, sorted(names), day)
    if not found:
        raise Problem(NO_SUBJECTS, field="file")
    return from_records([facts for _, facts in found], [reference for reference, _ in found])


def compared(old: RuleSet, new: RuleSet, population: Population, day: date, new_day: date | None = None) -> Comparison:
    return compare_population(old, new, population, day, new_day)


@dataclass(frozen=True, slots=True)
class Bar:
    """One pair of bars; lengths are of 100."""

    label: Text
    before: int
    after: int
    before_length: float
    after_length: float


def bars(found: Comparison, labels: Mapping[str, Text]) -> list[Bar]:
    whole = max(found.old.rows, 1)
    made: list[Bar] = []
    for key in ("yes", "no", "undecided"):
        before, after = int(getattr(found.old, key)), int(getattr(found.new, key))
        made.append(Bar(labels[key], before, after, round(100 * before / whole, 2), round(100 * after / whole, 2)))
    return made
