"""The number of a person in a form: which paper it is of, the number, and of a passport who issued it. Three inputs, one answer.

The inputs of a field `name` are `name` (the number), `name~paper` and `name~country`; whatever was typed is kept, right or wrong.
"""

from collections.abc import Collection
from dataclasses import dataclass

from onething.core.identifiers import InvalidIdentifierError
from onething.core.persons.numbers import (
    PersonDocument,
    as_person_number,
    countries,
    country_code,
    document_meant,
    person_number,
)

PAPER, COUNTRY = "~paper", "~country"
_ON_A_CARD = (PersonDocument.CITIZEN_ID, PersonDocument.RESIDENCE_PERMIT)


@dataclass(frozen=True, slots=True)
class PaperParts:
    """What the three inputs hold; `paper` None where nothing tells it yet."""

    paper: PersonDocument | None
    number: str
    country: str


def paper_parts(value: str) -> PaperParts:
    """A kept answer taken apart again."""
    found = as_person_number(value)
    if found is not None:
        return PaperParts(found.document, found.number, issuer_words(found.country))
    meant = document_meant(value)
    if meant is None and value[:1].isalpha() and any(c.isdigit() for c in value):
        meant = (
            PersonDocument.PASSPORT
        )  # proposed only: no other number that is not told by itself begins with a letter
    if meant is None or ":" not in value:
        return PaperParts(meant, value, "")
    country, _, number = value.partition(":")[2].rpartition(":")
    return PaperParts(meant, number, issuer_words(country))


def issuer_words(code: str) -> str:
    """`USA 美国 United States`, as the list offers it; unknown letters as they are."""
    name = countries().get(code)
    return f"{code} {name.zh} {name.en}" if name else code


def issuers() -> list[str]:
    """Everybody who issues passports, for the list that a form offers."""
    return [issuer_words(code) for code in countries()]


def one_number(number: str, paper: str, country: str) -> str:
    """One answer from what was typed into the three inputs; what cannot be right keeps all that was typed."""
    if not number.strip():
        return ""
    try:
        document = PersonDocument(paper)
    except ValueError:
        return number
    code = country_code(country) or country.strip().upper()
    try:
        return person_number(document, number, code).text
    except InvalidIdentifierError:
        if document in _ON_A_CARD or ":" in number:
            return number
        shown = code.replace(":", " ") if document is PersonDocument.PASSPORT else ""
        return ":".join(part for part in (document.value.upper(), shown, number.strip()) if part)


def plain_only(papers: Collection[PersonDocument]) -> bool:
    """Whether one input is enough: every paper that is taken says by its number which it is."""
    return set(papers) <= {*_ON_A_CARD}
