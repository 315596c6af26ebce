"""What the operators mean. `None` is "cannot be told"; the lenient mode reads facts (JSON text) as the dates and numbers they are."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from onething.core.clock import CHINA
from onething.rules.feel.guards import is_context, is_list
from onething.rules.feel.temporal import add_months, fact_date, fact_time
from onething.rules.feel.values import (
    MAX_TEXT,
    NUMBERS,
    Fn,
    Months,
    Range,
    is_number,
    number_result,
    text_number,
    to_decimal,
)

Truth = bool | None


def pair(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Two values of one comparable kind, or None. Text meets a number or a date by what it spells."""
    a, b = left.__class__, right.__class__
    if a is b:
        return (to_decimal(left), right) and ((to_decimal(left), to_decimal(right)) if a is float else (left, right))
    if is_number(left) and is_number(right):
        return to_decimal(left), to_decimal(right)
    if a is str:
        turned = _spell(left, right)
        return None if turned is None else pair(turned, right)
    if b is str:
        turned = _spell(right, left)
        return None if turned is None else pair(left, turned)
    if isinstance(left, datetime) and b is date:
        return _day(left), right
    if isinstance(right, datetime) and a is date:
        return left, _day(right)
    if is_list(left) and is_list(right):
        return left, right
    return None


def _spell(text: str, other: Any) -> Any:
    """The text as a value of the other's kind."""
    if is_number(other):
        return text_number(text)
    if isinstance(other, date):
        value = fact_date(text)
        return _day(value) if other.__class__ is date and isinstance(value, datetime) else value
    return fact_time(text) if isinstance(other, time) else None


def _day(moment: datetime) -> date:
    return (moment.astimezone(CHINA) if moment.tzinfo else moment).date()


def equal(left: Any, right: Any) -> Truth:
    """Lenient equality: unknown when either side is null or the kinds cannot be compared."""
    if left is None or right is None:
        return None
    both = pair(left, right)
    return None if both is None else _same(both[0], both[1], equal)


def equal_strict(left: Any, right: Any) -> Truth:
    """FEEL's equality: null equals null, null differs from anything else; unlike kinds give null."""
    if left is None or right is None:
        return left is right
    if is_number(left) and is_number(right):
        return to_decimal(left) == to_decimal(right)
    if left.__class__ is not right.__class__:
        return None
    return _same(left, right, equal_strict)


def _same(left: Any, right: Any, each: Callable[[Any, Any], Truth]) -> Truth:
    if is_context(left):
        if not is_context(right) or left.keys() != right.keys():
            return False
        return conjunction([each(left[key], right[key]) for key in left])
    if is_list(left):
        return len(left) == len(right) and conjunction([each(a, b) for a, b in zip(left, right, strict=True)])
    if isinstance(left, datetime | time) and (left.tzinfo is None) != (right.tzinfo is None):
        return None
    if isinstance(left, Range) and isinstance(right, Range):
        return left == right
    if isinstance(left, Fn):
        return left is right
    if isinstance(left, time) and left.tzinfo is not None:
        return _clock(left) == _clock(right)
    return bool(left == right)


def conjunction(parts: list[Truth]) -> Truth:
    if False in parts:
        return False
    return None if None in parts else True


def disjunction(parts: list[Truth]) -> Truth:
    if True in parts:
        return True
    return None if None in parts else False


def less(left: Any, right: Any) -> Truth:
    """`<` for numbers, text, dates, times and durations; unknown for everything else."""
    if left is None or right is None:
        return None
    both = pair(left, right)
    return None if both is None else _before(*both)


def less_strict(left: Any, right: Any) -> Truth:
    if is_number(left) and is_number(right):
        left, right = to_decimal(left), to_decimal(right)
    if left is None or right is None or left.__class__ is not right.__class__:
        return None
    return _before(left, right)


def _before(left: Any, right: Any) -> Truth:
    if isinstance(left, bool | list | tuple | dict | Range | Fn):
        return None
    if isinstance(left, datetime | time) and (left.tzinfo is None) != (right.tzinfo is None):
        return None
    if isinstance(left, time):
        return _clock(left) < _clock(right)
    return bool(left < right)


def _clock(value: time) -> tuple[int, int]:
    """Seconds of the day in UTC (or without zone) and microseconds."""
    offset = value.utcoffset() or timedelta(0)
    seconds = value.hour * 3600 + value.minute * 60 + value.second - int(offset.total_seconds())
    return seconds, value.microsecond


def within(value: Any, span: Range, *, strict: bool) -> Truth:
    """Whether the value lies in the range; Kleene over its two ends."""
    if value is None:
        return None
    under = less_strict if strict else less
    low: Truth = True
    high: Truth = True
    if span.low is not None:
        low = _not(under(value, span.low)) if span.low_closed else under(span.low, value)
    if span.high is not None:
        high = _not(under(span.high, value)) if span.high_closed else under(value, span.high)
    return conjunction([low, high])


def _not(value: Truth) -> Truth:
    return None if value is None else not value


def negation(value: Any) -> Truth:
    """`not`: unknown stays unknown."""
    return (not value) if value is True or value is False else None


# -- arithmetic ---------------------------------------------------------------------------------------------------


def arithmetic(op: str, left: Any, right: Any, *, strict: bool) -> Any:
    """`+ - * / **` on numbers, dates and durations; `+` also joins text. Null when it makes no sense or overflows."""
    if left is None or right is None:
        return None
    a, b = to_decimal(left), to_decimal(right)
    if not strict:
        a, b, left, right = _lenient(a, b, left, right)
    if a is not None and b is not None:
        return _numbers(op, a, b)
    try:
        if op in "+-":
            return _add(left, right) if op == "+" else _subtract(left, right)
        return _scale(op, left, right, a, b)
    except (OverflowError, ValueError, InvalidOperation):
        return None


def _lenient(a: Decimal | None, b: Decimal | None, left: Any, right: Any) -> tuple[Any, Any, Any, Any]:
    """Facts written as text become the number or date that the other side calls for."""
    if a is None and left.__class__ is str and (b is not None):
        a = text_number(left)
    elif b is None and right.__class__ is str and (a is not None):
        b = text_number(right)
    elif left.__class__ is str and isinstance(right, Months | timedelta | date):
        left = fact_date(left) or left
    elif right.__class__ is str and isinstance(left, Months | timedelta | date):
        right = fact_date(right) or right
    if isinstance(left, datetime) and right.__class__ is date:
        left = _day(left)
    elif isinstance(right, datetime) and left.__class__ is date:
        right = _day(right)
    return a, b, left, right


def _numbers(op: str, a: Decimal, b: Decimal) -> Decimal | None:
    try:
        match op:
            case "+":
                return number_result(NUMBERS.add(a, b))
            case "-":
                return number_result(NUMBERS.subtract(a, b))
            case "*":
                return number_result(NUMBERS.multiply(a, b))
            case "/":
                return number_result(NUMBERS.divide(a, b)) if b else None
            case _:
                return number_result(NUMBERS.power(a, b))
    except (InvalidOperation, Overflow, DivisionByZero):
        return None


def _add(left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        return left + right if len(left) + len(right) <= MAX_TEXT else None
    if isinstance(left, Months) and isinstance(right, Months):
        return Months(left.count + right.count)
    if isinstance(left, Months | timedelta) and isinstance(right, date | time):
        left, right = right, left
    if isinstance(left, date) and isinstance(right, Months):
        return add_months(left, right.count)
    if isinstance(left, datetime) and isinstance(right, timedelta):
        return left + right
    if isinstance(left, date) and isinstance(right, timedelta):
        return (datetime(left.year, left.month, left.day) + right).date()  # noqa: DTZ001
    if isinstance(left, time) and isinstance(right, timedelta):
        base = datetime.combine(date(2000, 1, 3), left)
        return (base + right).timetz()
    return left + right if isinstance(left, timedelta) and isinstance(right, timedelta) else None


def _subtract(left: Any, right: Any) -> Any:
    if isinstance(left, Months) and isinstance(right, Months):
        return Months(left.count - right.count)
    if isinstance(right, Months):
        return _add(left, Months(-right.count))
    if isinstance(right, timedelta):
        return left - right if isinstance(left, timedelta) else _add(left, -right)
    if isinstance(left, date) and isinstance(right, date):
        return _moment(left) - _moment(right) if _aware(left) == _aware(right) else None
    if isinstance(left, time) and isinstance(right, time) and (left.tzinfo is None) == (right.tzinfo is None):
        a, b = _clock(left), _clock(right)
        return timedelta(seconds=a[0] - b[0], microseconds=a[1] - b[1])
    return None


def _aware(value: date) -> bool:
    """A date counts as midnight UTC when the other side has a zone (DMN 1.3, 10.3.2.3.6)."""
    return isinstance(value, datetime) and value.tzinfo is not None


def _moment(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001


def _scale(op: str, left: Any, right: Any, a: Decimal | None, b: Decimal | None) -> Any:
    if op == "*" and a is not None:
        left, right, a, b = right, left, b, a
    if isinstance(left, Months):
        if op == "/" and isinstance(right, Months):
            return _numbers("/", Decimal(left.count), Decimal(right.count))
        scaled = None if b is None else _numbers(op, Decimal(left.count), b)
        return None if scaled is None or op == "**" else Months(int(scaled))
    if isinstance(left, timedelta):
        if op == "/" and isinstance(right, timedelta):
            return _numbers("/", _micro(left), _micro(right))
        scaled = None if b is None else _numbers(op, _micro(left), b)
        return None if scaled is None or op == "**" else timedelta(microseconds=int(scaled))
    return None


def _micro(value: timedelta) -> Decimal:
    return Decimal(value.days * 86_400_000_000 + value.seconds * 1_000_000 + value.microseconds)


def negate(value: Any) -> Any:
    number = to_decimal(value)
    if number is not None:
        return -value if value.__class__ is int else -number
    if isinstance(value, Months):
        return Months(-value.count)
    return -value if isinstance(value, timedelta) else None
