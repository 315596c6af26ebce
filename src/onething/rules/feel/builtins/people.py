"""What the number of a person tells: which paper it is of, and of citizen ids alone birth date and sex. Not of FEEL; null for anything else."""

from typing import Any

from onething.core.persons.numbers import as_person_number
from onething.rules.feel.define import define
from onething.rules.feel.values import Fn


def _document(number: Any) -> str | None:
    found = as_person_number(number)
    return found.document.value if found else None


def _bare(number: Any) -> str | None:
    found = as_person_number(number)
    return found.number if found else None


def _issuer(number: Any) -> str | None:
    found = as_person_number(number)
    return (found.country or None) if found else None


def _born(number: Any) -> Any:
    found = as_person_number(number)
    return found.birth_date if found else None


def _sex(number: Any) -> str | None:
    found = as_person_number(number)
    return found.sex if found else None


PEOPLE: dict[str, Fn] = {
    "paper of": define("number", _document),
    "bare number": define("number", _bare),
    "issuer of": define("number", _issuer),
    "birth date of": define("number", _born),
    "sex of": define("number", _sex),
}
