"""A made-up city of companies and clauses, the same for every engine: 250,000 × 120 columns, 3,000 clauses of 3–6 conditions."""

import random
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

ROWS, CLAUSES, NULLS = 250_000, 3_000, 0.05
NUMBERS, DAYS, WORDS = 80, 15, 25
DAY = date(2026, 11, 23)
OPERATORS = ("<", "<=", ">", ">=")


@dataclass(frozen=True)
class Condition:
    """`column op value`; `kind` is number, date or text."""

    column: str
    op: str
    value: Any
    kind: str

    @property
    def text(self) -> str:
        shown = {"number": str, "text": lambda v: f'"{v}"', "date": lambda v: f'date("{v.isoformat()}")'}[self.kind]
        return f"{self.column} {self.op} {shown(self.value)}"


def frame(rows: int = ROWS, seed: int = 7) -> pl.DataFrame:
    """Numbers as in accounts, days of registration, codes of industry and district; one value in twenty is missing."""
    rng = np.random.default_rng(seed)
    data: dict[str, Any] = {}
    for i in range(NUMBERS):
        data[f"c.n{i}"] = pl.Series(rng.integers(0, 1000, rows))
    for i in range(DAYS):
        data[f"c.d{i}"] = pl.Series(rng.integers(10_000, 20_000, rows).astype(np.int32)).cast(pl.Date)
    for i in range(WORDS):
        data[f"c.t{i}"] = pl.Series([f"类{j}" for j in range(20)])[rng.integers(0, 20, rows)]
    made = pl.DataFrame(data)
    return made.select(
        pl.when(pl.Series(rng.random(rows) >= NULLS)).then(pl.col(name)).alias(name) for name in made.columns
    )


def clauses(count: int = CLAUSES, seed: int = 8) -> list[list[Condition]]:
    """Thresholds repeat as they do in law (the same 300 people, the same three years), so atoms are shared."""
    chance = random.Random(seed)
    return [[_condition(chance) for _ in range(chance.randint(3, 6))] for _ in range(count)]


def _condition(chance: random.Random) -> Condition:
    column = chance.randrange(NUMBERS + DAYS + WORDS)
    if column < NUMBERS:
        return Condition(f"c.n{column}", chance.choice(OPERATORS), chance.randrange(1, 10) * 100, "number")
    if column < NUMBERS + DAYS:
        day = date.fromordinal(date(1970, 1, 1).toordinal() + 10_000 + chance.randrange(1, 10) * 1000)
        return Condition(f"c.d{column - NUMBERS}", chance.choice(("<", ">=")), day, "date")
    return Condition(f"c.t{column - NUMBERS - DAYS}", chance.choice(("=", "!=")), f"类{chance.randrange(20)}", "text")


def texts(made: list[list[Condition]]) -> list[str]:
    """Clauses in the rule language."""
    return [" and ".join(condition.text for condition in clause) for clause in made]


def save(folder: Path) -> Path:
    """The population as Parquet, for engines in another environment."""
    path = folder / "rules_population.parquet"
    frame().write_parquet(path)
    return path
