"""A person's number on the wire: an agency has it in two or three fields, what kind of paper it is of, its number and who issued it.

The catalog says so by the format of our one field: `paper:zjlx@id_type+gj` — beside the number stands `zjlx`, whose codes the
code map `id_type` tells as `core.persons.numbers.PersonDocument` has them, and `gj` with the issuer's three letters (`gj@map` where
they have codes of their own). A list that has more kinds than we do tells them apart behind a dot: `residence_permit.83` of Taiwan, `hk_macao_permit.M`, `passport.CHN`. The fields
stand in the same object as the number; `asked/answered` names one that is called
differently in the question and in the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onething.core.persons.numbers import PersonDocument, PersonNumber, as_person_number, person_number

CodeMaps = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Beside:
    """A field of theirs beside the number: its name in a question and in an answer, and their codes → ours."""

    asked: str
    answered: str
    codes: Mapping[str, str]

    def called(self, *, answering: bool) -> str:
        return self.answered if answering else self.asked

    def ours(self, value: Any) -> str:
        """Raises KeyError for a code that is in no list."""
        text = str(value).strip()
        return self.codes[text] if self.codes else text

    def theirs(self, *values: str) -> str:
        """The code of the first of these that has one. Raises ValueError."""
        if not self.codes:
            return values[-1]
        for value in values:
            for theirs, ours in self.codes.items():
                if ours == value:
                    return theirs
        raise ValueError("no code for this kind of paper or issuer")


@dataclass(frozen=True, slots=True)
class Paper:
    """How one number is spread over their fields."""

    kind: Beside
    country: Beside | None

    def spread(self, value: Any, *, answering: bool = False) -> tuple[str, dict[str, str]]:
        """The bare number, and what stands beside it by the names of a question, or of an answer. Raises ValueError."""
        found = as_person_number(value)
        if found is None:
            raise ValueError("no number of a person")
        kind = found.document.value
        beside = {self.kind.called(answering=answering): self.kind.theirs(f"{kind}.{_finer(found)}", kind)}
        if self.country is not None and found.country:
            beside[self.country.called(answering=answering)] = self.country.theirs(found.country)
        return found.number, beside

    def gathered(self, number: Any, beside: Mapping[str, Any], *, answering: bool = True) -> str:
        """Our one spelling from the number and what stands beside it in an answer, or in a question. A number without a kind is a
        citizen id. Raises ValueError or KeyError."""
        kind, issuer = beside.get(self.kind.called(answering=answering)), ""
        country = self.country.called(answering=answering) if self.country is not None else ""
        if self.country is not None and (told := beside.get(country)) not in (None, ""):
            issuer = self.country.ours(told)
        if kind in (None, ""):
            bare = as_person_number(str(number))
            if bare is None:
                raise ValueError("no kind of paper")
            return bare.text
        return person_number(PersonDocument(self.kind.ours(kind).partition(".")[0]), str(number), issuer).text


def _finer(number: PersonNumber) -> str:
    """By what longer lists tell papers of one kind apart: the issuer of a passport, the place of a permit."""
    if number.document is PersonDocument.RESIDENCE_PERMIT:
        return number.number[:2]
    return number.country or number.number[:1]


def read_paper(argument: str, codes: CodeMaps) -> Paper:
    """`zjlx@id_type+gj`. Raises ValueError saying what is wrong."""
    kind, _, country = argument.partition("+")
    if not kind.strip():
        raise ValueError("paper wants the field of the kind of paper and its codes: paper:zjlx@id_type+gj")
    return Paper(_beside(kind, codes), _beside(country, codes) if country.strip() else None)


def _beside(text: str, codes: CodeMaps) -> Beside:
    names, _, table = (part.strip() for part in text.partition("@"))
    if table and table not in codes:
        raise ValueError(f"no code map {table!r}; there are: {', '.join(sorted(codes)) or 'none'}")
    asked, _, answered = names.partition("/")
    return Beside(asked, answered or asked, codes[table] if table else {})
