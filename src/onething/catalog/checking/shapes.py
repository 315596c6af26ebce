"""What a value of an expression is: a scalar of some kind, rows of a repeating group, a slot, or unknown. Nouns of `expressions`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onething.catalog.models import EvidenceType, FieldSpec

TEXTS = {"name", "citizen_id", "person_id", "uscc", "phone", "address", "bank_account", "bank_card"}
"""Types of fields that are never a number, a day or yes and no."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """`kind`: number, bool, date, text (a name, an address), loose (any text, also one that spells a number or a day), list, context,
    any. `codes`: the only values it can have."""

    kind: str = "any"
    codes: tuple[str, ...] = ()
    literal: Any = None


@dataclass(frozen=True, slots=True)
class Rows:
    """A repeating group, or one row of it."""

    columns: Mapping[str, "Shape"]
    one: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """What is reached by `name.field`: a slot, or what a component found. `label`: what it is called in a message."""

    fields: Mapping[str, "Shape"]
    label: str


Shape = Scalar | Rows | Fields
ANY = Scalar()


def of_field(spec: FieldSpec) -> Shape:
    """A field of an evidence type as facts hold it: days and sums are texts that compare as what they spell."""
    match spec.type:
        case "rows":
            return Rows({column.id: of_field(column) for column in spec.fields})
        case "number" | "money":
            return Scalar("number")
        case "date" | "datetime":
            return Scalar("date")
        case "bool":
            return Scalar("bool")
        case "code":
            return Scalar("text", tuple(spec.codes))
        case _:
            return Scalar("text" if spec.type in TEXTS else "loose")


def of_type(kind: EvidenceType, label: str) -> Fields:
    return Fields({spec.id: of_field(spec) for spec in kind.fields}, label)


def of_literal(value: Any) -> Scalar:
    """A constant of an expression."""
    if value is None:
        return ANY
    if isinstance(value, bool):
        return Scalar("bool", literal=value)
    if isinstance(value, str):
        return Scalar("literal", literal=value)
    return Scalar("number" if type(value).__name__ in ("int", "float", "Decimal") else "any", literal=value)
