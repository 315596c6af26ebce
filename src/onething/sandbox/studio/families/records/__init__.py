"""What is filled in: one maker a kind of paper, giving normal forms. A name with `_` in front is printed but no field.

Names of fields are those the studio already uses; `docs/studio-families.md` lists them with what they mean.
"""

import random
from collections.abc import Callable, Mapping
from typing import Any

from onething.sandbox.studio.families.records import civil, homes, money, passes, trade

_ROOMS = (civil, homes, money, passes, trade)
KINDS = frozenset(
    (
        "id_card_front id_card_back household_page household_cover birth_certificate marriage_certificate divorce_certificate death_certificate "
        "business_licence food_licence account_permit articles_of_association shareholder_resolution income_certificate "
        "property_certificate lease_contract sale_contract deed_tax_receipt utility_bill "
        "vat_invoice bank_card social_security_card bank_statement train_ticket taxi_receipt "
        "passport hmt_residence_permit foreign_permanent_residence travel_permit driving_licence residence_permit diploma disability_card retirement_card"
    ).split()
)
MAKERS: dict[str, Callable[[random.Random, Mapping[str, Any]], dict[str, str]]] = {
    name: maker
    for room in _ROOMS
    for name, maker in vars(room).items()
    if callable(maker) and getattr(maker, "__module__", "") == room.__name__ and not name.startswith("_")
    and name in KINDS
}  # fmt: skip


def made(choices: Mapping[str, Any], rng: random.Random) -> dict[str, str]:
    """The contents of one paper. Raises KeyError for a kind without a maker."""
    return MAKERS[str(choices["kind"])](rng, choices)
