"""Values: what facts become before they are compared. Numbers are `int` or `Decimal`, never a float."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Any

NUMBERS = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[InvalidOperation])
"""Decimal128 (IEEE 754), as FEEL asks. Overflow gives infinity, which `number_result` turns into null."""
_WIDE = Context(prec=60, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
MAX_TEXT = 1_000_000
MAX_ITEMS = 1_000_000


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years-and-months duration."""

    count: int

    @property
    def years(self) -> int:
        return abs(self.count) // 12 * (1 if self.count >= 0 else -1)

    @property
    def months(self) -> int:
        return abs(self.count) % 12 * (1 if self.count >= 0 else -1)


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; an end that is None is unbounded."""

    low: Any
    high: Any
    low_closed: bool = True
    high_closed: bool = True


@dataclass(frozen=True, slots=True)
class Fn:
    """A function as a value. `call` takes the arguments in order."""

    params: tuple[str, ...]
    call: Callable[[list[Any]], Any]
    variadic: bool = False
    optional: int = 0
    """How many of the last parameters may be left out."""
    other: tuple[str, ...] = ()
    """Other names of the parameters: `date(year:, month:, day:)` beside `date(from:)`."""


def parse_number(text: str) -> Decimal | int:
    """A literal of the language; whole numbers become `int`, which is exact and quick."""
    if text.isdecimal() and len(text) <= 18:
        return int(text)
    return number_result(NUMBERS.create_decimal(text)) or Decimal(0)


def number_result(value: Decimal) -> Decimal | None:
    """The value, or null when it is not a finite number (overflow, division by zero)."""
    return value if value.is_finite() else None


def to_decimal(value: Any) -> Decimal | None:
    """A number as Decimal; floats by their shortest text, so that 0.1 is one tenth. Other values: None."""
    kind = value.__class__
    if kind is Decimal:
        return value
    if kind is int:
        return Decimal(value) if -(10**34) < value < 10**34 else number_result(NUMBERS.create_decimal(value))
    if kind is float:
        return number_result(Decimal(repr(value)))
    return None


def text_number(text: str) -> Decimal | None:
    """A number written as text in a fact (`"3600.00"`), or None."""
    if len(text) > 64 or not text or text[-1] not in "0123456789.":
        return None
    try:
        return number_result(NUMBERS.create_decimal(text.replace(",", "").replace("_", "?")))
    except (InvalidOperation, ValueError):
        return None


def is_number(value: Any) -> bool:
    kind = value.__class__
    return kind is int or kind is Decimal or kind is float


def kind_of(value: Any) -> str:
    """The FEEL type name of a value."""
    if value is None:
        return "null"
    for kind, name in _KINDS:
        if isinstance(value, kind):
            return name
    return "Any"


_KINDS: tuple[tuple[Any, str], ...] = (
    (bool, "boolean"),
    ((int, Decimal, float), "number"),
    (str, "string"),
    (datetime, "date and time"),
    (date, "date"),
    (time, "time"),
    (Months, "years and months duration"),
    (timedelta, "days and time duration"),
    (Range, "range"),
    (Fn, "function"),
    ((list, tuple), "list"),
    (dict, "context"),
)


def show_number(value: Any) -> str:
    """Digits without exponent or needless zeros after the point."""
    number = to_decimal(value)
    if number is None:
        return "null"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
