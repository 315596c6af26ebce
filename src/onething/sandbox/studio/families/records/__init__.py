"""What is filled in: one maker a kind of paper, giving normal forms. A name with `_` in front is printed but no field.

Names of fields are those the studio already uses; `docs/studio-families.md` lists them with what they mean.
"""

import random
from collections.abc import Callable, Mapping
from typing import Any

from onething.sandbox.studio.families.records import civil, homes, money, passes, trade
from onething.sandbox.studio.families.records.people import Record

MAKERS: dict[str, Callable[[random.Random, Mapping[str, Any]], Record]] = {
    "id_card_front": civil.id_card_front, "id_card_back": civil.id_card_back, "household_page": civil.household_page,
    "household_cover": civil.household_cover, "birth_certificate": civil.birth_certificate,
    "marriage_certificate": civil.marriage_certificate, "divorce_certificate": civil.divorce_certificate,
    "death_certificate": civil.death_certificate, "business_licence": trade.business_licence,
    "food_licence": trade.food_licence, "account_permit": trade.account_permit,
    "articles_of_association": trade.articles_of_association, "shareholder_resolution": trade.shareholder_resolution,
    "income_certificate": trade.income_certificate, "property_certificate": homes.property_certificate,
    "lease_contract": homes.lease_contract, "sale_contract": homes.sale_contract,
    "deed_tax_receipt": homes.deed_tax_receipt, "utility_bill": homes.utility_bill, "vat_invoice": money.vat_invoice,
    "bank_card": money.bank_card, "social_security_card": money.social_security_card,
    "bank_statement": money.bank_statement, "train_ticket": money.train_ticket, "taxi_receipt": money.taxi_receipt,
    "passport": passes.passport, "hmt_residence_permit": passes.hmt_residence_permit,
    "foreign_permanent_residence": passes.foreign_permanent_residence, "travel_permit": passes.travel_permit,
    "driving_licence": passes.driving_licence, "residence_permit": passes.residence_permit, "diploma": passes.diploma,
    "disability_card": passes.disability_card, "retirement_card": passes.retirement_card,
}  # fmt: skip


def made(choices: Mapping[str, Any], rng: random.Random) -> Record:
    """The contents of one paper. Raises KeyError for a kind without a maker."""
    return MAKERS[str(choices["kind"])](rng, choices)
