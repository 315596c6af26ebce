"""Numbers: rounding, roots, logarithms, odd and even."""

# Tables of small untyped functions: the values they take are whatever facts are.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

import math
from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from typing import Any

from onething.rules.feel.builtins.time import absolute
from onething.rules.feel.define import define
from onething.rules.feel.values import NUMBERS, number_result, to_decimal

_SCALE_LIMIT = 6176


def _number(value: Any) -> Decimal:
    number = to_decimal(value)
    if number is None:
        raise TypeError("number expected")
    return number


def _round(mode: str) -> Callable[..., Any]:
    def run(n: Any, scale: Any = 0) -> Any:
        if scale is None:
            return None
        number, places = _number(n), _number(scale)
        if places != int(places) or abs(places) > _SCALE_LIMIT:
            return None
        digits = int(places)
        if number.adjusted() + digits > 60 or digits > 60:
            return number
        return number_result(NUMBERS.plus(number.quantize(Decimal(1).scaleb(-digits), rounding=mode, context=_LONG)))

    return run


_LONG = NUMBERS.copy()
_LONG.prec = 130


def _modulo(dividend: Any, divisor: Any) -> Any:
    a, b = _number(dividend), _number(divisor)
    if not b or a.adjusted() - b.adjusted() > 100:
        return None
    quotient = _LONG.divide(a, b).to_integral_value(rounding=ROUND_FLOOR)
    return number_result(NUMBERS.plus(_LONG.subtract(a, _LONG.multiply(quotient, b))))


def _sqrt(n: Any) -> Any:
    number = _number(n)
    return None if number < 0 else NUMBERS.sqrt(number)


def _log(n: Any) -> Any:
    number = _number(n)
    return None if number <= 0 else number_result(NUMBERS.ln(number))


def _exp(n: Any) -> Any:
    number = _number(n)
    return None if abs(number) > 14000 else number_result(NUMBERS.exp(number))


def _whole(n: Any) -> int:
    number = _number(n)
    if number != number.to_integral_value():
        raise ValueError("whole number expected")
    return int(number)


NUMERIC = {
    "decimal": define("n, scale", _round(ROUND_HALF_EVEN)),
    "floor": define("n, scale?", _round(ROUND_FLOOR)),
    "ceiling": define("n, scale?", _round(ROUND_CEILING)),
    "round up": define("n, scale", _round(ROUND_UP)),
    "round down": define("n, scale", _round(ROUND_DOWN)),
    "round half up": define("n, scale", _round(ROUND_HALF_UP)),
    "round half down": define("n, scale", _round(ROUND_HALF_DOWN)),
    "abs": define("n", absolute),
    "modulo": define("dividend, divisor", _modulo),
    "sqrt": define("number", _sqrt),
    "log": define("number", _log),
    "exp": define("number", _exp),
    "odd": define("number", lambda n: _whole(n) % 2 == 1),
    "even": define("number", lambda n: _whole(n) % 2 == 0),
    "is finite": define("n", lambda n: math.isfinite(float(_number(n)))),
}
