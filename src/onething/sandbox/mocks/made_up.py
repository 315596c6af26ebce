"""Made-up values that every check of a field accepts: what a mocked agency answers where nobody has said what."""

from typing import Any

from onething.catalog.models import FieldSpec
from onething.core import clock
from onething.core.identifiers import citizen_id_check_digit, uscc_check_character
from onething.sandbox.population.numbers import luhn_check_digit


def made_up(spec: FieldSpec, serial: int) -> Any:
    """A value of the field's type, the same for the same `serial`; the example that the field names, where it names one."""
    if spec.example:
        return spec.example
    match spec.type:
        case "date":
            return clock.today().isoformat()
        case "datetime":
            return f"{clock.today().isoformat()}T09:00"
        case "bool":
            return True
        case "code":
            return next(iter(spec.codes), "")
        case "number":
            return _between(spec, serial)
        case "money":
            return f"{_between(spec, 100):.2f}"
        case "rows":
            return [{column.id: made_up(column, serial) for column in spec.fields if column.required}]
        case _:
            return _text(spec, serial)


def _between(spec: FieldSpec, wanted: int) -> int:
    low = spec.low if spec.low is not None else wanted
    high = spec.high if spec.high is not None else max(low, wanted)
    return int(min(max(wanted, low), high))


def _text(spec: FieldSpec, serial: int) -> str:
    match spec.type:
        case "name":
            return "示例人"
        case "address":
            return f"示例路{serial}号"
        case "citizen_id" | "person_id":
            first17 = f"11010119900101{serial % 1000:03d}"
            return first17 + citizen_id_check_digit(first17)
        case "uscc":
            first17 = f"91110000MA{serial % 10_000_000:07d}"
            return first17 + uscc_check_character(first17)
        case "phone":
            return f"138{serial % 10**8:08d}"
        case "bank_account" | "bank_card":
            body = f"622202{serial % 10**12:012d}"
            return body + luhn_check_digit(body)
        case _:
            return "".join(part[0] for part in spec.id.split("_")).upper() + f"{serial:06d}"
