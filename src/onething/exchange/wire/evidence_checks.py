"""Checks an agency's answer against its evidence type: types, codes, check digits, dates, and that it is about the right person.

What fails here is never used as data: better to ask again or to ask an officer than to register the wrong child.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from onething.catalog.models import EvidenceType, FieldSpec
from onething.core import clock
from onething.core.characters import visible
from onething.core.identifiers import normalize, parse_citizen_id, parse_uscc
from onething.core.persons.numbers import parse_person_number, same_person_number
from onething.core.phones import parse_any_phone
from onething.exchange.wire.formats import LONG, Unknown, show_moment

MAX_TEXT = 1000
MOST_PLACES = 100
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class NonsenseError(ValueError):
    """Why an answer is not one: names the field and the rule, never the value."""


class UnmappedError(ValueError):
    """A field that cannot be done without came in a way that the city package has no words for. The package is to be mended."""


MAY_STAY_UNKNOWN = {"code", "date", "datetime"}
"""Types of optional fields of which one that no map knows does not void the whole answer. What identifies somebody always does."""


def _text(value: Any, _spec: FieldSpec) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError("not text")
    text = visible(str(value)).strip()
    if _CONTROL.search(str(value)) or not text or len(text) > MAX_TEXT:
        raise ValueError("empty, too long or unprintable")
    return text


def _name(value: Any, spec: FieldSpec) -> str:
    if not isinstance(value, str) or len(value) > 100:
        raise TypeError("not a name")
    return _text(value, spec)


def _date(value: Any, spec: FieldSpec) -> str:
    if value == LONG and spec.id.endswith("until"):
        return LONG
    day = date.fromisoformat(value)
    if not 1880 <= day.year <= 9999:
        raise ValueError("not of our time")
    return day.isoformat()


def _moment(value: Any, _spec: FieldSpec) -> str:
    moment = datetime.fromisoformat(value)
    if not 1880 <= moment.year <= 9999:
        raise ValueError("not of our time")
    return show_moment(moment)


def _citizen_id(value: Any, _spec: FieldSpec) -> str:
    return parse_citizen_id(value, clock.today()).number


def _person_id(value: Any, spec: FieldSpec) -> str:
    return parse_person_number(_text(value, spec), clock.today(), spec.accepts).text


def _money(value: Any, _spec: FieldSpec) -> str:
    if isinstance(value, bool) or not str(value).isascii():
        raise TypeError("not an amount")
    amount = Decimal(str(value))
    if not amount.is_finite() or abs(amount) >= 10**13 or amount != amount.quantize(Decimal("0.01")):
        raise ValueError("not an amount")
    return str(amount.quantize(Decimal("0.01")))


def _number(value: Any, _spec: FieldSpec) -> int | float:
    if isinstance(value, str) and value.isascii():
        value = Decimal(value)
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError("not a number")
    return value


def _code(value: Any, spec: FieldSpec) -> str:
    code = value if isinstance(value, str) else str(value)
    if spec.codes and code not in spec.codes:
        raise ValueError("not in the code list")
    return code


def _bool(value: Any, _spec: FieldSpec) -> bool:
    if not isinstance(value, bool):
        raise TypeError("not yes or no")
    return value


def _account(value: Any, _spec: FieldSpec) -> str:
    digits = normalize(value)
    if not re.fullmatch(r"[0-9]{8,30}", digits, flags=re.ASCII):
        raise ValueError("not an account number")
    return digits


def _rows(value: Any, spec: FieldSpec) -> list[dict[str, Any]]:
    """Each row like an answer of its own; a row that is none spoils the whole."""
    if not isinstance(value, list):
        raise TypeError("not rows")
    rows = cast("list[Any]", value)
    if len(rows) > spec.most:
        raise ValueError("too many rows")
    return [_fields(spec.fields, _mapping(row)) for row in rows]


def _mapping(row: Any) -> Mapping[str, Any]:
    if not isinstance(row, dict):
        raise TypeError("not a row")
    return cast("dict[str, Any]", row)


_CHECKS: dict[str, Callable[[Any, FieldSpec], Any]] = {
    "rows": _rows,
    "text": _text,
    "name": _name,
    "date": _date,
    "datetime": _moment,
    "citizen_id": _citizen_id,
    "person_id": _person_id,
    "uscc": lambda value, _spec: parse_uscc(value),
    "phone": lambda value, _spec: parse_any_phone(value),
    "money": _money,
    "number": _number,
    "code": _code,
    "address": _text,
    "bool": _bool,
    "bank_account": _account,
    "bank_card": _account,
}


def check_evidence(kind: EvidenceType, data: Mapping[str, Any]) -> dict[str, Any]:
    """The answer's fields in normal form, without any that the evidence type does not have; raises `NonsenseError`."""
    return told_of(kind, data)[0]


def told_of(kind: EvidenceType, data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The same, and the optional fields that stay unknown: field → why. Raises `NonsenseError` or `UnmappedError`."""
    unknown: dict[str, str] = {}
    return _fields(kind.fields, data, unknown), unknown


def _fields(
    specs: tuple[FieldSpec, ...], data: Mapping[str, Any], unknown: dict[str, str] | None = None
) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    for spec in specs:
        value = data.get(spec.id)
        if isinstance(value, Unknown):
            _must_be_spared(spec, value.why)
            if unknown is not None:
                unknown[spec.id] = value.why
            continue
        if value is None:
            if spec.required:
                raise NonsenseError(f"{spec.id} is missing")
            continue
        try:
            checked[spec.id] = _CHECKS[spec.type](value, spec)
        except (ValueError, TypeError, AttributeError, InvalidOperation, OverflowError):
            if unknown is None or spec.required or spec.type not in MAY_STAY_UNKNOWN:
                raise NonsenseError(f"{spec.id} is not a {spec.type}") from None
            unknown[spec.id] = f"not a {spec.type}"
    return checked


def _must_be_spared(spec: FieldSpec, why: str) -> None:
    """Raises for a field that cannot be done without."""
    if not spec.required and spec.type in MAY_STAY_UNKNOWN:
        return
    if ": " in why:  # a code, told beside its list
        raise UnmappedError(f"{spec.id} {why}")
    raise NonsenseError(f"{spec.id} {why}")


def check_plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """For answers without an evidence type (undoing): only scalars of bounded length; raises `NonsenseError`."""
    for name, value in data.items():
        if isinstance(value, Unknown):
            raise NonsenseError(f"{name} {value.why}")
        if isinstance(value, str):
            if len(value) > MAX_TEXT or _CONTROL.search(value):
                raise NonsenseError(f"{name} is too long or unprintable")
        elif not isinstance(value, bool | int | float) or (isinstance(value, float) and not math.isfinite(value)):
            raise NonsenseError(f"{name} is not a plain value")
    return dict(data)


def check_form(data: Mapping[str, Any]) -> dict[str, Any]:
    """A paper as its issuer printed it: a picture in base64, and boxes in whole pixels; the rest as `check_plain`.

    Raises `NonsenseError`. Whether the picture can be opened is found where pictures are opened, within bounds.
    """
    rest = check_plain({name: value for name, value in data.items() if name not in {"picture", "places"}})
    picture, places = data.get("picture"), data.get("places")
    if not isinstance(picture, str) or not picture.isascii() or not _BASE64.fullmatch(picture):
        raise NonsenseError("picture is no base64")
    if not isinstance(places, dict) or not 1 <= len(cast("dict[Any, Any]", places)) <= MOST_PLACES:
        raise NonsenseError("places are no boxes")
    return rest | {
        "picture": picture,
        "places": {name: _box(name, box) for name, box in cast("dict[Any, Any]", places).items()},
    }


def _box(name: Any, box: Any) -> list[int]:
    numbers = cast("list[Any]", box) if isinstance(box, list) else []
    good = len(numbers) == 4 and all(
        isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 20_000 for n in numbers
    )
    if not isinstance(name, str) or not good or numbers[0] >= numbers[2] or numbers[1] >= numbers[3]:
        raise NonsenseError("a place is no box")
    return numbers


def check_subject(
    asked: Mapping[str, Any], data: Mapping[str, Any], among: Mapping[str, tuple[str, ...]] | None = None
) -> None:
    """Raise `NonsenseError` when the answer is about another person or thing than was asked.

    Every identifying parameter (`…_number`) that comes back must come back the same. `among` names, for a parameter
    that returns under other names, the fields of which one must hold it (a marriage: husband or wife).
    """
    for name, value in asked.items():
        if not name.endswith("_number") or value in (None, ""):
            continue
        fields = (among or {}).get(name) or ((name,) if name in data else ())
        if fields and not any(same_person_number(str(value), str(data.get(field, ""))) for field in fields):
            raise NonsenseError(f"{name} of the answer is not the one asked about")
