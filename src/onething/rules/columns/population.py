"""Facts of many subjects as columns. Numbers and days are float64 with NaN for null; everything else is dictionary-coded."""

# Facts may be anything.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false, reportMissingImports=false, reportUnknownMemberType=false

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from onething.rules.feel.guards import is_context

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
MAX_EXACT = 2**53
_DIGITS = 15
"""Decimals of up to 15 digits keep their order and identity as float64."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Numbers (`kind` number) or days counted from the calendar's start (`kind` date)."""

    kind: Literal["number", "date"]
    values: Floats

    @property
    def null(self) -> Flags:
        return np.isnan(self.values)

    def slice(self, start: int, stop: int) -> "Ordered":
        return Ordered(self.kind, self.values[start:stop])

    def decode(self, number: int) -> Any:
        """The value as row evaluation sees it."""
        value = float(self.values[number])
        if np.isnan(value):
            return None
        if self.kind == "date":
            return date.fromordinal(int(value))
        return int(value) if value.is_integer() and abs(value) < MAX_EXACT else value


@dataclass(frozen=True, slots=True)
class Coded:
    """Any values by dictionary: `codes` point into `words`; -1 is null."""

    codes: Codes
    words: tuple[Any, ...]

    @property
    def null(self) -> Flags:
        return self.codes < 0

    def slice(self, start: int, stop: int) -> "Coded":
        return Coded(self.codes[start:stop], self.words)

    def decode(self, number: int) -> Any:
        code = int(self.codes[number])
        return None if code < 0 else self.words[code]


Column = Ordered | Coded


@dataclass(frozen=True, slots=True)
class Population:
    """Columns by dotted path, all of `rows` entries; `ids` names the subjects when given."""

    columns: Mapping[str, Column]
    rows: int
    ids: Sequence[Any] | None = None

    def slice(self, start: int, stop: int) -> "Population":
        stop = min(stop, self.rows)
        ids = self.ids[start:stop] if self.ids is not None else None
        return Population({name: each.slice(start, stop) for name, each in self.columns.items()}, stop - start, ids)

    def facts(self, number: int, names: Iterable[str] | None = None) -> dict[str, Any]:
        """One subject's facts as nested dicts; of `names` and what stands below or above them when given."""
        made: dict[str, Any] = {}
        for name in self.columns if names is None else self._under(names):
            *parents, last = name.split(".")
            inner = made
            for parent in parents:
                inner = inner.setdefault(parent, {})
            inner[last] = self.columns[name].decode(number)
        return made

    def _under(self, names: Iterable[str]) -> Iterator[str]:
        for name in names:
            if name in self.columns:
                yield name
            else:
                yield from (each for each in self.columns if each.startswith(f"{name}."))


def from_records(records: Sequence[Mapping[str, Any]], ids: Sequence[Any] | None = None) -> Population:
    """A population from nested facts, one dict a subject."""
    flat = [dict(_flatten(record)) for record in records]
    names = dict.fromkeys(name for record in flat for name in record)
    columns = {name: make_column([record.get(name) for record in flat]) for name in names}
    return Population(columns, len(records), ids)


def _flatten(facts: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        path = f"{prefix}{name}"
        if is_context(value):
            yield from _flatten(value, f"{path}.")
        else:
            yield path, value


def make_column(values: Sequence[Any]) -> Column:
    """The most compact exact column for plain values."""
    present = [value for value in values if value is not None]
    if present and all(_plain_number(value) for value in present):
        return Ordered("number", np.array([np.nan if v is None else float(v) for v in values], np.float64))
    if present and all(value.__class__ is date for value in present):
        return Ordered("date", np.array([np.nan if v is None else v.toordinal() for v in values], np.float64))
    index: dict[tuple[str, Any], int] = {}
    words: list[Any] = []
    codes = np.empty(len(values), np.int32)
    for number, value in enumerate(values):
        if value is None:
            codes[number] = -1
            continue
        key = (type(value).__name__, repr(value) if isinstance(value, list | tuple | dict) else value)
        code = index.setdefault(key, len(words))
        if code == len(words):
            words.append(value)
        codes[number] = code
    return Coded(codes, tuple(words))


def _plain_number(value: Any) -> bool:
    kind = value.__class__
    if kind is int:
        return abs(value) <= MAX_EXACT
    if kind is float:
        return bool(np.isfinite(value))
    return (
        kind is Decimal
        and value.is_finite()
        and len(value.as_tuple().digits) <= _DIGITS
        and abs(value.adjusted()) < 300
    )


def from_polars(frame: Any, id_column: str | None = None) -> Population:
    """A population from a Polars frame whose columns are named by dotted paths."""
    import polars as pl

    columns: dict[str, Column] = {}
    for series in frame.get_columns():
        if series.name == id_column:
            continue
        columns[series.name] = _from_series(series, pl)
    ids = frame[id_column].to_list() if id_column else None
    return Population(columns, frame.height, ids)


def _from_series(series: Any, pl: Any) -> Column:
    kind = series.dtype
    if kind == pl.Boolean:
        codes = series.cast(pl.Int32).fill_null(-1).to_numpy()
        return Coded(np.ascontiguousarray(codes, np.int32), (False, True))
    if kind.is_integer() or kind.is_float():
        if kind.is_integer() and series.len() and max(abs(series.min() or 0), abs(series.max() or 0)) > MAX_EXACT:
            return make_column(series.to_list())
        values = series.cast(pl.Float64).fill_null(float("nan")).to_numpy()
        return Ordered("number", np.ascontiguousarray(values, np.float64))
    if kind == pl.Date:
        # Polars counts days from 1970-01-01, Python's calendar from 0001-01-01.
        days = series.cast(pl.Int32).cast(pl.Float64).fill_null(float("nan")).to_numpy() + date(1970, 1, 1).toordinal()
        return Ordered("date", np.ascontiguousarray(days, np.float64))
    if kind in (pl.String, pl.Categorical) or isinstance(kind, pl.Enum):
        return _recode(series.cast(pl.String), pl)
    return make_column(series.to_list())


def _recode(series: Any, pl: Any) -> Coded:
    """A dictionary of this series alone."""
    unique = series.drop_nulls().unique().to_list()
    index = {word: code for code, word in enumerate(unique)}
    codes = series.replace_strict(index, default=-1, return_dtype=pl.Int32) if unique else pl.Series([-1] * series.len(), dtype=pl.Int32)  # fmt: skip
    return Coded(np.ascontiguousarray(codes.fill_null(-1).to_numpy(), np.int32), tuple(unique))
