"""The number by which a person is known, whatever paper it stands on, in one spelling.

A citizen id and the number of a 港澳台居民居住证 (which is a citizen id by law, 国办发〔2018〕81号 第四条) stand for themselves. Of all
other papers the spelling says which paper it is, because their numbers say nothing by themselves: `PASSPORT:USA:C12345678`,
`HK_MACAO_PERMIT:H01234567`, `TAIWAN_PERMIT:01234567`, `PERMANENT_RESIDENCE:944276197911080018`. Two people never have the same.

Birth date and sex are known of citizen ids only. The digits of any other number say nothing of a person: ask the paper or the person.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from onething.core.i18n import Text, Texts
from onething.core.identifiers import (
    Fault,
    InvalidIdentifierError,
    born_by,
    mask_number,
    normalize,
    parse_citizen_id,
)
from onething.core.plain_yaml import load_yaml

_say = Texts(Path(__file__).parent / "documents.yaml")


class PersonDocument(StrEnum):
    """A paper by which a person is known."""

    CITIZEN_ID = "citizen_id"
    RESIDENCE_PERMIT = "residence_permit"
    HK_MACAO_PERMIT = "hk_macao_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    PERMANENT_RESIDENCE = "permanent_residence"
    PASSPORT = "passport"

    @property
    def words(self) -> Text:
        return _say(f"{self.value}.name")

    @property
    def hint(self) -> Text:
        """What its number looks like."""
        return _say(f"{self.value}.hint")


@dataclass(frozen=True, slots=True)
class PersonNumber:
    """`number` as it stands on the paper; `country` who issued it, of passports (ISO 3166-1 alpha-3), else empty."""

    document: PersonDocument
    number: str
    country: str = ""
    birth_date: date | None = None
    sex: Literal["male", "female"] | None = None

    @property
    def text(self) -> str:
        """The one spelling, by which two numbers are compared and people found."""
        if self.document in _BARE:
            return self.number
        return ":".join(part for part in (self.document.value.upper(), self.country, self.number) if part)

    def masked(self) -> str:
        """The bare number for people who need to recognise but not to know it: `310***********1234`, `H*****567`."""
        return mask_number(self.number)

    @property
    def words(self) -> Text:
        """As it is read: a citizen id by itself, others with their paper: `护照（美国）C12345678`."""
        return _worded(self, self.number)

    @property
    def masked_words(self) -> Text:
        return _worded(self, self.masked())


_BARE = frozenset({PersonDocument.CITIZEN_ID, PersonDocument.RESIDENCE_PERMIT})
_PREFIXED = re.compile(
    rf"({'|'.join(each.value.upper() for each in PersonDocument if each not in _BARE)}):(?:([A-Z]{{3}}):)?([A-Z0-9]+)"
)
_TOLD = re.compile(_PREFIXED.pattern.replace("([A-Z]{3})", "([^:]*)").replace("([A-Z0-9]+)", "([^:]*)"))
"""The same as somebody may have typed it, right or wrong."""
_SPOKEN = {
    "护照": PersonDocument.PASSPORT,
    "外国人永久居留身份证": PersonDocument.PERMANENT_RESIDENCE,
    "台湾居民来往大陆通行证": PersonDocument.TAIWAN_PERMIT,
    "台胞证": PersonDocument.TAIWAN_PERMIT,
    "港澳居民来往内地通行证": PersonDocument.HK_MACAO_PERMIT,
    "回乡证": PersonDocument.HK_MACAO_PERMIT,
}
"""What people write before a number."""
_ISSUERS = {"D": "DEU", "ROM": "ROU", "ZAR": "COD"}
"""What stands in passports instead of the ISO letters (ICAO Doc 9303-3, section 5), and letters of before."""


def _worded(number: PersonNumber, shown: str) -> Text:
    if number.document in _BARE:
        return Text.same(shown)
    name, where = number.document.words, country_name(number.country) if number.country else None
    if where is None:
        return Text(zh=f"{name.zh} {shown}", en=f"{name.en} {shown}")
    return Text(zh=f"{name.zh}（{where.zh}）{shown}", en=f"{name.en} ({where.en}) {shown}")


@cache
def countries() -> Mapping[str, Text]:
    """Who issues passports: three letters → its name."""
    known = load_yaml((Path(__file__).parent / "countries.yaml").read_text(encoding="utf-8"))
    return {code: Text(**words) for code, words in known.items()}


def country_name(code: str) -> Text:
    """The name of an issuer; letters that nobody issues under stay as they are."""
    return countries().get(code) or Text.same(code)


def country_code(text: str) -> str | None:
    """The three letters of an issuer that somebody wrote: letters, name in either language, or both as a list offers them."""
    words = text.strip()
    first = words[:3].upper()
    if first in countries() and (len(words) == 3 or words[3:4] == " "):
        return first
    return (
        next((code for code, name in countries().items() if words.casefold() in (name.zh, name.en.casefold())), None)
        if words
        else None
    )


def person_number(document: PersonDocument, number: str, country: str = "", on: date | None = None) -> PersonNumber:
    """A number whose paper is known. Raises `InvalidIdentifierError`. `on` bounds a birth date that stands in it."""
    tidy = normalize(number)
    if not tidy:
        raise InvalidIdentifierError(Fault.EMPTY)
    match document:
        case PersonDocument.CITIZEN_ID | PersonDocument.RESIDENCE_PERMIT:
            found = parse_citizen_id(tidy, on)
            permit = found.number[:6] in _RESIDENTS_OF
            if permit is not (document is PersonDocument.RESIDENCE_PERMIT):
                raise InvalidIdentifierError(Fault.DOCUMENT)
            return PersonNumber(document, found.number, "", found.birth_date, found.sex)
        case PersonDocument.PERMANENT_RESIDENCE:
            return PersonNumber(document, _permanent(tidy, on))
        case PersonDocument.HK_MACAO_PERMIT:
            return PersonNumber(document, _same_for_life(tidy, r"([HM][0-9]{8})(?:[0-9]{2})?"))
        case PersonDocument.TAIWAN_PERMIT:
            return PersonNumber(document, _same_for_life(tidy, r"([0-9]{8})(?:[0-9]{2})?(?:\([A-Z]\)|[A-Z])?"))
        case PersonDocument.PASSPORT:
            issuer = _ISSUERS.get(country.strip().upper(), country.strip().upper())
            if issuer not in countries():
                raise InvalidIdentifierError(Fault.COUNTRY)
            return PersonNumber(document, _passport(tidy), issuer)


_RESIDENTS_OF = frozenset({"810000", "820000", "830000"})


def _permanent(tidy: str, on: date | None) -> str:
    """18 characters since 2023 (9, place, numeric country, birth date, serial, MOD 11-2); before 3 letters and 12 digits."""
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", tidy, flags=re.ASCII):
        if tidy[:3] not in countries():
            raise InvalidIdentifierError(Fault.COUNTRY)
        return tidy
    if len(tidy) != 18:
        raise InvalidIdentifierError(Fault.LENGTH)
    if not re.fullmatch(r"9[0-9]{16}[0-9X]", tidy, flags=re.ASCII):
        raise InvalidIdentifierError(Fault.CHARACTERS)
    born_by(tidy, on)
    return tidy


def _same_for_life(tidy: str, pattern: str) -> str:
    """What of a permit's number stays when it is renewed: two more digits on old ones counted how often it was."""
    found = re.fullmatch(pattern, tidy, flags=re.ASCII)
    if found:
        return found[1]
    digits = sum(c.isdigit() for c in tidy)
    raise InvalidIdentifierError(Fault.CHARACTERS if digits in (8, 10) else Fault.LENGTH)


def _passport(tidy: str) -> str:
    if not 5 <= len(tidy) <= 20:
        raise InvalidIdentifierError(Fault.LENGTH)
    if not re.fullmatch(r"(?=.*[0-9])[A-Z0-9]+", tidy, flags=re.ASCII):
        raise InvalidIdentifierError(Fault.CHARACTERS)
    return tidy


def parse_person_number(text: str, on: date | None = None, accepts: Collection[str] = ()) -> PersonNumber:
    """A number in its one spelling, or written so that only one paper can be meant. `accepts`: the papers that count here; none: all.

    Raises `InvalidIdentifierError`; `Fault.DOCUMENT` where the paper is not told by the number or is none of those that count.
    """
    found = _parsed(text, on)
    if accepts and found.document.value not in accepts:
        raise InvalidIdentifierError(Fault.DOCUMENT)
    return found


def _parsed(text: str, on: date | None) -> PersonNumber:
    tidy = normalize(text)
    told = _TOLD.fullmatch(tidy)
    if told:
        return person_number(PersonDocument(told[1].lower()), told[3], told[2] or "", on)
    for words, document in _SPOKEN.items():
        if tidy.startswith(words) and document is not PersonDocument.PASSPORT:
            return person_number(document, tidy.removeprefix(words).lstrip(":"), "", on)
    if re.fullmatch(r"[HM][0-9]{8}(?:[0-9]{2})?", tidy, flags=re.ASCII):
        return person_number(PersonDocument.HK_MACAO_PERMIT, tidy, "", on)
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]", tidy, flags=re.ASCII):
        return person_number(PersonDocument.PERMANENT_RESIDENCE, tidy, "", on)
    if tidy and re.fullmatch(r"[A-Z0-9]{5,14}", tidy, flags=re.ASCII) and any(c.isdigit() for c in tidy):
        raise InvalidIdentifierError(Fault.DOCUMENT if len(tidy) < 15 else Fault.LENGTH)
    card = parse_citizen_id(tidy, on)
    permit = card.number[:6] in _RESIDENTS_OF
    document = PersonDocument.RESIDENCE_PERMIT if permit else PersonDocument.CITIZEN_ID
    return PersonNumber(document, card.number, "", card.birth_date, card.sex)


def as_person_number(value: object) -> PersonNumber | None:
    """What `parse_person_number` finds; None for everything that is no number of a person."""
    if not isinstance(value, str) or not value:
        return None
    try:
        return _parsed(value, None)
    except InvalidIdentifierError:
        return None


def bare(value: str) -> str:
    """The number as it stands on its paper, in one spelling; for laying what was read beside what is known."""
    found = as_person_number(value)
    return found.number if found else normalize(value)


def numbers_meant(text: str) -> list[str]:
    """The numbers that somebody can mean who writes a bare one: by itself, else of each paper on which it can stand, of a passport by
    each issuer. For looking up, never for telling who somebody is."""
    tidy = normalize(text)
    if found := as_person_number(tidy):
        alone = [found.text]
        return alone + _passports(tidy) if found.document not in _BARE and ":" not in tidy and len(tidy) < 15 else alone
    if not (5 <= len(tidy) <= 14 and tidy.isascii() and tidy.isalnum() and any(c.isdigit() for c in tidy)):
        return []
    permits = [f"TAIWAN_PERMIT:{tidy}"] if re.fullmatch(r"[0-9]{8}", tidy) else []
    return permits + _passports(tidy)


def _passports(tidy: str) -> list[str]:
    return [f"PASSPORT:{issuer}:{tidy}" for issuer in countries()]


def says_paper(value: object) -> bool:
    """Whether a value is a number that is told by its paper: nothing that takes citizen ids alone can take it."""
    return isinstance(value, str) and _PREFIXED.fullmatch(value) is not None


def document_meant(text: str) -> PersonDocument | None:
    """The paper that a number says it is of, whether or not it can be right; None when it says nothing."""
    tidy = normalize(text)
    prefix = tidy.partition(":")[0].lower()
    if ":" in tidy and prefix in set(PersonDocument):
        return PersonDocument(prefix)
    return next((document for words, document in _SPOKEN.items() if tidy.startswith(words)), None)


def same_person_number(left: str, right: str) -> bool:
    """Whether two numbers are the same one, however written; what is no number is compared as it stands."""
    return _spelled(left) == _spelled(right)


def _spelled(text: str) -> str:
    found = as_person_number(text)
    return found.text if found else normalize(text)


def masked_number(value: str) -> str:
    """Any number covered in the middle, in the spelling it has on its paper."""
    found = as_person_number(value)
    return found.masked() if found else mask_number(value)


def number_words(value: str, *, masked: bool = False) -> Text:
    """A person's number as it is read; what is none as it stands."""
    found = as_person_number(value)
    if found is None:
        return Text.same(mask_number(value) if masked else value)
    return found.masked_words if masked else found.words


def person_numbers_in(value: object) -> frozenset[str]:
    """Every number of a person that stands as a value of its own anywhere in plain data (mappings, lists, texts), in its one
    spelling. Bare numbers that could be anything else are not taken for one: permits and passports are found by their spelling."""
    if isinstance(value, str):
        return _alone(value.strip())
    if isinstance(value, Mapping):
        value = cast("Mapping[Any, Any]", value).values()
    elif not isinstance(value, list | tuple):
        return frozenset()
    return frozenset[str]().union(*map(person_numbers_in, cast("Iterable[object]", value)))


def _alone(text: str) -> frozenset[str]:
    digits = len(text) in (15, 18) and text[:15].isdecimal()
    if not digits and not _PREFIXED.fullmatch(text.upper()):
        return frozenset()
    found = as_person_number(text)
    return frozenset({found.text}) if found else frozenset()
