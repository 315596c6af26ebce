"""Identifiers of China: citizen id (GB 11643-1999), unified social credit code (GB 32100-2015), bank card (GB/T 14504), mobile phone.

Each parser takes what a person typed or a reader read, and returns the normal form or says what is wrong. The division
code in a citizen id is only warned about: codes are abolished and merged, ids keep the old ones for life.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)


class Fault(StrEnum):
    """What is wrong with an identifier, in an order from shape to meaning. Of passports: no such issuer; of a person's number: which
    paper it stands on is not told, or not taken here."""

    EMPTY = "empty"
    LENGTH = "length"
    CHARACTERS = "characters"
    DATE = "date"
    FUTURE = "future"
    CHECKSUM = "checksum"
    COUNTRY = "country"
    DOCUMENT = "document"


class InvalidIdentifierError(ValueError):
    """An identifier that cannot be right; `fault` says why, without repeating the value."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class CitizenId:
    """A valid citizen id number. `region_known` is False when its province prefix is not in GB/T 2260."""

    number: str
    birth_date: date
    sex: Literal["male", "female"]
    region_known: bool

    @property
    def division(self) -> str:
        """The six-digit GB/T 2260 code of the place of first registration."""
        return self.number[:6]

    def masked(self) -> str:
        """Shown to people who need to recognise but not to know it: `310***********1234`."""
        return mask_number(self.number)


def normalize(text: str) -> str:
    """Full-width to half-width, spaces and dashes out, capitals."""
    while True:  # what is left when a space goes out may compose anew
        tidy = re.sub(r"[\s\-‐-―·]", "", unicodedata.normalize("NFKC", text)).upper()
        if tidy == text:
            return tidy
        text = tidy


def citizen_id_check_digit(first17: str) -> str:
    """The 18th character for the first 17 digits (ISO 7064 MOD 11-2)."""
    return _ID_CHECK[sum(int(d) * w for d, w in zip(first17, _ID_WEIGHTS, strict=True)) % 11]


def eighteen_digits(number: str) -> str:
    """The 18 characters that an id of 15 digits became (国发〔1999〕15号: the century 19 and a check digit); others unchanged."""
    if not re.fullmatch(r"[1-8][0-9]{14}", number, flags=re.ASCII):
        return number
    first17 = f"{number[:6]}19{number[6:]}"
    return first17 + citizen_id_check_digit(first17)


def born_by(number: str, on: date | None = None) -> date:
    """The birth date in 18 characters of GB 11643's making (a citizen id, or a permanent resident's number since 2023), which must be one,
    not after `on`, under a check digit that fits. Raises `InvalidIdentifierError`."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise InvalidIdentifierError(Fault.DATE) from None
    if born.year < 1880:
        raise InvalidIdentifierError(Fault.DATE)
    if on is not None and born > on:
        raise InvalidIdentifierError(Fault.FUTURE)
    if citizen_id_check_digit(number[:17]) != number[17]:
        raise InvalidIdentifierError(Fault.CHECKSUM)
    return born


def parse_bank_card(text: str) -> str:
    """A bank card's number (GB/T 14504, ISO/IEC 7812): 12 to 19 digits, the last a check digit by Luhn. Raises `InvalidIdentifierError`.

    Accounts of companies are no cards: their numbers carry no check digit.
    """
    number = normalize(text)
    if not number:
        raise InvalidIdentifierError(Fault.EMPTY)
    if not re.fullmatch(r"[0-9]+", number, flags=re.ASCII):
        raise InvalidIdentifierError(Fault.CHARACTERS)
    if not 12 <= len(number) <= 19:
        raise InvalidIdentifierError(Fault.LENGTH)
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    if sum(value - 9 if value > 9 else value for value in doubled) % 10:
        raise InvalidIdentifierError(Fault.CHECKSUM)
    return number


def parse_citizen_id(text: str, on: date | None = None) -> CitizenId:
    """Parse an id; an old one of 15 digits becomes its 18. `on` bounds the birth date. Raises `InvalidIdentifierError`."""
    number = eighteen_digits(normalize(text))
    if not number:
        raise InvalidIdentifierError(Fault.EMPTY)
    if len(number) != 18:
        raise InvalidIdentifierError(Fault.LENGTH)
    if not re.fullmatch(r"[1-8][0-9]{16}[0-9X]", number, flags=re.ASCII):  # 9: a foreigner with permanent residence
        raise InvalidIdentifierError(Fault.CHARACTERS)
    born = born_by(number, on)
    sex: Literal["male", "female"] = "male" if int(number[16]) % 2 else "female"
    return CitizenId(number, born, sex, number[:2] in _PROVINCES)


def uscc_check_character(first17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100, MOD 31-3)."""
    total = sum(_USCC_ALPHABET.index(c) * w for c, w in zip(first17, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def parse_uscc(text: str) -> str:
    """The normal form of a unified social credit code. Raises `InvalidIdentifierError`."""
    code = normalize(text)
    if not code:
        raise InvalidIdentifierError(Fault.EMPTY)
    if len(code) != 18:
        raise InvalidIdentifierError(Fault.LENGTH)
    if any(c not in _USCC_ALPHABET for c in code) or not re.fullmatch(r"[0-9]{6}", code[2:8], flags=re.ASCII):
        raise InvalidIdentifierError(Fault.CHARACTERS)
    if uscc_check_character(code[:17]) != code[17]:
        raise InvalidIdentifierError(Fault.CHECKSUM)
    return code


def parse_phone(text: str) -> str:
    """A mainland mobile number as eleven digits; `+86` and `0086` are taken off. Raises `InvalidIdentifierError`."""
    digits = re.sub(r"^(?:\+|00)?86(?=1)", "", normalize(text))
    if not digits:
        raise InvalidIdentifierError(Fault.EMPTY)
    if not re.fullmatch(r"[0-9]+", digits, flags=re.ASCII):
        raise InvalidIdentifierError(Fault.CHARACTERS)
    if len(digits) != 11:
        raise InvalidIdentifierError(Fault.LENGTH)
    if not re.fullmatch(r"1[3-9][0-9]{9}", digits, flags=re.ASCII):
        raise InvalidIdentifierError(Fault.CHARACTERS)
    return digits


def mask_number(number: str) -> str:
    """`310***********1234`; of shorter ones as much as leaves more covered than told: `H*****567`, `C***8`, `***`."""
    front, back = (
        (3, 4) if len(number) >= 15 else (1, 3) if len(number) >= 8 else (1, 1) if len(number) >= 5 else (0, 0)
    )
    return f"{number[:front]}{'*' * (len(number) - front - back)}{number[len(number) - back :]}"


def mask_phone(number: str) -> str:
    """`138****5678`."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "****"


def mask_name(name: str) -> str:
    """The family name is covered, the last character kept, as Chinese agencies do: `王小明` → `**明`. Of names in Latin letters the
    first letter of each word stays: `Jean-Luc Picard` → `J*** P***`."""
    if not name:
        return ""
    if any(c.isalpha() and c.isascii() for c in name) and not any("\u3400" <= c <= "\u9fff" for c in name):
        return " ".join(f"{word[0]}***" for word in name.split()[:6])
    return "*" * max(len(name) - 1, 1) + name[-1:]
