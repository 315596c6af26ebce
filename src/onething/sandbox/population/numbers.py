"""Numbers with check digits: company codes, bank accounts; and plain ones: phones, certificates, register numbers."""

from random import Random

from onething.core.identifiers import uscc_check_character

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PREFIXES = [
    "135",
    "136",
    "137",
    "138",
    "139",
    "150",
    "151",
    "152",
    "157",
    "158",
    "159",
    "182",
    "183",
    "187",
    "188",
    "130",
    "131",
    "132",
    "155",
    "156",
    "186",
    "133",
    "153",
    "180",
    "181",
    "189",
]


def luhn_check_digit(digits: str) -> str:
    """The last digit of a bank card number (ISO/IEC 7812-1 annex B) for all digits before it."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def luhn_holds(number: str) -> bool:
    return (
        number.isascii()
        and number.isdigit()
        and 12 <= len(number) <= 19
        and luhn_check_digit(number[:-1]) == number[-1]
    )


def bank_account(rng: Random, prefix: str) -> str:
    body = prefix + f"{rng.randrange(10**12):012d}"
    return body + luhn_check_digit(body)


def company_code(rng: Random, division: str) -> str:
    """A unified social credit code of an enterprise (GB 32100): 91, division, organisation code, check character."""
    first17 = f"91{division}MA1" + "".join(rng.choice(_USCC) for _ in range(6))
    return first17 + uscc_check_character(first17)


def phone(rng: Random) -> str:
    return f"{rng.choice(_PREFIXES)}{rng.randrange(10**8):08d}"
