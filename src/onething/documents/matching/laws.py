"""Laws between fields as evidence of place: a day that stands inside the id number, a sum that is written out in capitals."""

from collections.abc import Sequence

from onething.core.identifiers import InvalidIdentifierError, parse_citizen_id
from onething.documents.fields import document_types as t
from onething.documents.matching.candidates import Candidate, parsed
from onething.documents.matching.finder import Finder
from onething.documents.matching.rows import Char
from onething.documents.matching.values import shaped

LAWFUL = 1.3
"""What a value is worth that another field asks for, wherever it stands."""


def by_law(finder: Finder, every: Sequence[Candidate]) -> list[Candidate]:
    """Further candidates: values without a label that agree with the best candidate of another field."""
    out: list[Candidate] = []
    for rule in finder.spec.rules:
        if isinstance(rule, t.DateInId):
            born = _born(_best(every, rule.id))
            if born is not None:
                out += _equal(finder, rule.date, born)
        elif isinstance(rule, t.AmountsAgree):
            words = _best(every, rule.words)
            if words is not None and words.parsed.value is not None and not words.parsed.fault:
                out += _equal(finder, rule.figures, words.parsed.value)
    return out


def _best(every: Sequence[Candidate], name: str) -> Candidate | None:
    return max((one for one in every if one.field == name), key=lambda one: one.score, default=None)


def _born(number: Candidate | None) -> str | None:
    if number is None or not number.parsed.checked:
        return None
    try:
        return parse_citizen_id(number.parsed.value or "").birth_date.isoformat()
    except InvalidIdentifierError:
        return None


def _equal(finder: Finder, name: str, value: str) -> list[Candidate]:
    """Every place on the page whose value is the one asked for, the first in reading order worth most."""
    spec = finder.spec.fields[name]
    found: list[tuple[Char, ...]] = []
    for row in finder.rows:
        for chunk in finder.chunks(row):
            found += [tuple(chunk[piece.first : piece.end]) for piece in shaped(chunk, spec)]
    out: list[Candidate] = []
    for chars in found:
        meant = parsed(chars, spec)
        if meant.value == value:
            out.append(Candidate(name, chars, LAWFUL - 0.02 * len(out), "law", meant))
    return out
